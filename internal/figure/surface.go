package figure

import (
	"math"
	"slices"
)

// SurfaceOptions says which part of a surface is drawn, and what on it.
type SurfaceOptions struct {
	// At is the room that the drawing takes: 0 is all of the figure.
	At   Rect
	X, Y Axis
	Z    Axis // Min and Max may be 0: the values decide then; beyond them the surface is flat
	// Cells is how many cells there are each way; 0 is 24.
	Cells int
	// Path is drawn on the surface and on the base: the way of a descent.
	Path []Point
	// Start and Goal are written at the ends of the path.
	Start, Goal string
}

// The view: turned about the vertical axis by 30 degrees, and looked at from 42
// degrees above: enough to see into a bowl over its rim. A fixed view needs no trigonometry, which differs by machine.
const (
	turnCos, turnSin = 0.8660254, 0.5
	tiltCos, tiltSin = 0.7431448, 0.6691306
	baseDepth        = 0.4  // how far the base is below the surface, and
	relief           = 0.45 // how high the surface is, in lengths of a side
)

// surface is a view of a function.
type surface struct {
	figure    *Figure
	o         SurfaceOptions
	low, high float64
	origin    Point
	unit      float64
}

// Surface adds the surface z = f(x, y), looked at from above at an angle, over
// a base with its contour lines. The darker, the higher. Where f has no finite
// value there is a hole.
func (f *Figure) Surface(fn func(x, y float64) float64, o SurfaceOptions) {
	for _, axis := range []Axis{o.X, o.Y} {
		if width := axis.Max - axis.Min; !(width > 0) || math.IsInf(width, 0) {
			f.fail("an axis of a surface goes from %v to %v, want the first below the second", axis.Min, axis.Max)
			return
		}
	}
	if o.At == (Rect{}) {
		o.At = Rect{Max: Point{f.Width, f.Height}}
	}
	if o.Cells == 0 {
		o.Cells = 24
	}
	if o.Cells < 2 || o.Cells > 200 {
		f.fail("a surface has %d cells each way, want from 2 to 200", o.Cells)
		return
	}
	s := &surface{figure: f, o: o}
	n := o.Cells
	values := s.sample(fn, n)
	if !s.rangeOf(values) {
		f.fail("a surface has no two different values")
		return
	}
	s.place()
	s.base(fn)
	s.quads(values, n)
	s.path(fn)
	s.captions()
}

// sample is the values on a grid of n x n cells.
func (s *surface) sample(fn func(x, y float64) float64, n int) []float64 {
	values := make([]float64, 0, (n+1)*(n+1))
	for row := range n + 1 {
		for col := range n + 1 {
			p := s.data(float64(col)/float64(n), float64(row)/float64(n))
			values = append(values, fn(p.X, p.Y))
		}
	}
	return values
}

// data is the point at parts of both axes.
func (s *surface) data(u, v float64) Point {
	return Point{
		s.o.X.Min + float64(u*(s.o.X.Max-s.o.X.Min)),
		s.o.Y.Min + float64(v*(s.o.Y.Max-s.o.Y.Min)),
	}
}

func (s *surface) rangeOf(values []float64) bool {
	s.low, s.high = s.o.Z.Min, s.o.Z.Max
	if s.low == 0 && s.high == 0 {
		s.low, s.high = math.Inf(1), math.Inf(-1)
		for _, v := range values {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				s.low, s.high = min(s.low, v), max(s.high, v)
			}
		}
	}
	return s.low < s.high && !math.IsInf(s.high-s.low, 0)
}

// place finds the largest unit with which the box fits into its room.
func (s *surface) place() {
	wide := turnCos + turnSin
	deep := float64(wide * tiltSin)
	high := float64((baseDepth + relief) * tiltCos)
	room := s.o.At
	const margin, below = 44.0, 34.0 // labels
	s.unit = min((room.width()-2*margin)/wide, (room.height()-2*pad-below)/(deep+high))
	s.origin = Point{
		(room.Min.X + room.Max.X) / 2,
		room.Max.Y - pad - below - float64(s.unit*(deep/2)),
	}
	if !(s.unit > 40) {
		s.figure.fail("a surface has %.0f x %.0f units, want more", room.width(), room.height())
		s.unit = 40
	}
}

// height is where a value lies between base, at -baseDepth, and top.
func (s *surface) height(z float64) float64 {
	return float64(relief * min(1, max(0, (z-s.low)/(s.high-s.low))))
}

// project is where the point at parts u, v of the axes and a height lies.
func (s *surface) project(u, v, height float64) Point {
	x, y := u-0.5, v-0.5
	across := float64(x*turnCos) - float64(y*turnSin)
	away := float64(x*turnSin) + float64(y*turnCos)
	up := float64(away*tiltSin) + float64((height+baseDepth)*tiltCos)
	return Point{s.origin.X + float64(across*s.unit), s.origin.Y - float64(up*s.unit)}
}

