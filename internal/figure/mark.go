package figure

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// Point is a place: in a figure's units, or in those of data.
type Point struct{ X, Y float64 }

// XY makes points of coordinates; what the longer list has more is left out.
func XY(xs, ys []float64) []Point {
	points := make([]Point, min(len(xs), len(ys)))
	for i := range points {
		points[i] = Point{xs[i], ys[i]}
	}
	return points
}

// Rect is a rectangle; Min is its top left corner in a figure.
type Rect struct{ Min, Max Point }

func (r Rect) width() float64  { return r.Max.X - r.Min.X }
func (r Rect) height() float64 { return r.Max.Y - r.Min.Y }

// Mark is a part of a drawing.
type Mark interface {
	check() error
	draw(canvas)
}

// canvas is what marks are drawn on. All of them have been checked.
type canvas interface {
	polyline(Polyline)
	area(Area)
	points(Points)
	arrow(Arrow)
	text(Text)
	cells(Cells)
	circle(Circle)
	box(Box)
}

// Polyline is a line through points. A point that is no place (NaN, or
// infinite) interrupts it.
type Polyline struct {
	Points []Point
	Stroke Stroke
	// Rule is a line of a frame, vertical or horizontal, for which terminals
	// have characters.
	Rule bool
	// Cased lines have a rim in the colour of the paper, and so stand out from
	// what they cross.
	Cased bool
}

func (m Polyline) check() error  { return m.Stroke.check() }
func (m Polyline) draw(c canvas) { c.polyline(m) }

// runs are the parts of a line between gaps.
func runs(points []Point) [][]Point {
	var all [][]Point
	start := 0
	for i := range len(points) + 1 {
		if i < len(points) && finite(points[i].X, points[i].Y) {
			continue
		}
		if i > start {
			all = append(all, points[start:i])
		}
		start = i + 1
	}
	return all
}

// Area is a closed polygon.
type Area struct {
	Points  []Point
	Fill    Paint
	Outline Stroke
	Hatched bool
}

func (m Area) check() error {
	if len(m.Points) < 3 {
		return fmt.Errorf("an area has %d corners, want at least 3", len(m.Points))
	}
	if err := places(m.Points...); err != nil {
		return err
	}
	return errors.Join(m.Fill.check(), m.Outline.check())
}
func (m Area) draw(c canvas) { c.area(m) }

// PointStyle is how points are drawn. Size is their diameter, 0 is nine units.
type PointStyle struct {
	Role  Role
	Shape Shape
	Size  float64
}

func (s PointStyle) check() error {
	if s.Shape < 0 || s.Shape >= shapes {
		return fmt.Errorf("there is no shape %d", int(s.Shape))
	}
	if !(s.Size >= 0 && s.Size <= 200) {
		return fmt.Errorf("points have size %v, want from 0 to 200", s.Size)
	}
	return s.Role.check()
}

// size is the diameter.
func (s PointStyle) size() float64 {
	if s.Size == 0 {
		return 9
	}
	return s.Size
}

// Points are marks at places. What is no place is left out.
type Points struct {
	At    []Point
	Style PointStyle
}

func (m Points) check() error  { return m.Style.check() }
func (m Points) draw(c canvas) { c.points(m) }

// Arrow is a line with a head at its end.
type Arrow struct {
	From, To Point
	Stroke   Stroke
}

func (m Arrow) check() error {
	if err := places(m.From, m.To); err != nil {
		return err
	}
	if m.From == m.To {
		return errors.New("an arrow ends where it begins")
	}
	return m.Stroke.check()
}
func (m Arrow) draw(c canvas) { c.arrow(m) }

// head is the arrow's head, and where its shaft ends.
func (m Arrow) head() (triangle []Point, end Point) {
	dx, dy := m.To.X-m.From.X, m.To.Y-m.From.Y
	length := math.Hypot(dx, dy)
	dx, dy = dx/length, dy/length
	long := min(6+float64(2.5*m.Stroke.line().Width), length)
	wide := 0.45 * long
	end = Point{m.To.X - float64(dx*long), m.To.Y - float64(dy*long)}
	left := Point{end.X - float64(dy*wide), end.Y + float64(dx*wide)}
	right := Point{end.X + float64(dy*wide), end.Y - float64(dx*wide)}
	return []Point{m.To, left, right}, Point{m.To.X - float64(dx*long*0.8), m.To.Y - float64(dy*long*0.8)}
}

// Anchor is which part of a text lies at its place.
type Anchor int

// The anchors.
const (
	Start Anchor = iota
	Middle
	End
)

// Sizes of text, in units.
const (
	TickSize  = 15.0
	LabelSize = 16.0
	TitleSize = 18.0
)

// Text is a line of text; At is on its baseline. Size 0 is [LabelSize].
type Text struct {
	At     Point
	Text   string
	Anchor Anchor
	Size   float64
	Bold   bool
	Italic bool
	Role   Role
	// Halo text has a rim in the colour of the paper: for text above lines and
	// regions.
	Halo bool
	// Optional text may be left out where there is no room for it.
	Optional bool
}

func (m Text) check() error {
	switch {
	case strings.TrimSpace(m.Text) == "":
		return errors.New("a text is empty")
	case strings.ContainsFunc(m.Text, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0xfffd }):
		return fmt.Errorf("the text %q has a character that cannot be drawn", m.Text)
	case m.Anchor < Start || m.Anchor > End:
		return fmt.Errorf("there is no anchor %d", int(m.Anchor))
	case !(m.Size >= 0 && m.Size <= 200):
		return fmt.Errorf("the text %q has size %v, want from 0 to 200", m.Text, m.Size)
	}
	if err := places(m.At); err != nil {
		return fmt.Errorf("the text %q: %w", m.Text, err)
	}
	return m.Role.check()
}
func (m Text) draw(c canvas) { c.text(m) }

func (m Text) size() float64 {
	if m.Size == 0 {
		return LabelSize
	}
	return m.Size
}

// Circle is a node of a network, or any other circle.
type Circle struct {
	Center  Point
	Radius  float64
	Fill    Paint
	Outline Stroke
}

func (m Circle) check() error {
	if !(m.Radius > 0 && m.Radius <= largest) {
		return fmt.Errorf("a circle has radius %v, want above 0 and at most %d", m.Radius, largest)
	}
	return errors.Join(places(m.Center), m.Fill.check(), m.Outline.check())
}
func (m Circle) draw(c canvas) { c.circle(m) }

// Box is a rectangle with round corners.
type Box struct {
	Rect
	Radius  float64
	Fill    Paint
	Outline Stroke
}

func (m Box) check() error {
	if !(m.width() > 0 && m.height() > 0) {
		return fmt.Errorf("a box is %v wide and %v high, want both above 0", m.width(), m.height())
	}
	if !(m.Radius >= 0 && 2*m.Radius <= min(m.width(), m.height())) {
		return fmt.Errorf("a box has corners of radius %v, want from 0 to half its size", m.Radius)
	}
	return errors.Join(places(m.Min, m.Max), m.Fill.check(), m.Outline.check())
}
func (m Box) draw(c canvas) { c.box(m) }

// places says which of the points is none.
func places(points ...Point) error {
	for _, p := range points {
		if !finite(p.X, p.Y) {
			return fmt.Errorf("(%v, %v) is no place in a figure", p.X, p.Y)
		}
	}
	return nil
}
