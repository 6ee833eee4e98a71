package lessons

import "github.com/neurona-ml/neurona/internal/figure"

// figureWidth is how wide all figures are, in units: on a telephone, 360 pixels wide, their text is 11 pixels high then.
const figureWidth = 440

// tiles cuts a rectangle into rows and columns.
func tiles(at figure.Rect, rows, cols int) []figure.Rect {
	const gap = 12.0
	width := (at.Max.X - at.Min.X - float64(gap*float64(cols-1))) / float64(cols)
	height := (at.Max.Y - at.Min.Y - float64(gap*float64(rows-1))) / float64(rows)
	var all []figure.Rect
	for row := range rows {
		for col := range cols {
			min := figure.Point{X: at.Min.X + float64(float64(col)*(width+gap)), Y: at.Min.Y + float64(float64(row)*(height+gap))}
			all = append(all, figure.Rect{Min: min, Max: figure.Point{X: min.X + width, Y: min.Y + height}})
		}
	}
	return all
}

// band is a part of a figure from side to side.
func band(top, bottom float64) figure.Rect {
	return figure.Rect{Min: figure.Point{Y: top}, Max: figure.Point{X: figureWidth, Y: bottom}}
}

// yesNo are the parts of a legend for points of two classes, the yes first.
func yesNo(yes, no string) []figure.Entry {
	a, b := figure.SeriesPoints(1), figure.SeriesPoints(0)
	a.Size, b.Size = 11, 11
	return []figure.Entry{{Label: yes, Points: &a}, {Label: no, Points: &b}}
}

// heading is a title at the left of a figure, on a baseline.
func heading(fig *figure.Figure, y float64, text string) {
	fig.Add(figure.Text{At: figure.Point{X: 8, Y: y}, Text: text, Size: figure.TitleSize, Bold: true, Role: figure.Ink})
}
