package lessons

import (
	"math"

	"github.com/neurona-ml/neurona/internal/figure"
	"github.com/neurona-ml/neurona/nn/tensor"
)

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

// powers are ticks at powers of ten, of an axis of logarithms.
func powers(low, high float64) []figure.Tick {
	var ticks []figure.Tick
	step := math.Max(1, math.Ceil((high-low)/6))
	for p := low; p <= high; p += step {
		ticks = append(ticks, figure.Tick{Value: p, Label: powerLabel(int(p))})
	}
	return ticks
}

// powerLabel spells a power of ten: as a number where that is short.
func powerLabel(p int) string {
	if p >= -3 && p <= 6 {
		return fixed(math.Pow10(p), max(0, -p))
	}
	superscript := []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")
	label, n := "10", p
	if p < 0 {
		label, n = label+"⁻", -p
	}
	for _, d := range fixed(float64(n), 0) {
		label += string(superscript[d-'0'])
	}
	return label
}

// cornerAxes are the plane of two inputs of a gate.
func cornerAxes(fig *figure.Figure, at figure.Rect, title string) *figure.Axes {
	ticks := []figure.Tick{{Value: 0, Label: "0"}, {Value: 1, Label: "1"}}
	return fig.Axes(figure.AxesOptions{At: at, Title: title, Equal: true, Framed: true,
		X: figure.Axis{Label: "x₁", Min: -0.6, Max: 1.6, Ticks: ticks}, Y: figure.Axis{Label: "x₂", Min: -0.6, Max: 1.6, Ticks: ticks}})
}

// drawCorners draws the four cases, those that are a yes as squares.
func drawCorners(a *figure.Axes, truth [4]float64) {
	for i, x := 0, corners().Data; i < 4; i++ {
		style := figure.SeriesPoints(0)
		if truth[i] > 0.5 {
			style = figure.SeriesPoints(1)
		}
		style.Size = 13
		a.Points([]figure.Point{{X: float64(x[2*i]), Y: float64(x[2*i+1])}}, style)
	}
}

// indicator is 1 above 0.
func indicator(v float64) float64 {
	if v > 0 {
		return 1
	}
	return 0
}

// drawPoints draws rows of two inputs by their class.
func drawPoints(a *figure.Axes, x tensor.Matrix, y []float32, size float64) {
	var sets [2][]figure.Point
	for i := range x.Rows {
		row, class := tensor.Row(x, i), 0
		if y[i] > 0.5 {
			class = 1
		}
		sets[class] = append(sets[class], figure.Point{X: float64(row[0]), Y: float64(row[1])})
	}
	for class, points := range sets {
		style := figure.SeriesPoints(class)
		style.Size = size
		a.Points(points, style)
	}
}
