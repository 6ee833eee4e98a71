package figure

import "math"

// Axis is one direction of [Axes].
type Axis struct {
	Label    string
	Min, Max float64 // the range of data that is shown
	// Most is how many ticks there are at most; 0 is 6.
	Most int
	// Ticks, if there are any, stand instead of those at round numbers.
	Ticks []Tick
	// Bare axes have no ticks and no grid.
	Bare bool
}

func (a Axis) ticks() []Tick {
	switch {
	case a.Bare:
		return nil
	case a.Ticks != nil:
		var inside []Tick
		for _, t := range a.Ticks {
			if t.Value >= a.Min && t.Value <= a.Max {
				inside = append(inside, t)
			}
		}
		return inside
	case a.Most == 0:
		return Ticks(a.Min, a.Max, 6)
	default:
		return Ticks(a.Min, a.Max, a.Most)
	}
}

// Around is the range of values with some room on both sides, for an axis.
// Values that are no finite numbers do not count; without any it is from 0 to 1.
func Around(values ...float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			low, high = min(low, v), max(high, v)
		}
	}
	if low > high {
		return 0, 1
	}
	room := float64(0.08 * (high - low))
	if low == high {
		room = max(1, math.Abs(low)/2)
	}
	return low - room, high + room
}

// AxesOptions says what axes there are, and where.
type AxesOptions struct {
	// At is the room that axes, labels and title take: 0 is all of the figure.
	At    Rect
	Title string
	X, Y  Axis
	// Room is kept free at the right, for labels at the ends of lines: see
	// [LabelRoom].
	Room float64
	// Legend is a row below the title.
	Legend []Entry
	// Equal axes have units of one length: circles are round.
	Equal bool
	// Framed axes have lines on all sides, as a region wants; others have them
	// at the left and below.
	Framed bool
}

// LabelRoom is the room that these labels want behind the end of a line.
func LabelRoom(labels ...string) float64 {
	room := 0.0
	for _, l := range labels {
		room = max(room, textWidth(l, LabelSize, true)+labelGap)
	}
	return room
}

// labelGap is how far labels are from what they name.
const labelGap = 8.0

// Axes maps data to a rectangle of a figure.
type Axes struct {
	figure *Figure
	x, y   Axis
	plot   Rect
	ends   []Rect // where labels of lines are
}

// Axes adds axes with ticks, a grid, lines at zero and labels.
func (f *Figure) Axes(o AxesOptions) *Axes {
	a := &Axes{figure: f, x: o.X, y: o.Y}
	for _, axis := range []Axis{o.X, o.Y} {
		if width := axis.Max - axis.Min; !(width > 0) || math.IsInf(width, 0) {
			f.fail("an axis goes from %v to %v, want the first below the second", axis.Min, axis.Max)
		}
	}
	if f.err != nil {
		a.x.Min, a.x.Max, a.y.Min, a.y.Max = 0, 1, 0, 1 // nothing is written, and nothing shall fail
	}
	if o.At == (Rect{}) {
		o.At = Rect{Max: Point{f.Width, f.Height}}
	}
	top := a.header(o)
	a.plot = a.inner(o, top)
	if a.plot.width() < 20 || a.plot.height() < 20 {
		f.fail("axes have %.0f x %.0f units for data, want at least 20 each way", a.plot.width(), a.plot.height())
		a.plot.Max = Point{a.plot.Min.X + 20, a.plot.Min.Y + 20}
	}
	if o.Equal {
		a.equal()
	}
	a.frame(o.Framed)
	a.captions(o)
	return a
}

// pad is the free margin of axes.
const pad = 8.0

// header writes title and legend, and says where they end.
func (a *Axes) header(o AxesOptions) float64 {
	y := o.At.Min.Y + pad
	if o.Title != "" {
		y += TitleSize
		a.figure.add(labelLayer, Text{At: Point{o.At.Min.X + pad, y}, Text: o.Title, Size: TitleSize, Bold: true})
		y += 8
	}
	if len(o.Legend) > 0 {
		y += LabelSize
		y = a.figure.Legend(Point{o.At.Min.X + pad, y}, o.At.Max.X, o.Legend)
		y += 8
	}
	return y
}

// inner is the rectangle for data: what titles, labels and ticks leave.
func (a *Axes) inner(o AxesOptions, top float64) Rect {
	r := Rect{Point{o.At.Min.X + pad, top}, Point{o.At.Max.X - pad - o.Room, o.At.Max.Y - pad}}
	if a.y.Label != "" {
		r.Min.Y += LabelSize + 10
	} else {
		r.Min.Y += 6 // half of a tick's label
	}
	if a.x.Label != "" {
		r.Max.Y -= LabelSize + 6
	}
	if ticks := a.x.ticks(); len(ticks) > 0 {
		r.Max.Y -= TickSize + 9
		last := ticks[len(ticks)-1]
		r.Max.X -= max(0, textWidth(last.Label, TickSize, false)/2-o.Room)
	}
	widest := 0.0
	for _, t := range a.y.ticks() {
		widest = max(widest, textWidth(t.Label, TickSize, false))
	}
	if widest > 0 {
		r.Min.X += widest + 7
	}
	return r
}

