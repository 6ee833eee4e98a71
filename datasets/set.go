package datasets

import (
	"fmt"
	"math"
)

// Set is a table of examples.
//
// A classification set has Labels, with Classes > 0; if it has exactly two
// classes, Y repeats the labels as targets 0 and 1 for a single output unit. A
// regression set has Y alone. A set to predict from has neither.
type Set struct {
	Name string

	X        []float32 // [Rows][Features], row-major
	Rows     int
	Features int

	Labels     []int // [Rows], each in 0..Classes-1
	Classes    int
	ClassNames []string // [Classes], or nil

	Y       []float32 // [Rows][Outputs], row-major
	Outputs int

	FeatureNames []string // [Features], or nil
	Shape        []int    // what a row is, such as [28 28] for an image; nil for a plain vector
}

// Row returns row i of X: a view of length Features, not a copy.
func (s *Set) Row(i int) []float32 {
	return s.X[i*s.Features : (i+1)*s.Features : (i+1)*s.Features]
}

// Validate reports the first contradiction in the set: a length that does not
// follow from the dimensions (*ShapeError), a NaN or an Inf in X or Y, or a
// label outside 0..Classes-1 (*ValueError with row and column). A set without
// rows or features is an error that is ErrNoRows or a *ShapeError.
func (s *Set) Validate() error {
	if err := s.validateShape(); err != nil {
		return err
	}
	for row, label := range s.Labels {
		if label < 0 || label >= s.Classes {
			return &ValueError{Set: s.Name, Field: "Labels", Row: row, Value: float64(label),
				Err: fmt.Errorf("%w: want 0 to %d", ErrLabel, s.Classes-1)}
		}
	}
	if i := firstNotFinite(s.X); i >= 0 {
		err := &ValueError{Set: s.Name, Field: "X", Row: i / s.Features, Column: i % s.Features,
			Value: float64(s.X[i]), Err: ErrNotFinite}
		if s.FeatureNames != nil {
			err.Name = s.FeatureNames[err.Column]
		}
		return err
	}
	if i := firstNotFinite(s.Y); i >= 0 {
		return &ValueError{Set: s.Name, Field: "Y", Row: i / s.Outputs, Column: i % s.Outputs,
			Value: float64(s.Y[i]), Err: ErrNotFinite}
	}
	return nil
}

// validateShape checks that every length follows from Rows, Features, Classes
// and Outputs.
func (s *Set) validateShape() error {
	if s.Rows < 1 {
		return fmt.Errorf("%s: %w: Rows is %d, want at least 1", setName(s.Name), ErrNoRows, s.Rows)
	}
	if s.Features < 1 {
		return &ShapeError{s.Name, "Features", s.Features, 1, "at least one feature"}
	}
	check := func(what string, got, want int, why string) error {
		if got == want {
			return nil
		}
		return &ShapeError{s.Name, what, got, want, why}
	}
	if s.Features > math.MaxInt/s.Rows {
		return &ShapeError{s.Name, "Rows", s.Rows, math.MaxInt / s.Features, "Rows x Features overflows"}
	}
	if err := check("len(X)", len(s.X), s.Rows*s.Features, "Rows x Features"); err != nil {
		return err
	}
	if s.Labels != nil {
		if s.Classes < 1 {
			return &ShapeError{s.Name, "Classes", s.Classes, 1, "there are Labels"}
		}
		if err := check("len(Labels)", len(s.Labels), s.Rows, "Rows"); err != nil {
			return err
		}
	} else if err := check("Classes", s.Classes, 0, "no Labels"); err != nil {
		return err
	}
	if s.ClassNames != nil {
		if err := check("len(ClassNames)", len(s.ClassNames), s.Classes, "Classes"); err != nil {
			return err
		}
	}
	if s.Outputs < 0 || s.Outputs > math.MaxInt/s.Rows {
		return &ShapeError{s.Name, "Outputs", s.Outputs, len(s.Y) / s.Rows, "len(Y) / Rows"}
	}
	if err := check("len(Y)", len(s.Y), s.Rows*s.Outputs, "Rows x Outputs"); err != nil {
		return err
	}
	if s.FeatureNames != nil {
		if err := check("len(FeatureNames)", len(s.FeatureNames), s.Features, "Features"); err != nil {
			return err
		}
	}
	if s.Shape != nil {
		product := 1
		for _, d := range s.Shape {
			if d < 1 || product > s.Features/d {
				return &ShapeError{s.Name, "a dimension of Shape", d, s.Features, "Shape multiplies to Features"}
			}
			product *= d
		}
		return check("product of Shape", product, s.Features, "Features")
	}
	return nil
}

// firstNotFinite returns the index of the first NaN or Inf, or -1.
func firstNotFinite(v []float32) int {
	for i, x := range v {
		if x-x != 0 { // 0 for every finite x; NaN for NaN and both infinities
			return i
		}
	}
	return -1
}

// Subset returns a copy of the given rows, in their order; a row may be given
// more than once. Names and Shape are shared. Like an index expression, it
// panics if a row is outside 0..Rows-1.
func (s *Set) Subset(rows []int) *Set {
	t := *s
	t.Rows = len(rows)
	t.X = gather(s.X, rows, s.Features)
	if s.Labels != nil {
		t.Labels = gather(s.Labels, rows, 1)
	}
	if s.Y != nil {
		t.Y = gather(s.Y, rows, s.Outputs)
	}
	return &t
}

// gather copies the given rows of a row-major table with the given width.
func gather[T any](table []T, rows []int, width int) []T {
	out := make([]T, 0, len(rows)*width)
	for _, r := range rows {
		out = append(out, table[r*width:(r+1)*width]...)
	}
	return out
}

// cut divides the set into its first n rows and the rest: views, whose appends
// cannot reach each other.
func (s *Set) cut(n int) (first, rest *Set) {
	a, b := *s, *s
	a.Rows, b.Rows = n, s.Rows-n
	a.X, b.X = cutAt(s.X, n*s.Features)
	if s.Labels != nil {
		a.Labels, b.Labels = cutAt(s.Labels, n)
	}
	if s.Y != nil {
		a.Y, b.Y = cutAt(s.Y, n*s.Outputs)
	}
	return &a, &b
}

func cutAt[T any](v []T, i int) (first, rest []T) { return v[:i:i], v[i:] }

// binaryTargets gives a set with two classes its targets Y: the labels as 0 and 1.
func (s *Set) binaryTargets() {
	if s.Classes != 2 {
		return
	}
	s.Outputs = 1
	s.Y = make([]float32, len(s.Labels))
	for i, label := range s.Labels {
		s.Y[i] = float32(label)
	}
}
