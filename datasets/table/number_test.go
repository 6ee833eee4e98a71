package table

import (
	"slices"
	"strings"
	"testing"
)

// TestThousandsUnknownToTraining: they are read where there is one way to, and reported otherwise.
func TestThousandsUnknownToTraining(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ train, cells string }{
		{"x,label\n1.5,a\n2.5,b\n9234.5,b\n", "x\n\"1,234.5\"\n\"1,234\"\n\"1.234,5\"\n\"12,34.5\"\n"},
		{"x;label\n1,5;a\n2,5;b\n9234,5;b\n", "x;y\n1.234,5;0,1\n1.234.567;0,1\n1,234.5;0,1\n12.34,5;0,1\n"},
	} {
		training := read(t, c.train)
		e, err := Fit(training, nil, infer(t, training), ScaleBy(Unscaled))
		if err != nil {
			t.Fatal(err)
		}
		x, report, err := e.Encode(read(t, c.cells), nil)
		if err != nil {
			t.Fatal(err)
		}
		if want := []float32{1234.5, 2.5, 2.5, 2.5}; !slices.Equal(x, want) {
			t.Errorf("%q: got %v, want %v", c.cells, x, want)
		}
		if len(report.Columns) != 1 || report.Columns[0].Unread.N != 3 {
			t.Errorf("%q: got %+v, want three cells unread", c.cells, report.Columns)
		}
	}
}

// TestNumbersOfAnotherPoint: 1.234 is no number where training has found decimal commas, whatever the rest of a file is written
// with; 5 is one.
func TestNumbersOfAnotherPoint(t *testing.T) {
	t.Parallel()
	e := fit(t, read(t, lines("a,b", repeat(10, `"12,5",1`, `"7,25",2`, "3,1")...)), nil, []InferOption{NoLabel()}, ScaleBy(Unscaled))
	x, said := encode(t, e, read(t, "a,b\n1.234,1\n5,1\n\"1.234,5\",1\n\"2,5\",1\n"), nil)
	if want := []float32{7.25, 1, 5, 1, 1234.5, 1, 2.5, 1}; !slices.Equal(x, want) { // the median, where there is none
		t.Errorf("features are %v, want %v", x, want)
	}
	if !strings.Contains(said, `1 cell not of the column's kind, taken for missing`) || !strings.Contains(said, `"1.234"`) {
		t.Errorf("said is %q", said)
	}
}
