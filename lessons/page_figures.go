package lessons

import "github.com/neurona-ml/neurona/internal/figure"

// figureWidth is how wide all figures are, in units: on a telephone, 360 pixels wide, their text is 11 pixels high then.
const figureWidth = 440

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
