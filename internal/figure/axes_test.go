package figure

import (
	"math"
	"testing"
)

const alt = "A drawing that a test looks at."

func newFigure() *Figure { return New("test", "Test", alt, 640, 400) }

func unit() AxesOptions {
	return AxesOptions{X: Axis{Min: -1, Max: 3, Label: "x"}, Y: Axis{Min: 10, Max: 20, Label: "y"}, Title: "title"}
}

func near(a, b Point, tolerance float64) bool { return math.Hypot(a.X-b.X, a.Y-b.Y) <= tolerance }

func TestMap(t *testing.T) {
	a := newFigure().Axes(unit())
	r := a.Plot()
	for _, c := range []struct{ data, want Point }{
		{Point{-1, 10}, Point{r.Min.X, r.Max.Y}},
		{Point{3, 20}, Point{r.Max.X, r.Min.Y}},
		{Point{1, 15}, Point{(r.Min.X + r.Max.X) / 2, (r.Min.Y + r.Max.Y) / 2}},
	} {
		if got := a.Map(c.data); !near(got, c.want, 1e-9) {
			t.Errorf("%v is at %v, want %v", c.data, got, c.want)
		}
	}
	for n := range 100 {
		p := Point{5 * pseudo(n), 30 * pseudo(n+1000)}
		if got := a.data(a.Map(p)); !near(got, p, 1e-9) {
			t.Errorf("%v comes back as %v", p, got)
		}
	}
}

func TestEqual(t *testing.T) {
	o := unit()
	o.Equal = true
	a := newFigure().Axes(o)
	origin, right, up := a.Map(Point{0, 10}), a.Map(Point{1, 10}), a.Map(Point{0, 11})
	if x, y := right.X-origin.X, origin.Y-up.Y; !(math.Abs(x-y) < 1e-9) {
		t.Errorf("units are %v and %v long, want the same", x, y)
	}
}

// kept are the marks of a kind among what callers add.
func kept[M Mark](f *Figure) (list []M) {
	for _, marks := range f.layers {
		for _, m := range marks {
			if m, ok := m.(M); ok {
				list = append(list, m)
			}
		}
	}
	return list
}

// TestOutside: what lies outside of axes is not drawn, a line is cut at their
// edge, and what is no number is a gap.
func TestOutside(t *testing.T) {
	f := newFigure()
	a := f.Axes(unit())
	before := len(kept[Polyline](f))
	a.Points([]Point{{0, 15}, {9, 15}, {math.NaN(), 15}, {0, math.Inf(1)}, {3, 20}}, PointStyle{})
	if got := kept[Points](f)[0].At; len(got) != 2 {
		t.Errorf("%d points are drawn, want 2", len(got))
	}
	a.Line([]Point{{-1, 0}, {1, 20}, {2, math.NaN()}, {0, 12}, {1, 1e300}, {2, 12}}, Stroke{})
	for _, line := range kept[Polyline](f)[before:] {
		for _, p := range line.Points {
			if !a.plot.holds(p) {
				t.Errorf("a line goes to %v, outside %v", p, a.plot)
			}
		}
	}
	first := kept[Polyline](f)[before].Points
	if want := a.Map(Point{0, 10}); !near(first[0], want, 1e-9) {
		t.Errorf("the line enters at %v, want %v", first[0], want)
	}
}

