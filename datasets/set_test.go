package datasets

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

// table returns a valid set with n rows of 3 features, 2 classes and 1 output.
func table(n int) *Set {
	s := &Set{Name: "table", X: make([]float32, 3*n), Rows: n, Features: 3, FeatureNames: []string{"a", "b", "c"},
		Labels: make([]int, n), Classes: 2, ClassNames: []string{"no", "yes"}, Shape: []int{1, 3}}
	for i := range s.X {
		s.X[i] = float32(i)
	}
	for i := range s.Labels {
		s.Labels[i] = i % 2
	}
	s.binaryTargets()
	return s
}

func TestValidateNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	mustValid(t, table(5), nil)
	for _, tt := range []struct {
		name   string
		damage func(*Set)
		parts  []string
	}{
		{"no rows", func(s *Set) { s.Rows = 0 }, []string{"table", "no rows"}},
		{"negative rows", func(s *Set) { s.Rows = -1 }, []string{"no rows"}},
		{"no features", func(s *Set) { s.Features = 0 }, []string{"Features is 0"}},
		{"X short", func(s *Set) { s.X = s.X[:14] }, []string{"len(X) is 14, want 15"}},
		{"overflow", func(s *Set) { s.Rows, s.Features = 3, math.MaxInt/3+1 }, []string{"overflows"}},
		{"labels short", func(s *Set) { s.Labels = s.Labels[:4] }, []string{"len(Labels) is 4, want 5"}},
		{"no labels", func(s *Set) { s.Labels = nil }, []string{"Classes is 2, want 0"}},
		{"no classes", func(s *Set) { s.Classes = 0 }, []string{"Classes is 0"}},
		{"names", func(s *Set) { s.ClassNames = s.ClassNames[:1] }, []string{"len(ClassNames) is 1, want 2"}},
		{"label high", func(s *Set) { s.Labels[3] = 2 }, []string{"Labels row 3", "is 2", "want 0 to 1"}},
		{"label low", func(s *Set) { s.Labels[4] = -1 }, []string{"Labels row 4", "is -1"}},
		{"Y short", func(s *Set) { s.Y = nil }, []string{"len(Y) is 0, want 5"}},
		{"outputs", func(s *Set) { s.Outputs = -1 }, []string{"Outputs is -1"}},
		{"feature names", func(s *Set) { s.FeatureNames = nil; s.FeatureNames = []string{"a"} }, []string{"len(FeatureNames) is 1, want 3"}},
		{"shape", func(s *Set) { s.Shape = []int{1, 2} }, []string{"Shape is 2, want 3"}},
		{"shape overflow", func(s *Set) { s.Shape = []int{math.MaxInt, math.MaxInt} }, []string{"Shape"}},
		{"NaN", func(s *Set) { s.X[7] = float32(math.NaN()) }, []string{"X row 2", `column 1 ("b")`, "NaN", "not finite"}},
		{"Inf", func(s *Set) { s.X[14] = float32(math.Inf(-1)) }, []string{"X row 4", `column 2 ("c")`, "-Inf"}},
		{"Y NaN", func(s *Set) { s.Y[2] = float32(math.NaN()) }, []string{"Y row 2, column 0"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := table(5)
			tt.damage(s)
			err := s.Validate()
			if err == nil {
				t.Fatal("valid, want an error")
			}
			for _, p := range tt.parts {
				if !strings.Contains(err.Error(), p) {
					t.Errorf("got %q, want it to contain %q", err, p)
				}
			}
		})
	}
}

func TestValidateErrorsAreTyped(t *testing.T) {
	t.Parallel()
	s := table(4)
	s.X[5] = float32(math.Inf(1))
	var value *ValueError
	if err := s.Validate(); !errors.As(err, &value) || !errors.Is(err, ErrNotFinite) || value.Row != 1 || value.Column != 2 {
		t.Errorf("got %v", err)
	}
	s = table(4)
	s.X = s.X[1:]
	var shape *ShapeError
	if err := s.Validate(); !errors.As(err, &shape) || shape.Got != 11 || shape.Want != 12 {
		t.Errorf("got %v", err)
	}
	if err := (&Set{}).Validate(); !errors.Is(err, ErrNoRows) {
		t.Errorf("got %v", err)
	}
	s = table(4)
	s.Labels[0] = 9
	if err := s.Validate(); !errors.Is(err, ErrLabel) {
		t.Errorf("got %v", err)
	}
}

func TestSubsetCopies(t *testing.T) {
	t.Parallel()
	s := table(5)
	got := mustValid(t, s.Subset([]int{4, 0, 4}), nil)
	want := table(5)
	want.Rows = 3
	want.X = []float32{12, 13, 14, 0, 1, 2, 12, 13, 14}
	want.Labels, want.Y = []int{0, 0, 0}, []float32{0, 0, 0}
	sameSet(t, got, want)
	got.X[0], got.Labels[0], got.Y[0] = -1, 1, 1
	sameSet(t, s, table(5))
}

func TestSplitPartitions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rows     int
		fraction float64
		test     int
	}{{2, .5, 1}, {7, .2, 1}, {10, .25, 3}, {101, .3, 30}, {3, .6, 2}} {
		s := table(tt.rows)
		train, test, err := s.Split(tt.fraction, 5)
		mustValid(t, train, err)
		mustValid(t, test, err)
		if test.Rows != tt.test || train.Rows != tt.rows-tt.test {
			t.Errorf("%d rows, %v: %d to train and %d to test, want %d to test",
				tt.rows, tt.fraction, train.Rows, test.Rows, tt.test)
		}
		// Every row once, each still with its own label.
		seen := make(map[int]bool)
		for _, part := range []*Set{train, test} {
			for i := range part.Rows {
				row := int(part.Row(i)[0]) / 3
				if seen[row] || part.Labels[i] != s.Labels[row] || part.Y[i] != s.Y[row] || part.Row(i)[2] != s.Row(row)[2] {
					t.Errorf("%d rows: row %d comes twice or torn apart", tt.rows, row)
				}
				seen[row] = true
			}
		}
		if len(seen) != tt.rows {
			t.Errorf("%d rows: %d came out", tt.rows, len(seen))
		}
	}
}

func TestSplitIsSeeded(t *testing.T) {
	t.Parallel()
	split := func(seed uint64) []float32 {
		train, _, err := table(100).Split(.2, seed)
		if err != nil {
			t.Fatal(err)
		}
		return train.X
	}
	if !slices.Equal(split(1), split(1)) {
		t.Error("the same seed gave two splits")
	}
	if slices.Equal(split(1), split(2)) {
		t.Error("two seeds gave the same split")
	}
	if x := split(3); slices.IsSorted(x) {
		t.Error("the rows were not shuffled")
	}
}

func TestSplitRefusesEmptyParts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rows     int
		fraction float64
	}{{4, .1}, {4, .9}, {1, .5}, {10, 0}, {10, 1}, {10, -1}, {10, 2}, {10, math.NaN()}, {10, math.Inf(1)}} {
		_, _, err := table(tt.rows).Split(tt.fraction, 1)
		wantArgument(t, err, "fraction")
	}
}
