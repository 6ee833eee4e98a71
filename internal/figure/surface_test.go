package figure

import (
	"math"
	"testing"
)

// TestSurface: what is near is drawn after what is far, within the room, and
// holes are where there are no values.
func TestSurface(t *testing.T) {
	f := newFigure()
	o := SurfaceOptions{X: Axis{Min: -1, Max: 1}, Y: Axis{Min: -1, Max: 1}, Cells: 10, Path: []Point{{-0.9, 0.9}, {0, 0}, {5, 5}}}
	f.Surface(func(x, y float64) float64 {
		if x > 0.95 {
			return math.NaN()
		}
		return x*x + y*y
	}, o)
	areas := kept[Area](f)[1:] // the first is the base
	if len(areas) != 90 {
		t.Errorf("%d cells are drawn, want 90", len(areas))
	}
	for _, a := range areas {
		for _, p := range a.Points {
			if !(p.X >= 0 && p.X <= 640 && p.Y >= 0 && p.Y <= 400) {
				t.Errorf("a corner is at %v", p)
			}
		}
	}
	// Columns of cells along one axis go behind one another.
	top := func(a Area) float64 { return min(a.Points[0].Y, a.Points[1].Y) }
	if first, last := areas[0], areas[len(areas)-1]; !(top(first) < top(last)) {
		t.Errorf("the first cell is at %v, the last at %v: want the first farther away", top(first), top(last))
	}
	if err := f.Check(); err != nil {
		t.Error(err)
	}
}

// TestSurfaceShade: what is higher is darker, and higher up.
func TestSurfaceShade(t *testing.T) {
	s := &surface{low: 0, high: 10, unit: 100}
	if !(s.height(2) < s.height(3)) || s.height(-1) != 0 || s.height(99) != relief {
		t.Errorf("heights are %v, %v, %v and %v", s.height(2), s.height(3), s.height(-1), s.height(99))
	}
	low, high := s.project(0.5, 0.5, 0), s.project(0.5, 0.5, 0.3)
	if !(high.Y < low.Y && high.X == low.X) {
		t.Errorf("a higher point is at %v, a lower one at %v", high, low)
	}
}
