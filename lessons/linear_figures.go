package lessons

import (
	"slices"

	"github.com/neurona-ml/neurona/internal/figure"
)

func (f *linearFacts) figures(t tongue) []*figure.Figure {
	fig := figure.New("ten", t.say("Ten layers", "Diez capas"),
		t.say("Left: what ten layers without bends say are points on one straight line. Right: with tanh between the layers the points lie on a curve that bends several times.",
			"Izquierda: lo que dicen diez capas sin dobleces son puntos sobre una recta. Derecha: con tanh entre las capas, los puntos caen sobre una curva que se dobla varias veces."), figureWidth, 300)
	tiles := figure.Tiles(band(0, fig.Height), 1, 2)
	axes := func(at figure.Rect, title string, values []float64) *figure.Axes {
		low, high := figure.Around(slices.Min(values), slices.Max(values))
		return fig.Axes(figure.AxesOptions{At: at, Title: title, X: figure.Axis{Label: "x", Min: -2, Max: 2}, Y: figure.Axis{Label: t.say("output", "salida"), Min: low, Max: high}})
	}
	some := func(values []float64) (points []figure.Point) {
		for i := 0; i < len(values); i += 5 {
			points = append(points, figure.Point{X: f.x[i], Y: values[i]})
		}
		return points
	}
	left := axes(tiles[0], t.say("without bends", "sin dobleces"), f.flat)
	left.Function(func(x float64) float64 { return f.Slope*x + f.Offset }, figure.Stroke{Role: figure.Ink, Width: 2})
	left.Points(some(f.flat), figure.SeriesPoints(0))
	right := axes(tiles[1], t.say("with tanh", "con tanh"), f.bent)
	right.Line(figure.XY(f.x, f.bent), figure.Stroke{Role: figure.SeriesB, Width: 2})
	right.Points(some(f.bent), figure.SeriesPoints(1))
	return []*figure.Figure{fig}
}
