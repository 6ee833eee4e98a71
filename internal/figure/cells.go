package figure

import (
	"errors"
	"fmt"
	"math"
)

// ScaleKind is how values become paint.
type ScaleKind int

// The kinds of scales.
const (
	Diverging  ScaleKind = iota // from series A by way of paper to series B
	Sequential                  // from paper to series A
	scaleKinds
)

// Scale gives cells their paint. Values beyond Low and High have the paint of
// the nearer one.
type Scale struct {
	Kind      ScaleKind
	Low, High float64
	// Strength is that of the strongest paint; 0 is as strong as points on it
	// allow to be seen.
	Strength float64
	// Hatched draws lines over what is above the middle: colour alone does not
	// tell both sides apart then.
	Hatched bool
}

// groundStrength is the strongest paint on which points of every series have
// enough contrast.
const groundStrength = 0.25

func (s Scale) check() error {
	switch {
	case s.Kind < 0 || s.Kind >= scaleKinds:
		return fmt.Errorf("there is no scale %d", int(s.Kind))
	case !(s.Low < s.High && finite(s.Low, s.High)):
		return fmt.Errorf("a scale goes from %v to %v, want the first below the second", s.Low, s.High)
	case !(s.Strength >= 0 && s.Strength <= 1):
		return fmt.Errorf("a scale has strength %v, want from 0 to 1", s.Strength)
	}
	return nil
}

// place is where a value lies between Low and High, from 0 to 1.
func (s Scale) place(v float64) float64 {
	return rounded(min(1, max(0, (v-s.Low)/(s.High-s.Low))), 1e-6)
}

// paint is what a value looks like.
func (s Scale) paint(v float64) Paint {
	if math.IsNaN(v) {
		return Paint{}
	}
	strength := s.Strength
	if strength == 0 {
		strength = groundStrength
	}
	t := s.place(v)
	if s.Kind == Sequential {
		return Paint{SeriesA, float64(t * strength)}
	}
	if t < 0.5 {
		return Paint{SeriesA, float64((1 - 2*t) * strength)}
	}
	return Paint{SeriesB, float64((2*t - 1) * strength)}
}

// hatched reports whether a value is hatched.
func (s Scale) hatched(v float64) bool {
	return s.Hatched && !math.IsNaN(v) && s.place(v) > 0.5
}

// Cells is a grid of values, each a painted cell. Values are row by row, from
// the top left. A value that is NaN leaves its cell empty.
type Cells struct {
	Rect
	Cols, Rows int
	Values     []float64
	Scale      Scale
}

// mostCells is how many cells a grid can have.
const mostCells = 1 << 18

func (m Cells) check() error {
	if !(m.width() > 0 && m.height() > 0) {
		return fmt.Errorf("a grid of cells is %v wide and %v high, want both above 0", m.width(), m.height())
	}
	if m.Cols < 1 || m.Rows < 1 || m.Cols > mostCells/m.Rows || len(m.Values) != m.Cols*m.Rows {
		return fmt.Errorf("a grid of %d x %d cells has %d values; want as many as cells, and at most %d", m.Cols, m.Rows, len(m.Values), mostCells)
	}
	return errors.Join(places(m.Min, m.Max), m.Scale.check())
}
func (m Cells) draw(c canvas) { c.cells(m) }

// block is a rectangle of cells, in tenths of units.
type block struct{ x0, y0, x1, y1 int }

// layer is all that has one paint.
type layer struct {
	paint  Paint
	blocks []block
}

// painted gathers the cells of each paint; neighbours in a row are one block.
func (m Cells) painted() []layer {
	xs, ys := edges(m.Min.X, m.Max.X, m.Cols), edges(m.Min.Y, m.Max.Y, m.Rows)
	var all []layer
	known := map[[2]int]int{}
	for row := range m.Rows {
		for col := 0; col < m.Cols; {
			paint := m.Scale.paint(m.Values[row*m.Cols+col])
			key := [2]int{int(paint.Role), paint.tint()}
			end := col + 1
			for end < m.Cols {
				next := m.Scale.paint(m.Values[row*m.Cols+end])
				if key != [2]int{int(next.Role), next.tint()} {
					break
				}
				end++
			}
			if key[1] > 0 {
				at, ok := known[key]
				if !ok {
					at = len(all)
					known[key] = at
					all = append(all, layer{paint: paint})
				}
				all[at].blocks = append(all[at].blocks, block{xs[col], ys[row], xs[end], ys[row+1]})
			}
			col = end
		}
	}
	return all
}

// edges cuts a length into equal parts, in tenths.
func edges(low, high float64, parts int) []int {
	all := make([]int, parts+1)
	for i := range all {
		all[i] = tenths(low + float64((high-low)*float64(i)/float64(parts)))
	}
	return all
}
