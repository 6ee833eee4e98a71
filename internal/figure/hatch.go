package figure

import (
	"math"
	"slices"
)

// hatchGap is how far lines of a hatching are apart, in units, along an axis.
const hatchGap = 12.0

// hatchWidth is how wide its lines are.
const hatchWidth = 1.0

// segment is a straight line between two points.
type segment struct{ from, to Point }

// hatching is the lines over the hatched cells, by the role of the cells. Lines
// go up to the right, and are looked at once in half a cell.
func (m Cells) hatching() map[Role][]segment {
	all := map[Role][]segment{}
	if !m.Scale.Hatched {
		return all
	}
	step := m.width() / float64(2*m.Cols)
	for k := math.Ceil((m.Min.X + m.Min.Y) / hatchGap); float64(k*hatchGap) < m.Max.X+m.Max.Y; k++ {
		from := max(m.Min.X, float64(k*hatchGap)-m.Max.Y)
		to := min(m.Max.X, float64(k*hatchGap)-m.Min.Y)
		start, role := math.NaN(), Ink
		flush := func(end float64) {
			if !math.IsNaN(start) && end > start {
				y := float64(k * hatchGap)
				all[role] = append(all[role], segment{Point{start, y - start}, Point{end, y - end}})
			}
			start = math.NaN()
		}
		for n := 0; from+float64(float64(n)*step) < to; n++ {
			x := from + float64(float64(n)*step)
			v := m.at(Point{x + step/2, float64(k*hatchGap) - x - step/2})
			now := m.Scale.paint(v).Role
			hatched := m.Scale.hatched(v)
			if !math.IsNaN(start) && (!hatched || now != role) {
				flush(x)
			}
			if hatched && math.IsNaN(start) {
				start, role = x, now
			}
		}
		flush(to)
	}
	return all
}

// at is the value of the cell that a place lies in.
func (m Cells) at(p Point) float64 {
	col := int(math.Floor((p.X - m.Min.X) / m.width() * float64(m.Cols)))
	row := int(math.Floor((p.Y - m.Min.Y) / m.height() * float64(m.Rows)))
	if col < 0 || row < 0 || col >= m.Cols || row >= m.Rows {
		return math.NaN()
	}
	return m.Values[row*m.Cols+col]
}

// hatching is the lines over a polygon, up to the right.
func (m Area) hatching() []segment {
	if !m.Hatched {
		return nil
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range m.Points {
		low, high = min(low, p.X+p.Y), max(high, p.X+p.Y)
	}
	var all []segment
	for k := math.Ceil(low / hatchGap); float64(k*hatchGap) < high; k++ {
		line := float64(k * hatchGap)
		var xs []float64 // where the line crosses edges
		for i, p := range m.Points {
			q := m.Points[(i+1)%len(m.Points)]
			a, b := p.X+p.Y-line, q.X+q.Y-line
			if a < 0 != (b < 0) {
				xs = append(xs, p.X+float64(a/(a-b)*(q.X-p.X)))
			}
		}
		slices.Sort(xs)
		for i := 0; i+1 < len(xs); i += 2 {
			all = append(all, segment{Point{xs[i], line - xs[i]}, Point{xs[i+1], line - xs[i+1]}})
		}
	}
	return all
}
