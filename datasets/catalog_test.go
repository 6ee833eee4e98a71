package datasets

import (
	"errors"
	"math"
	"testing"

	"github.com/neurona-ml/neurona/internal/names"
)

func TestOpenEveryName(t *testing.T) {
	t.Parallel()
	rows := map[string][2]int{
		"and": {4, 4}, "or": {4, 4}, "nand": {4, 4}, "nor": {4, 4}, "xor": {4, 4}, "xnor": {4, 4},
		"circle": {1000, 500}, "moons": {1000, 500}, "spiral": {1500, 750}, "blobs": {1000, 500},
		"digits": {10000, 2000}, "mnist": {4, 3},
	}
	dir := writeMNIST(t, mnistFiles(t))
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			train, test, err := Open(name, Options{Dir: dir, Seed: 1})
			mustValid(t, train, err)
			mustValid(t, test, err)
			if got := [2]int{train.Rows, test.Rows}; got != rows[name] {
				t.Errorf("%d + %d rows, want %v", train.Rows, test.Rows, rows[name])
			}
			if train.Name != name || train.Classes < 2 {
				t.Errorf("got %q with %d classes", train.Name, train.Classes)
			}
		})
	}
	if len(Names()) != len(rows) {
		t.Errorf("the test knows %d names, the package %d", len(rows), len(Names()))
	}
}

func TestOpenRows(t *testing.T) {
	t.Parallel()
	dir := writeMNIST(t, mnistFiles(t))
	for _, tt := range []struct {
		name              string
		rows, train, test int
	}{{"circle", 10, 10, 5}, {"circle", 1, 1, 1}, {"digits", 50, 50, 10}, {"mnist", 2, 2, 3}, {"xor", 4, 4, 4}} {
		train, test, err := Open(tt.name, Options{Dir: dir, Rows: tt.rows})
		mustValid(t, train, err)
		mustValid(t, test, err)
		if train.Rows != tt.train || test.Rows != tt.test {
			t.Errorf("%s, %d rows: %d + %d, want %d + %d", tt.name, tt.rows, train.Rows, test.Rows, tt.train, tt.test)
		}
	}
	for _, tt := range []struct {
		name string
		rows int
	}{{"circle", -1}, {"circle", math.MaxInt}, {"xor", 5}, {"mnist", 5}} {
		_, _, err := Open(tt.name, Options{Dir: dir, Rows: tt.rows})
		wantArgument(t, err, "Rows")
	}
}

func TestOpenPartsAreApart(t *testing.T) {
	t.Parallel()
	train, test, err := Open("circle", Options{Seed: 9})
	mustValid(t, train, err)
	mustValid(t, test, err)
	whole, err := Circle(1500, 0, 9)
	mustValid(t, whole, err)
	train.X = append(train.X, 7) // must not reach the test part
	if test.X[0] != whole.X[2000] {
		t.Errorf("test part begins with %v, want %v", test.X[0], whole.X[2000])
	}
}

func TestOpenUnknown(t *testing.T) {
	t.Parallel()
	_, _, err := Open("mnits", Options{})
	var unknown *names.UnknownError
	if !errors.As(err, &unknown) || unknown.Nearest != "mnist" {
		t.Errorf("got %v, want a suggestion of mnist", err)
	}
}
