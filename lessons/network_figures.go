package lessons

import (
	"github.com/neurona-ml/neurona/internal/figure"
)

func (f *networkFacts) figures(t tongue) []*figure.Figure {
	return []*figure.Figure{f.parts(t), f.layers(t)}
}

// parts draws a neuron, a layer and a network.
func (f *networkFacts) parts(t tongue) *figure.Figure {
	fig := figure.New("parts", t.say("Neuron, layer, network", "Neurona, capa, red"),
		t.say("Three drawings. One circle with two inputs; three circles with the same two inputs; three columns of circles, each joined to all of the one before.",
			"Tres dibujos. Un círculo con dos entradas; tres círculos con las mismas dos entradas; tres columnas de círculos, cada una unida a toda la anterior."), figureWidth, 200)
	for i, c := range []struct {
		title string
		sizes []int
	}{{t.say("neuron", "neurona"), []int{2, 1}}, {t.say("layer", "capa"), []int{2, 3}}, {t.say("network", "red"), []int{2, 4, 3, 1}}} {
		tile := figure.Tiles(band(0, fig.Height), 1, 3)[i]
		fig.Add(figure.Text{At: figure.Point{X: (tile.Min.X + tile.Max.X) / 2, Y: tile.Min.Y + 24}, Text: c.title, Anchor: figure.Middle, Size: figure.TitleSize, Bold: true, Role: figure.Ink})
		tile.Min.Y += 40
		var layers []figure.Layer
		for _, n := range c.sizes {
			layers = append(layers, figure.Layer{Size: n})
		}
		fig.Network(figure.NetworkOptions{At: tile, Layers: layers, Unlabelled: true})
	}
	return fig
}

// layers shows what each neuron says of the plane.
func (f *networkFacts) layers(t tongue) *figure.Figure {
	fig := figure.New("layers", t.say("What each neuron says", "Lo que dice cada neurona"),
		t.say("Eight squares. In the first row, four: each is cut by one straight edge, in a direction of its own. In the second row, three whose edges are bent. Below them, large, the answer: two arms of a spiral, with nearly every point on its own side of a winding edge.",
			"Ocho cuadrados. En la primera fila, cuatro: cada uno cortado por un borde recto, cada cual en su dirección. En la segunda, tres con bordes curvos. Debajo, grande, la respuesta: los dos brazos de una espiral, con casi todos los puntos en su lado de un borde sinuoso."), figureWidth, 690)
	square := func(at figure.Rect, title string, values []float64, low, high float64) *figure.Axes {
		a := fig.Axes(figure.AxesOptions{At: at, Title: title, Equal: true, Framed: true,
			X: figure.Axis{Min: -spiralEdge, Max: spiralEdge, Bare: true}, Y: figure.Axis{Min: -spiralEdge, Max: spiralEdge, Bare: true}})
		z := sampledPlane(values, -spiralEdge, spiralEdge, networkGrid)
		a.Region(z, figure.Scale{Kind: figure.Diverging, Low: low, High: high, Hatched: true})
		a.Contour(z, 0, figure.Stroke{Role: figure.Ink, Width: 2})
		return a
	}
	heading(fig, 22, t.say("first hidden layer", "primera capa oculta"))
	for j, at := range figure.Tiles(band(22, 136), 1, len(f.first)) {
		square(at, "", f.first[j], -1, 1)
	}
	heading(fig, 168, t.say("second hidden layer", "segunda capa oculta"))
	for j, at := range figure.Tiles(band(168, 318), 1, len(f.second)) {
		square(at, "", f.second[j], -1, 1)
	}
	heading(fig, 350, t.say("answer", "respuesta"))
	a := square(band(350, fig.Height), "", f.out, -4, 4)
	drawPoints(a, f.x, f.y, 6)
	return fig
}
