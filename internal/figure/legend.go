package figure

import "unicode/utf8"

// Entry is a part of a legend: a label, and what it is for.
type Entry struct {
	Label   string
	Line    *Stroke
	Points  *PointStyle
	Fill    *Paint
	Hatched bool
}

// sampleWidth is how wide the samples of a legend are.
const sampleWidth = 30.0

// legendRow is how far the rows of a legend are apart.
const legendRow = LabelSize + 6

// Legend writes entries in a row that begins at a place on the baseline, and in more where they would reach beyond right. It says
// where the baseline of the last row is.
func (f *Figure) Legend(at Point, right float64, entries []Entry) float64 {
	left := at.X
	for _, e := range entries {
		width := sampleWidth
		if e.Points != nil && e.Line == nil && e.Fill == nil {
			width = e.Points.size() + 4
		}
		if at.X > left && at.X+width+9+textWidth(e.Label, LabelSize, false) > right {
			at = Point{left, at.Y + legendRow}
		}
		middle := at.Y - 0.35*LabelSize
		if e.Fill != nil {
			r := Rect{Point{at.X, middle - 7}, Point{at.X + width, middle + 7}}
			f.add(frameLayer, Area{Points: corners(r), Fill: *e.Fill, Hatched: e.Hatched, Outline: Stroke{Role: Muted, Width: 1}})
		}
		if e.Line != nil {
			f.add(frameLayer, Polyline{Points: []Point{{at.X, middle}, {at.X + width, middle}}, Stroke: *e.Line})
		}
		if e.Points != nil {
			f.add(frameLayer, Points{[]Point{{at.X + width/2, middle}}, *e.Points})
		}
		at.X += width + 9
		f.add(frameLayer, Text{At: at, Text: e.Label})
		// Terminals have characters of one width, and wide ones.
		letters := float64(utf8.RuneCountInString(e.Label))
		at.X += max(textWidth(e.Label, LabelSize, false), float64(0.65*LabelSize*letters)) + 18
	}
	return at.Y
}

func corners(r Rect) []Point {
	return []Point{r.Min, {r.Max.X, r.Min.Y}, r.Max, {r.Min.X, r.Max.Y}}
}
