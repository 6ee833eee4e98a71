package lessons

import (
	"fmt"

	"github.com/neurona-ml/neurona/internal/figure"
)

func (f *neuronFacts) figures(t tongue) []*figure.Figure {
	return []*figure.Figure{f.bill(t), f.slope(t), f.bent(t)}
}

// bill draws the neuron with all numbers.
func (f *neuronFacts) bill(t tongue) *figure.Figure {
	fig := figure.New("bill", t.say("A neuron that adds up", "Una neurona que suma"),
		fmt.Sprintf(t.say("Three inputs, coffee %s, sandwich %s and cake %s, go to one neuron with the weights %s, %s and %s. With the bias %s it says %s.",
			"Tres entradas, café %s, bocadillo %s y tarta %s, llegan a una neurona con los pesos %s, %s y %s. Con el sesgo %s responde %s."),
			short(f.Inputs[0].Input), short(f.Inputs[1].Input), short(f.Inputs[2].Input),
			short(f.Inputs[0].Weight), short(f.Inputs[1].Weight), short(f.Inputs[2].Weight), short(f.Bias), short(f.Sum)), figureWidth, 300)
	var inputs, weights []float64
	for _, x := range f.Inputs {
		inputs, weights = append(inputs, x.Input), append(weights, x.Weight)
	}
	fig.Network(figure.NetworkOptions{
		Layers: []figure.Layer{
			{Title: t.say("inputs", "entradas"), Size: 3, Names: []string{t.say("coffee", "café"), t.say("sandwich", "bocadillo"), t.say("cake", "tarta")}, Values: inputs},
			{Title: t.say("weighted sum", "suma ponderada"), Size: 1, Names: []string{"z"}, Values: []float64{f.Sum}},
		},
		Weights: [][][]float64{{weights}}, Biases: [][]float64{{f.Bias}},
	})
	return fig
}

// coffees are the points of outputs for 0, 1, 2 ... coffees.
func coffees(outputs []float64) []figure.Point {
	var points []figure.Point
	for i, y := range outputs {
		points = append(points, figure.Point{X: float64(i), Y: y})
	}
	return points
}

func (f *neuronFacts) slope(t tongue) *figure.Figure {
	fig := figure.New("slope", t.say("A weight is a slope", "Un peso es una pendiente"),
		fmt.Sprintf(t.say("Points on a straight line: it begins at %s for no coffee and rises by %s with each.",
			"Unos puntos sobre una recta: empieza en %s sin ningún café y sube %s con cada uno."), short(f.More[0]), short(f.Inputs[0].Weight)), figureWidth, 320)
	a := fig.Axes(figure.AxesOptions{
		X: figure.Axis{Label: t.say("coffees", "cafés"), Min: 0, Max: 8, Most: 9}, Y: figure.Axis{Label: t.say("output", "salida"), Min: 0, Max: 18},
	})
	points := coffees(f.More)
	a.Line(points, figure.Stroke{Role: figure.SeriesA, Width: 2})
	a.Points(points, figure.SeriesPoints(0))
	// The slope, as a step of one coffee.
	corner := figure.Point{X: 5, Y: f.More[4]}
	a.Line([]figure.Point{points[4], corner, points[5]}, figure.Stroke{Role: figure.SeriesB, Width: 2, Dash: figure.Dashed})
	a.Label(figure.Point{X: 5, Y: (f.More[4] + f.More[5]) / 2}, figure.RightOf, "w = "+fixed(f.Inputs[0].Weight, 1), figure.SeriesB)
	a.Annotate(points[0], 90, 30, t.say("bias and sandwich: ", "sesgo y bocadillo: ")+short(f.More[0]))
	return fig
}

func (f *neuronFacts) bent(t tongue) *figure.Figure {
	fig := figure.New("bent", t.say("The sum, bent", "La suma, doblada"),
		t.say("A step jumps from 0 to 1 between three and four coffees. A sigmoid rises from 0 to 1 around the same place in the shape of an S.",
			"Un escalón salta de 0 a 1 entre tres y cuatro cafés. Una sigmoide sube de 0 a 1 por el mismo sitio en forma de S."), figureWidth, 330)
	step, sig := t.say("step", "escalón"), t.say("sigmoid", "sigmoide")
	stepPoints, sigPoints := figure.SeriesPoints(1), figure.SeriesPoints(0)
	stepLine, sigLine := figure.Series(1), figure.Series(0)
	a := fig.Axes(figure.AxesOptions{
		X: figure.Axis{Label: t.say("coffees", "cafés"), Min: 0, Max: 8, Most: 9}, Y: figure.Axis{Label: t.say("a large bill?", "¿cuenta grande?"), Min: -0.1, Max: 1.1},
		Legend: []figure.Entry{{Label: step, Line: &stepLine, Points: &stepPoints}, {Label: sig, Line: &sigLine, Points: &sigPoints}},
	})
	// The sum of x coffees is a straight line; between the points that the network was asked for, these are the functions behind it.
	sum := func(x float64) float64 { return f.More[0] + f.Inputs[0].Weight*x - f.Limit }
	a.Function(func(x float64) float64 { return sigmoid(sum(x)) }, figure.Series(0))
	edge := (f.Limit - f.More[0]) / f.Inputs[0].Weight
	a.Line([]figure.Point{{X: 0, Y: 0}, {X: edge, Y: 0}, {X: edge, Y: 1}, {X: 8, Y: 1}}, figure.Series(1))
	a.Points(coffees(f.Stepped), stepPoints)
	a.Points(coffees(f.Bent), sigPoints)
	return fig
}
