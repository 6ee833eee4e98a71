package lessons

import "github.com/neurona-ml/neurona/internal/figure"

func (f *gatesFacts) figures(t tongue) []*figure.Figure {
	return []*figure.Figure{f.move(t), f.learning(t)}
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

// drawLine draws the border of a gate, and the arrow of its weights on the side of the yes.
func drawLine(a *figure.Axes, g gate, s figure.Stroke) {
	a.Contour(func(x, y float64) float64 { return g.W1*x + g.W2*y + g.B }, 0, s)
}

func (f *gatesFacts) move(t tongue) *figure.Figure {
	fig := figure.New("move", t.say("The line moves", "La recta se mueve"),
		t.say("Three squares with the four cases at their corners. AND: a sloping line leaves only 11 on its upper right. OR: the same line, moved towards 00, leaves only 00 on its lower left. Other weights: the line is turned.",
			"Tres cuadrados con los cuatro casos en las esquinas. AND: una recta inclinada deja solo 11 arriba a la derecha. OR: la misma recta, desplazada hacia 00, deja solo 00 abajo a la izquierda. Otros pesos: la recta ha girado."), 640, 300)
	turned := gate{W1: 2, W2: 0.5, B: -0.5}
	for i, c := range []struct {
		title string
		g     gate
		truth [4]float64
	}{
		{"AND: b = " + figure.Format(f.And.B, 1), f.And, f.And.Out},
		{"OR: b = " + figure.Format(f.Or.B, 1), f.Or, f.Or.Out},
		{t.say("w turned", "otros pesos"), turned, [4]float64{0, 0, 1, 1}},
	} {
		a := cornerAxes(fig, fig.Tiles(1, 3)[i], c.title)
		a.Region(func(x, y float64) float64 { return indicator(c.g.W1*x + c.g.W2*y + c.g.B) }, figure.Scale{Kind: figure.Diverging, Low: 0, High: 1, Hatched: true})
		if i == 1 {
			drawLine(a, f.And, figure.Stroke{Role: figure.Muted, Width: 2, Dash: figure.Dashed})
			a.Arrow(figure.Point{X: 0.95, Y: 0.5}, figure.Point{X: 0.42, Y: 0.02}, figure.Stroke{Role: figure.Muted, Width: 2})
		}
		drawLine(a, c.g, figure.Stroke{Role: figure.Ink, Width: 3})
		drawCorners(a, c.truth)
	}
	return fig
}

// indicator is 1 above 0.
func indicator(v float64) float64 {
	if v > 0 {
		return 1
	}
	return 0
}

func (f *gatesFacts) learning(t tongue) *figure.Figure {
	fig := figure.New("learnt", t.say("A sigmoid learns AND", "Una sigmoide aprende AND"),
		t.say("Four squares with the cases at their corners, after 0, 10, 100 and 1000 epochs. The border moves from anywhere to between 11 and the rest, and the change from no to yes becomes steeper.",
			"Cuatro cuadrados con los casos en las esquinas, tras 0, 10, 100 y 1000 épocas. La frontera pasa de estar en cualquier sitio a quedar entre 11 y el resto, y el paso del no al sí se vuelve más brusco."), 640, 620)
	for i, g := range f.Learnt {
		a := cornerAxes(fig, fig.Tiles(2, 2)[i], t.say("epoch ", "época ")+short(float64(g.Epoch)))
		a.Region(func(x, y float64) float64 { return sigmoid(g.W1*x + g.W2*y + g.B) }, figure.Scale{Kind: figure.Diverging, Low: 0, High: 1, Hatched: true})
		drawLine(a, g, figure.Stroke{Role: figure.Ink, Width: 3})
		drawCorners(a, [4]float64{0, 0, 0, 1})
	}
	return fig
}
