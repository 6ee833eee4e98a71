package figure

import "math"

// Line adds a line through points of the data, as far as it lies within the
// axes.
func (a *Axes) Line(points []Point, s Stroke) {
	for _, part := range clipLine(a.mapped(points), a.plot) {
		a.figure.add(dataLayer, Polyline{Points: part, Stroke: s})
	}
}

func (a *Axes) mapped(points []Point) []Point {
	all := make([]Point, len(points))
	for i, p := range points {
		all[i] = a.Map(p)
	}
	return all
}

// Function adds the line y = f(x).
func (a *Axes) Function(f func(x float64) float64, s Stroke) {
	const pieces = 240
	points := make([]Point, pieces+1)
	for i := range points {
		x := a.x.Min + float64((a.x.Max-a.x.Min)*float64(i)/pieces)
		points[i] = Point{x, f(x)}
	}
	a.Line(points, s)
}

// Points adds those points of the data that lie within the axes.
func (a *Axes) Points(points []Point, style PointStyle) {
	var inside []Point
	for _, p := range a.mapped(points) {
		if a.plot.holds(p) {
			inside = append(inside, p)
		}
	}
	a.figure.add(dataLayer, Points{inside, style})
}

// cellSize is how large a cell of a region is, in units.
const cellSize = 6

// Region paints the plane with the values of f, behind all else.
func (a *Axes) Region(f func(x, y float64) float64, s Scale) {
	cols, rows := int(math.Ceil(a.plot.width()/cellSize)), int(math.Ceil(a.plot.height()/cellSize))
	values := make([]float64, 0, cols*rows)
	for row := range rows {
		for col := range cols {
			p := a.data(Point{
				a.plot.Min.X + float64(a.plot.width()*(float64(col)+0.5)/float64(cols)),
				a.plot.Min.Y + float64(a.plot.height()*(float64(row)+0.5)/float64(rows)),
			})
			values = append(values, f(p.X, p.Y))
		}
	}
	a.figure.add(groundLayer, Cells{a.plot, cols, rows, values, s})
}

// Contour adds the lines on which f(x, y) is level.
func (a *Axes) Contour(f func(x, y float64) float64, level float64, s Stroke) {
	cols, rows := int(math.Ceil(a.plot.width()/4)), int(math.Ceil(a.plot.height()/4))
	at := func(col, row float64) Point {
		return Point{
			a.plot.Min.X + float64(a.plot.width()*col/float64(cols)),
			a.plot.Min.Y + float64(a.plot.height()*row/float64(rows)),
		}
	}
	values := make([]float64, 0, (cols+1)*(rows+1))
	for row := range rows + 1 {
		for col := range cols + 1 {
			p := a.data(at(float64(col), float64(row)))
			values = append(values, f(p.X, p.Y))
		}
	}
	for _, line := range contours(values, cols, rows, level) {
		for i, p := range line {
			line[i] = at(p.X, p.Y)
		}
		a.figure.add(dataLayer, Polyline{Points: line, Stroke: s})
	}
}

// Arrow adds an arrow between two points of the data.
func (a *Axes) Arrow(from, to Point, s Stroke) {
	a.figure.add(dataLayer, Arrow{a.Map(from), a.Map(to), s})
}

// Side is where a label lies.
type Side int

// The sides.
const (
	Above Side = iota
	Below
	LeftOf
	RightOf
)

// Label writes a text beside a point of the data.
func (a *Axes) Label(at Point, side Side, text string, role Role) {
	p := a.Map(at)
	t := Text{At: p, Text: text, Role: role, Halo: true, Anchor: Middle}
	switch side {
	case Above:
		t.At.Y -= labelGap
	case Below:
		t.At.Y += labelGap + 0.75*LabelSize
	case LeftOf:
		t.At, t.Anchor = Point{p.X - labelGap, p.Y + 0.35*LabelSize}, End
	case RightOf:
		t.At, t.Anchor = Point{p.X + labelGap, p.Y + 0.35*LabelSize}, Start
	default:
		a.figure.fail("there is no side %d", int(side))
	}
	a.figure.add(labelLayer, t)
}

// EndLabel names a line at its end, a point of the data: to the right of it,
// and away from the labels at other ends.
func (a *Axes) EndLabel(end Point, text string, role Role) {
	p := a.Map(end)
	p.Y = min(max(p.Y, a.plot.Min.Y), a.plot.Max.Y)
	t := Text{At: Point{p.X + labelGap, p.Y + 0.35*LabelSize}, Text: text, Role: role, Bold: true, Halo: true}
	for n := 0; n < 40; n++ {
		// Further and further away, above and below in turn.
		shift := float64((n + 1) / 2 * 4)
		if n%2 == 1 {
			shift = -shift
		}
		moved := t
		moved.At.Y += shift
		if !a.occupied(moved.extent()) {
			t = moved
			break
		}
	}
	a.ends = append(a.ends, t.extent())
	a.figure.add(labelLayer, t)
}

func (a *Axes) occupied(r Rect) bool {
	for _, e := range a.ends {
		if e.overlaps(r) {
			return true
		}
	}
	return false
}

// FunctionEnd is where the line y = f(x) leaves the axes at the right, for
// [Axes.EndLabel].
func (a *Axes) FunctionEnd(f func(x float64) float64) Point { return Point{a.x.Max, f(a.x.Max)} }

// Annotate writes a text so far from a point of the data, in units of the
// figure, with a line that leads to it.
func (a *Axes) Annotate(at Point, dx, dy float64, text string) {
	p := a.Map(at)
	place := Point{p.X + dx, p.Y + dy}
	t := Text{At: place, Text: text, Halo: true, Anchor: Middle}
	switch {
	case math.Abs(dx) > math.Abs(dy) && dx > 0:
		t.Anchor = Start
		t.At = Point{place.X + 4, place.Y + 0.35*LabelSize}
	case math.Abs(dx) > math.Abs(dy):
		t.Anchor = End
		t.At = Point{place.X - 4, place.Y + 0.35*LabelSize}
	case dy > 0:
		t.At.Y += 0.85 * LabelSize
	default:
		t.At.Y -= 5
	}
	length := math.Hypot(dx, dy)
	if length > 12 { // the line stops before what it points at
		p = Point{p.X + float64(6*dx/length), p.Y + float64(6*dy/length)}
		a.figure.add(labelLayer, Polyline{Points: []Point{place, p}, Stroke: Stroke{Role: Muted, Width: 1.2}})
	}
	a.figure.add(labelLayer, t)
}
