package lessons

import (
	"fmt"

	"github.com/neurona-ml/neurona/internal/figure"
)

func (f *backpropFacts) figures(t tongue) []*figure.Figure {
	return []*figure.Figure{f.graph(t), f.forwardDrawn(t), f.backwardDrawn(t)}
}

// graph draws the chain w, z, a, C with slopes going back.
func (f *backpropFacts) graph(t tongue) *figure.Figure {
	fig := figure.New("graph", t.say("The chain", "La cadena"),
		t.say("Four circles in a row, w and b, z, a and C, joined by arrows to the right. Below them arrows lead back to the left, with the slopes from C to a, from a to z and from z to w.",
			"Cuatro círculos en fila, w y b, z, a y C, unidos por flechas hacia la derecha. Debajo, otras flechas vuelven hacia la izquierda con las pendientes de C a a, de a a z y de z a w."), figureWidth, 200)
	xs := []float64{44, 161, 279, 396}
	const y, radius = 100, 28
	for i, name := range []string{"w, b", "z", "a", "C"} {
		at := figure.Point{X: xs[i], Y: y}
		fig.Add(figure.Circle{Center: at, Radius: radius, Fill: figure.Paint{Role: figure.SeriesA, Strength: 0.18}, Outline: figure.Stroke{Role: figure.SeriesA, Width: 2}})
		fig.Add(figure.Text{At: figure.Point{X: at.X, Y: at.Y + 6}, Text: name, Anchor: figure.Middle, Size: figure.TitleSize, Italic: true, Role: figure.Ink})
	}
	for i, what := range []string{t.say("sum", "suma"), t.say("activation", "activación"), t.say("cost", "coste")} {
		fig.Add(figure.Arrow{From: figure.Point{X: xs[i] + radius + 6, Y: y - 8}, To: figure.Point{X: xs[i+1] - radius - 6, Y: y - 8}, Stroke: figure.Stroke{Role: figure.Ink, Width: 2}})
		fig.Add(figure.Text{At: figure.Point{X: (xs[i] + xs[i+1]) / 2, Y: y - 38}, Text: what, Anchor: figure.Middle, Role: figure.Ink})
	}
	for i, slope := range []string{"∂z/∂w", "∂a/∂z", "∂C/∂a"} {
		fig.Add(figure.Arrow{From: figure.Point{X: xs[i+1] - radius - 6, Y: y + 14}, To: figure.Point{X: xs[i] + radius + 6, Y: y + 14}, Stroke: figure.Stroke{Role: figure.SeriesB, Width: 2.5, Dash: figure.Dashed}})
		fig.Add(figure.Text{At: figure.Point{X: (xs[i] + xs[i+1]) / 2, Y: y + 52}, Text: slope, Anchor: figure.Middle, Size: figure.TitleSize, Role: figure.SeriesB})
	}
	fig.Add(figure.Text{At: figure.Point{X: figureWidth / 2, Y: 26}, Text: t.say("forward: values", "hacia delante: valores"), Anchor: figure.Middle, Role: figure.Ink, Bold: true})
	fig.Add(figure.Text{At: figure.Point{X: figureWidth / 2, Y: 186}, Text: t.say("back: slopes, multiplied", "hacia atrás: pendientes, multiplicadas"), Anchor: figure.Middle, Role: figure.SeriesB, Bold: true})
	return fig
}

func (f *backpropFacts) forwardDrawn(t tongue) *figure.Figure {
	fig := figure.New("forward", t.say("Forward", "Hacia delante"),
		fmt.Sprintf(t.say("Two inputs, %s and %s. The first hidden neuron takes them with the weights %s and %s and has the bias %s: it says %s. The second has %s, %s and %s: it says %s. The output takes these two with %s and %s and has the bias %s: it says %s.",
			"Dos entradas, %s y %s. La primera neurona oculta las toma con los pesos %s y %s y tiene el sesgo %s: dice %s. La segunda tiene %s, %s y %s: dice %s. La salida toma esas dos con %s y %s y tiene el sesgo %s: dice %s."),
			short(f.X[0]), short(f.X[1]), short(f.Hidden[0].W[0]), short(f.Hidden[0].W[1]), short(f.Hidden[0].B), fixed(f.Hidden[0].A, 4),
			short(f.Hidden[1].W[0]), short(f.Hidden[1].W[1]), short(f.Hidden[1].B), fixed(f.Hidden[1].A, 4),
			short(f.Output.W[0]), short(f.Output.W[1]), short(f.Output.B), fixed(f.Output.A, 4)), figureWidth, 310)
	fig.Network(figure.NetworkOptions{
		Layers: []figure.Layer{
			{Title: t.say("inputs", "entradas"), Size: 2, Names: []string{"x₁", "x₂"}, Values: f.X[:]},
			{Title: t.say("hidden", "ocultas"), Size: 2, Names: []string{"h₁", "h₂"}, Values: []float64{f.Hidden[0].A, f.Hidden[1].A}},
			{Title: t.say("output", "salida"), Size: 1, Names: []string{"a"}, Values: []float64{f.Output.A}},
		},
		Weights: [][][]float64{{f.Hidden[0].W[:], f.Hidden[1].W[:]}, {f.Output.W[:]}},
		Biases:  [][]float64{{f.Hidden[0].B, f.Hidden[1].B}, {f.Output.B}},
	})
	return fig
}

func (f *backpropFacts) backwardDrawn(t tongue) *figure.Figure {
	fig := figure.New("backward", t.say("Back", "Hacia atrás"),
		fmt.Sprintf(t.say("The hidden neurons and the output of the same network, with their shares of the error in them: the output has %s; the first hidden neuron, which it takes with the weight %s, has %s, and the second, with the weight %s, has %s.",
			"Las neuronas ocultas y la salida de la misma red, con su parte del error dentro: la salida tiene %s; la primera oculta, que toma con el peso %s, tiene %s, y la segunda, con el peso %s, tiene %s."),
			fixed(f.Output.Delta, 4), short(f.Output.W[0]), fixed(f.Hidden[0].Delta, 4), short(f.Output.W[1]), fixed(f.Hidden[1].Delta, 4)), figureWidth, 230)
	fig.Network(figure.NetworkOptions{Decimals: 3, Layers: []figure.Layer{
		{Title: t.say("hidden", "ocultas"), Size: 2, Names: []string{"δ₁", "δ₂"}, Values: []float64{f.Hidden[0].Delta, f.Hidden[1].Delta}},
		{Title: t.say("output", "salida"), Size: 1, Names: []string{"δ"}, Values: []float64{f.Output.Delta}},
	}, Weights: [][][]float64{{f.Output.W[:]}}})
	return fig
}
