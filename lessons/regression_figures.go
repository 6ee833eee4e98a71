package lessons

import (
	"math"

	"github.com/neurona-ml/neurona/internal/figure"
)

func (f *regressionFacts) figures(t tongue) []*figure.Figure {
	return []*figure.Figure{f.lines(t), f.falling(t)}
}

func (f *regressionFacts) lines(t tongue) *figure.Figure {
	fig := figure.New("lines", t.say("The line finds the flats", "La recta encuentra los pisos"),
		t.say("The flats rise from the lower left to the upper right. The line lies flat at the bottom at first, and tilts upwards until it runs through the middle of them, where the least-squares line is.",
			"Los pisos suben de abajo a la izquierda a arriba a la derecha. La recta empieza tumbada abajo y se va levantando hasta pasar por en medio, donde está la de mínimos cuadrados."), figureWidth, 430)
	labels := make([]string, len(f.Shown))
	for i, s := range f.Shown {
		labels[i] = t.say("epoch ", "época ") + short(float64(s.Epoch))
	}
	exact := figure.Stroke{Role: figure.Ink, Width: 5, Dash: figure.Dotted}
	a := fig.Axes(figure.AxesOptions{
		X: figure.Axis{Label: t.say("area, m²", "superficie, m²"), Min: 20, Max: 130}, Y: figure.Axis{Label: t.say("rent, €", "alquiler, €"), Min: 0, Max: 1150},
		Room:   figure.LabelRoom(labels...),
		Legend: []figure.Entry{{Label: t.say("least-squares line", "recta de mínimos cuadrados"), Line: &exact}},
	})
	for i := range f.Areas {
		// How far the line found is from each flat.
		a.Line([]figure.Point{{X: f.Areas[i], Y: f.Rents[i]}, {X: f.Areas[i], Y: f.W*f.Areas[i] + f.B}}, figure.Stroke{Role: figure.Muted, Width: 1})
	}
	a.Function(func(x float64) float64 { return f.ExactW*x + f.ExactB }, exact)
	for i, s := range f.Shown {
		rule := func(x float64) float64 { return s.W*x + s.B }
		stroke := figure.Stroke{Role: figure.SeriesB, Width: 1.5, Dash: figure.Dashed}
		if i == len(f.Shown)-1 {
			stroke = figure.Stroke{Role: figure.SeriesB, Width: 3}
		}
		a.Function(rule, stroke)
		a.EndLabel(a.FunctionEnd(rule), labels[i], figure.SeriesB)
	}
	a.Points(figure.XY(f.Areas, f.Rents), figure.SeriesPoints(0))
	return fig
}

func (f *regressionFacts) falling(t tongue) *figure.Figure {
	fig := figure.New("cost", t.say("The cost falls", "El coste baja"),
		t.say("The cost falls steeply at first, then ever more slowly, and runs into a horizontal line: the cost of the formula.",
			"El coste cae deprisa al principio, luego cada vez más despacio, y acaba en una línea horizontal: el coste de la fórmula."), figureWidth, 320)
	low := math.Floor(math.Log10(f.ExactCost))
	high := math.Ceil(math.Log10(f.Costs[0]))
	a := fig.Axes(figure.AxesOptions{
		X: figure.Axis{Label: t.say("epoch", "época"), Min: 0, Max: float64(f.Epochs)}, Y: figure.Axis{Label: t.say("cost, €²", "coste, €²"), Min: low, Max: high, Ticks: powers(low, high)},
		Room: figure.LabelRoom(t.say("descent", "descenso"), t.say("formula", "fórmula")),
	})
	var curve []figure.Point
	for i, c := range f.Costs {
		curve = append(curve, figure.Point{X: float64(i), Y: math.Log10(c)})
	}
	least := func(float64) float64 { return math.Log10(f.ExactCost) }
	a.Function(least, figure.Stroke{Role: figure.Ink, Width: 2, Dash: figure.Dotted})
	a.Line(curve, figure.Series(0))
	a.EndLabel(figure.Point{X: float64(f.Epochs), Y: math.Log10(f.ExactCost)}, t.say("formula", "fórmula"), figure.Ink)
	a.Label(figure.Point{X: 6, Y: math.Log10(f.Costs[6])}, figure.RightOf, t.say("descent", "descenso"), figure.SeriesA)
	return fig
}
