package lessons

import (
	"math"

	"github.com/neurona-ml/neurona/internal/figure"
)

func (f *gatesFacts) figures(t tongue) []*figure.Figure {
	return []*figure.Figure{f.move(t), f.learning(t)}
}

// weightArrow is the line of the arrow of a gate's weights.
func weightArrow() figure.Stroke { return figure.Stroke{Role: figure.Ink, Width: 2} }

// drawWeights draws the direction of a gate's weights, from its border to the side of the yes.
func drawWeights(a *figure.Axes, g gate) {
	// From the place on the border that is nearest to the middle of the square.
	length := math.Hypot(g.W1, g.W2)
	away := (float64(g.W1*0.5) + float64(g.W2*0.5) + g.B) / length
	x, y := g.W1/length, g.W2/length
	const aside = 0.3 // so that no point lies on it
	from := figure.Point{X: 0.5 - float64(away*x) - float64(aside*y), Y: 0.5 - float64(away*y) + float64(aside*x)}
	a.Arrow(from, figure.Point{X: from.X + float64(0.45*x), Y: from.Y + float64(0.45*y)}, weightArrow())
}

// drawLine draws the border of a gate.
func drawLine(a *figure.Axes, g gate, s figure.Stroke) {
	a.Contour(func(x, y float64) float64 { return g.W1*x + g.W2*y + g.B }, 0, s)
}

func (f *gatesFacts) move(t tongue) *figure.Figure {
	fig := figure.New("move", t.say("The line moves", "La recta se mueve"),
		t.say("Four squares with the four cases at their corners. AND: a sloping line leaves only 11 on its upper right. OR, by the bias: the same line, moved towards 00, leaves only 00 on its lower left. OR, by the weights: likewise. Weights that differ: the line is turned. An arrow on each line points to the side of the yes.",
			"Cuatro cuadrados con los cuatro casos en las esquinas. AND: una recta inclinada deja solo 11 arriba a la derecha. OR, con el sesgo: la misma recta, desplazada hacia 00, deja solo 00 abajo a la izquierda. OR, con los pesos: lo mismo. Pesos distintos: la recta ha girado. En cada recta, una flecha señala el lado del sí."), figureWidth, 720)
	turned := gate{W1: 1.5, W2: -0.5, B: f.Or.B}
	tiles := figure.Tiles(band(0, 600), 2, 2)
	for i, c := range []struct {
		title string
		g     gate
		truth [4]float64
	}{
		{"AND: b = " + figure.Format(f.And.B, 1), f.And, f.And.Out},
		{"OR: b = " + figure.Format(f.Or.B, 1), f.Or, f.Or.Out},
		{"OR: w = (" + short(f.Heavy.W1) + ", " + short(f.Heavy.W2) + ")", f.Heavy, f.Heavy.Out},
		{"w = (" + figure.Format(turned.W1, 1) + ", " + figure.Format(turned.W2, 1) + ")", turned, [4]float64{0, 0, 1, 1}},
	} {
		a := cornerAxes(fig, tiles[i], c.title)
		a.Region(func(x, y float64) float64 { return indicator(c.g.W1*x + c.g.W2*y + c.g.B) }, figure.Scale{Kind: figure.Diverging, Low: 0, High: 1, Hatched: true})
		if i == 1 || i == 2 {
			drawLine(a, f.And, figure.Stroke{Role: figure.Muted, Width: 2, Dash: figure.Dashed})
			a.Arrow(figure.Point{X: 1.4, Y: 0.1}, figure.Point{X: 0.97, Y: -0.33}, figure.Stroke{Role: figure.Muted, Width: 2})
		}
		drawLine(a, c.g, figure.Stroke{Role: figure.Ink, Width: 3})
		drawWeights(a, c.g)
		drawCorners(a, c.truth)
	}
	// What is drawn, below.
	key := figure.Point{X: 30, Y: 625}
	for _, e := range append(yesNo(t.say("yes", "sí"), "no"), figure.Entry{Label: t.say("border", "frontera"), Line: &figure.Stroke{Role: figure.Ink, Width: 3}}) {
		fig.Legend(key, figureWidth, []figure.Entry{e})
		key.Y += 27
	}
	fig.Add(figure.Arrow{From: figure.Point{X: key.X, Y: key.Y - 6}, To: figure.Point{X: key.X + 30, Y: key.Y - 6}, Stroke: weightArrow()},
		figure.Text{At: figure.Point{X: key.X + 39, Y: key.Y}, Text: t.say("arrow (w₁, w₂)", "flecha (w₁, w₂)")})
	return fig
}

func (f *gatesFacts) learning(t tongue) *figure.Figure {
	fig := figure.New("learnt", t.say("A sigmoid learns AND", "Una sigmoide aprende AND"),
		t.say("Four squares with the cases at their corners, for more and more epochs. The border moves from anywhere to between 11 and the rest, and the change from no to yes becomes steeper.",
			"Cuatro cuadrados con los casos en las esquinas, tras cada vez más épocas. La frontera pasa de estar en cualquier sitio a quedar entre 11 y el resto, y el paso del no al sí se vuelve más brusco."), figureWidth, 624)
	fig.Legend(figure.Point{X: 8, Y: 22}, figureWidth, yesNo(t.say("yes", "sí"), "no"))
	for i, g := range f.Learnt {
		a := cornerAxes(fig, figure.Tiles(band(30, fig.Height), 2, 2)[i], t.say("epoch ", "época ")+short(float64(g.Epoch)))
		a.Region(func(x, y float64) float64 { return sigmoid(g.W1*x + g.W2*y + g.B) }, figure.Scale{Kind: figure.Diverging, Low: 0, High: 1, Hatched: true})
		drawLine(a, g, figure.Stroke{Role: figure.Ink, Width: 3})
		drawCorners(a, [4]float64{0, 0, 0, 1})
	}
	return fig
}