// TestContour: the lines on which x² + y² is r² are circles, closed, with a
// radius of r; the chord's distance from the arc bounds the error.
func TestContour(t *testing.T) {
	f := newFigure()
	a := f.Axes(AxesOptions{X: Axis{Min: -2, Max: 2}, Y: Axis{Min: -2, Max: 2}, Equal: true})
	for _, r := range []float64{0.5, 1, 1.7} {
		before := len(kept[Polyline](f))
		a.Contour(func(x, y float64) float64 { return x*x + y*y }, r*r, Stroke{})
		lines := kept[Polyline](f)[before:]
		if len(lines) != 1 {
			t.Fatalf("a circle has %d lines, want 1", len(lines))
		}
		points := lines[0].Points
		if points[0] != points[len(points)-1] {
			t.Errorf("the circle of radius %v is not closed", r)
		}
		side := 4 * 4 / a.plot.width() // of a square, in units of the data
		// Interpolating a parabola over a side h is wrong by at most h²/4 in
		// value, and the value grows by 2r along the radius.
		tolerance := side * side / 4 / (2 * r) * 2
		turn := 0.0
		for i, p := range points {
			d := a.data(p)
			if got := math.Hypot(d.X, d.Y); !(math.Abs(got-r) <= tolerance) {
				t.Errorf("a point of the circle of radius %v is at %v from the middle", r, got)
			}
			if i > 0 {
				e := a.data(points[i-1])
				turn += math.Atan2(e.X*d.Y-e.Y*d.X, e.X*d.X+e.Y*d.Y)
			}
		}
		if !(math.Abs(math.Abs(turn)-2*math.Pi) < 1e-6) {
			t.Errorf("the circle of radius %v goes around by %v", r, turn)
		}
	}
}

// TestContourSaddle: both branches of a saddle, and nothing where a corner is no
// number.
func TestContourSaddle(t *testing.T) {
	if got := contours([]float64{1, 0, 0, 1}, 1, 1, 0.6); len(got) != 2 {
		t.Errorf("a saddle has %d lines, want 2", len(got))
	}
	if got := contours([]float64{1, 0, 0, math.NaN()}, 1, 1, 0.5); len(got) != 0 {
		t.Errorf("a square without a value has %d lines, want none", len(got))
	}
	if got := contours([]float64{1, 1, 1, 1}, 1, 1, 0.5); len(got) != 0 {
		t.Errorf("a plain has %d lines, want none", len(got))
	}
}

// TestEndLabels: labels of lines that end in one place lie apart.
func TestEndLabels(t *testing.T) {
	f := newFigure()
	a := f.Axes(AxesOptions{X: Axis{Max: 1}, Y: Axis{Max: 1}, Room: LabelRoom("first", "second", "third")})
	for _, name := range []string{"first", "second", "third"} {
		a.EndLabel(Point{1, 0.5}, name, SeriesA)
	}
	if err := f.Check(); err != nil {
		t.Error(err)
	}
}

func TestTiles(t *testing.T) {
	room := Rect{Point{100, 50}, Point{640, 400}}
	tiles := Tiles(room, 2, 3)
	if len(tiles) != 6 {
		t.Fatalf("there are %d tiles, want 6", len(tiles))
	}
	for i, r := range tiles {
		if !(r.Min.X >= 100 && r.Min.Y >= 50 && r.Max.X <= 640+1e-9 && r.Max.Y <= 400+1e-9 && r.width() > 100) {
			t.Errorf("tile %d is %v", i, r)
		}
		for j, o := range tiles[:i] {
			if r.overlaps(o) {
				t.Errorf("tiles %d and %d overlap", j, i)
			}
		}
	}
	if got := Tiles(room, 0, -1); len(got) != 1 || got[0] != room {
		t.Errorf("no tiles are %v, want all of the room", got)
	}
}

func TestAround(t *testing.T) {
	for _, c := range []struct {
		values    []float64
		low, high float64
	}{
		{nil, 0, 1},
		{[]float64{math.NaN(), math.Inf(1)}, 0, 1},
		{[]float64{0, 100, math.NaN()}, -8, 108},
		{[]float64{4}, 2, 6},
		{[]float64{0, 0}, -1, 1},
	} {
		if low, high := Around(c.values...); !(math.Abs(low-c.low) < 1e-12 && math.Abs(high-c.high) < 1e-12) {
			t.Errorf("Around(%v) is %v to %v, want %v to %v", c.values, low, high, c.low, c.high)
		}
	}
}
