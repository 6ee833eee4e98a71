package figure

import "fmt"

// Role is what a mark is in its figure; palettes give it a colour.
type Role int

// The roles. Series are told apart by more than colour: see [Series] and
// [SeriesPoints].
const (
	Ink     Role = iota // axes, text, what is black on white
	Muted               // what accompanies: tick labels, leader lines
	Grid                // lines behind everything, which carry no meaning
	Paper               // the ground
	SeriesA             // blue
	SeriesB             // orange
	SeriesC             // green
	SeriesD             // purple
	roles               // how many there are
)

// roleNames are the names of roles, as custom properties of CSS have them.
var roleNames = [roles]string{"ink", "muted", "grid", "paper", "series-a", "series-b", "series-c", "series-d"}

// String is the role's name, as CSS has it.
func (r Role) String() string {
	if r < 0 || r >= roles {
		return fmt.Sprintf("Role(%d)", int(r))
	}
	return roleNames[r]
}

func (r Role) check() error {
	if r < 0 || r >= roles {
		return fmt.Errorf("there is no role %d", int(r))
	}
	return nil
}

// Dash is how a line is interrupted.
type Dash int

// The ways to draw a line.
const (
	Solid Dash = iota
	Dashed
	Dotted
	DashDot
	dashes
)

// pattern is the lengths of ink and of gaps, in units, of a line so wide.
func (d Dash) pattern(width float64) []float64 {
	w := max(width, 1)
	switch d {
	case Dashed:
		return []float64{4 * w, 2.5 * w}
	case Dotted:
		return []float64{1.2 * w, 2 * w}
	case DashDot:
		return []float64{5 * w, 2 * w, 1.2 * w, 2 * w}
	default:
		return nil
	}
}

// Shape is how a point is drawn.
type Shape int

// The shapes of points.
const (
	Disc Shape = iota
	Square
	Triangle
	Ring
	Cross
	shapes
)

// Stroke is how a line is drawn. A width of 0 is two units for a line, and no
// outline for what is filled.
type Stroke struct {
	Role  Role
	Width float64
	Dash  Dash
}

func (s Stroke) check() error {
	if s.Dash < 0 || s.Dash >= dashes {
		return fmt.Errorf("there is no dash %d", int(s.Dash))
	}
	if !(s.Width >= 0 && s.Width <= 100) {
		return fmt.Errorf("a stroke is %v wide, want from 0 to 100", s.Width)
	}
	return s.Role.check()
}

// line is the stroke with the width that lines have.
func (s Stroke) line() Stroke {
	if s.Width == 0 {
		s.Width = 2
	}
	return s
}

// Paint is what fills an area: a role's colour mixed with the paper. Strength 1
// is the colour itself, 0 is nothing.
type Paint struct {
	Role     Role
	Strength float64
}

func (p Paint) check() error {
	if !(p.Strength >= 0 && p.Strength <= 1) {
		return fmt.Errorf("a paint has strength %v, want from 0 to 1", p.Strength)
	}
	return p.Role.check()
}

// tints is how many mixtures with the paper there are: enough for a smooth
// ramp, few enough that equal neighbours become one shape.
const tints = 20

// tint is the strength in steps of 1/tints; only nothing at all is 0.
func (p Paint) tint() int {
	if p.Strength == 0 {
		return 0
	}
	return max(1, int(rounded(float64(p.Strength*tints), 1)))
}

// Series is the stroke of the i-th of some series: each has its own colour and
// its own dash.
func Series(i int) Stroke {
	return Stroke{Role: seriesRole(i), Width: 2.5, Dash: Dash(modulo(i, int(dashes)))}
}

// SeriesPoints is the style of the i-th of some sets of points: each has its
// own colour and its own shape.
func SeriesPoints(i int) PointStyle {
	return PointStyle{Role: seriesRole(i), Shape: [...]Shape{Disc, Square, Triangle, Ring}[modulo(i, 4)]}
}

func seriesRole(i int) Role { return SeriesA + Role(modulo(i, 4)) }

func modulo(i, n int) int { return ((i % n) + n) % n }