// equal makes units of both axes as long, around the middle.
func (a *Axes) equal() {
	unit := min(a.plot.width()/(a.x.Max-a.x.Min), a.plot.height()/(a.y.Max-a.y.Min))
	spareX := a.plot.width() - float64(unit*(a.x.Max-a.x.Min))
	spareY := a.plot.height() - float64(unit*(a.y.Max-a.y.Min))
	a.plot.Min.X += spareX / 2
	a.plot.Max.X -= spareX / 2
	a.plot.Max.Y -= spareY
}

// frame draws grid, lines at zero, axes and the labels of ticks.
func (a *Axes) frame(framed bool) {
	f, r := a.figure, a.plot
	line := func(layer int, from, to Point, s Stroke) {
		f.add(layer, Polyline{Points: []Point{from, to}, Stroke: s, Rule: true})
	}
	thin := Stroke{Role: Grid, Width: 1}
	for _, t := range a.x.ticks() {
		x := a.Map(Point{t.Value, a.y.Min}).X
		line(groundLayer, Point{x, r.Min.Y}, Point{x, r.Max.Y}, thin)
		if t.Label != "" {
			f.add(frameLayer, Text{At: Point{x, r.Max.Y + TickSize + 6}, Text: t.Label, Anchor: Middle, Size: TickSize, Role: Muted, Optional: true})
		}
	}
	for _, t := range a.y.ticks() {
		y := a.Map(Point{a.x.Min, t.Value}).Y
		line(groundLayer, Point{r.Min.X, y}, Point{r.Max.X, y}, thin)
		if t.Label != "" {
			f.add(frameLayer, Text{At: Point{r.Min.X - 7, y + 0.35*TickSize}, Text: t.Label, Anchor: End, Size: TickSize, Role: Muted, Optional: true})
		}
	}
	zero := Stroke{Role: Muted, Width: 1}
	origin := a.Map(Point{})
	if a.x.Min < 0 && a.x.Max > 0 && !a.x.Bare {
		line(frameLayer, Point{origin.X, r.Min.Y}, Point{origin.X, r.Max.Y}, zero)
	}
	if a.y.Min < 0 && a.y.Max > 0 && !a.y.Bare {
		line(frameLayer, Point{r.Min.X, origin.Y}, Point{r.Max.X, origin.Y}, zero)
	}
	axis := Stroke{Role: Ink, Width: 1.5}
	line(frameLayer, r.Min, Point{r.Min.X, r.Max.Y}, axis)
	line(frameLayer, Point{r.Min.X, r.Max.Y}, r.Max, axis)
	if framed {
		line(frameLayer, r.Min, Point{r.Max.X, r.Min.Y}, axis)
		line(frameLayer, Point{r.Max.X, r.Min.Y}, r.Max, axis)
	}
}

// captions writes the labels of both axes: below, and above at the left, where
// it can be read without turning one's head.
func (a *Axes) captions(o AxesOptions) {
	if a.x.Label != "" {
		y := a.plot.Max.Y + LabelSize + 4
		if len(a.x.ticks()) > 0 {
			y += TickSize + 9
		}
		a.figure.add(frameLayer, Text{At: Point{(a.plot.Min.X + a.plot.Max.X) / 2, y}, Text: a.x.Label, Anchor: Middle})
	}
	if a.y.Label != "" {
		x := o.At.Min.X + pad
		if o.Equal {
			x = max(x, a.plot.Min.X-40)
		}
		a.figure.add(frameLayer, Text{At: Point{x, a.plot.Min.Y - 12}, Text: a.y.Label})
	}
}

// Plot is the rectangle that data are mapped to.
func (a *Axes) Plot() Rect { return a.plot }

// Map is where a point of the data lies in the figure.
func (a *Axes) Map(p Point) Point {
	tx := (p.X - a.x.Min) / (a.x.Max - a.x.Min)
	ty := (p.Y - a.y.Min) / (a.y.Max - a.y.Min)
	return Point{
		a.plot.Min.X + float64(tx*a.plot.width()),
		a.plot.Max.Y - float64(ty*a.plot.height()),
	}
}

// data is the point of the data at a place of the figure.
func (a *Axes) data(p Point) Point {
	tx := (p.X - a.plot.Min.X) / a.plot.width()
	ty := (a.plot.Max.Y - p.Y) / a.plot.height()
	return Point{
		a.x.Min + float64(tx*(a.x.Max-a.x.Min)),
		a.y.Min + float64(ty*(a.y.Max-a.y.Min)),
	}
}