// base draws the plane below, with contour lines and the path's shadow.
func (s *surface) base(fn func(x, y float64) float64) {
	f := s.figure
	edge := []Point{s.project(0, 0, -baseDepth), s.project(1, 0, -baseDepth), s.project(1, 1, -baseDepth), s.project(0, 1, -baseDepth)}
	f.add(groundLayer, Area{Points: edge, Fill: Paint{Grid, 0.35}, Outline: Stroke{Role: Muted, Width: 1}})
	const fine, levels = 60, 6
	values := s.sample(fn, fine)
	for i := range levels {
		level := s.low + float64((s.high-s.low)*(float64(i)+0.5)/levels)
		for _, line := range contours(values, fine, fine, level) {
			for i, p := range line {
				line[i] = s.project(p.X/fine, p.Y/fine, -baseDepth)
			}
			f.add(groundLayer, Polyline{Points: line, Stroke: Stroke{Role: SeriesA, Width: 1.2}})
		}
	}
	var shadow []Point
	for _, p := range s.o.Path {
		u, v := s.parts(p)
		if u < 0 || u > 1 || v < 0 || v > 1 {
			u = math.NaN()
		}
		shadow = append(shadow, s.project(u, v, -baseDepth))
	}
	if len(shadow) > 1 {
		f.add(groundLayer, Polyline{Points: shadow, Stroke: Stroke{Role: SeriesB, Width: 1.8}})
	}
}

// parts is where a point of the data lies between the ends of both axes.
func (s *surface) parts(p Point) (u, v float64) {
	return (p.X - s.o.X.Min) / (s.o.X.Max - s.o.X.Min), (p.Y - s.o.Y.Min) / (s.o.Y.Max - s.o.Y.Min)
}

// quads draws the surface, what is farther away first.
func (s *surface) quads(values []float64, n int) {
	type quad struct{ row, col int }
	all := make([]quad, 0, n*n)
	for row := range n {
		for col := range n {
			all = append(all, quad{row, col})
		}
	}
	slices.SortStableFunc(all, func(a, b quad) int {
		away := func(q quad) float64 { return float64(float64(q.col)*turnSin) + float64(float64(q.row)*turnCos) }
		switch x, y := away(a), away(b); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	for _, q := range all {
		at := q.row*(n+1) + q.col
		z := [4]float64{values[at], values[at+1], values[at+n+2], values[at+n+1]}
		mean := (z[0] + z[1] + z[2] + z[3]) / 4
		if math.IsNaN(mean) || math.IsInf(mean, 0) {
			continue
		}
		u, v, step := float64(q.col)/float64(n), float64(q.row)/float64(n), 1/float64(n)
		s.figure.add(dataLayer, Area{
			Points: []Point{
				s.project(u, v, s.height(z[0])), s.project(u+step, v, s.height(z[1])),
				s.project(u+step, v+step, s.height(z[2])), s.project(u, v+step, s.height(z[3])),
			},
			Fill:    Paint{SeriesA, 0.14 + float64(0.72*s.height(mean)/relief)},
			Outline: Stroke{Role: Paper, Width: 0.6},
		})
	}
}

// path draws the way on the surface, and names its ends.
func (s *surface) path(fn func(x, y float64) float64) {
	var way []Point
	for _, p := range s.o.Path {
		u, v := s.parts(p)
		z := fn(p.X, p.Y)
		if !(u >= 0 && u <= 1 && v >= 0 && v <= 1) || math.IsInf(z, 0) {
			z = math.NaN()
		}
		way = append(way, s.project(u, v, s.height(z)))
	}
	if len(way) == 0 {
		return
	}
	s.figure.add(dataLayer,
		Polyline{Points: way, Stroke: Stroke{Role: SeriesB, Width: 3}, Cased: true},
		Points{way, PointStyle{Role: SeriesB, Size: 9}})
	for i, text := range []string{s.o.Start, s.o.Goal} {
		p := way[i*(len(way)-1)]
		if text == "" || !finite(p.X, p.Y) {
			continue
		}
		t := Text{At: Point{p.X, p.Y - 10}, Text: text, Anchor: Middle, Bold: true, Role: SeriesB, Halo: true}
		if i == 1 {
			t.At.Y = p.Y + 22
		}
		s.figure.add(labelLayer, t)
	}
}

// captions writes the names of the axes and their ends along the base.
func (s *surface) captions() {
	f := s.figure
	write := func(at Point, text string, anchor Anchor, role Role) {
		if text != "" {
			f.add(labelLayer, Text{At: at, Text: text, Anchor: anchor, Role: role, Halo: true, Size: TickSize})
		}
	}
	for i, axis := range []Axis{s.o.X, s.o.Y} {
		anchor, dx := Start, 6.0 // the x axis runs at the lower right, y at the lower left
		if i == 1 {
			anchor, dx = End, -6.0
		}
		along := func(t float64) Point {
			p := s.project(t, 0, -baseDepth)
			if i == 1 {
				p = s.project(0, t, -baseDepth)
			}
			return Point{p.X + dx, p.Y + 15}
		}
		ticks := axis.ticks()
		if len(ticks) > 1 {
			for _, t := range []Tick{ticks[0], ticks[len(ticks)-1]} {
				part := (t.Value - axis.Min) / (axis.Max - axis.Min)
				write(along(min(0.94, max(0.1, part))), t.Label, anchor, Muted)
			}
		}
		write(along(0.5), axis.Label, anchor, Ink)
	}
	if s.o.Z.Label != "" {
		top := s.project(0, 1, relief)
		write(Point{top.X, top.Y - 8}, s.o.Z.Label, Middle, Ink)
	}
}
