package lessons

import "github.com/neurona-ml/neurona/internal/figure"

func (f *activationsFacts) figures(t tongue) []*figure.Figure {
	return []*figure.Figure{f.curves(t), f.forecast(t), f.bent(t)}
}

// curveTitle is an activation's name.
func curveTitle(t tongue, name string) string {
	switch name {
	case "step":
		return t.say("step", "escalón")
	case "sigmoid":
		return t.say("sigmoid", "sigmoide")
	case "relu":
		return "ReLU"
	}
	return name
}

func (f *activationsFacts) curves(t tongue) *figure.Figure {
	fig := figure.New("curves", t.say("Four activations and their slopes", "Cuatro funciones de activación y sus pendientes"),
		t.say("The step jumps from 0 to 1 and has no slope. The sigmoid is an S from 0 to 1 with a low bell as its slope. Tanh is an S from -1 to 1 with a bell up to 1. ReLU is 0 up to 0 and then rises; its slope is 0 and then 1.",
			"El escalón salta de 0 a 1 y no tiene pendiente. La sigmoide es una S de 0 a 1, y su pendiente, una campana baja. Tanh es una S de -1 a 1, con una campana que llega a 1. ReLU vale 0 hasta 0 y después sube; su pendiente vale 0 y después 1."), figureWidth, 500)
	value, slope := figure.Series(0), figure.Series(1)
	value.Width = 3
	fig.Legend(figure.Point{X: 8, Y: 22}, figureWidth, []figure.Entry{{Label: t.say("value", "valor"), Line: &value}, {Label: t.say("slope", "pendiente"), Line: &slope}})
	for i, c := range f.Curves {
		a := fig.Axes(figure.AxesOptions{At: figure.Tiles(band(30, fig.Height), 2, 2)[i], Title: curveTitle(t, c.Name), X: figure.Axis{Label: "z", Min: -4, Max: 4, Most: 5}, Y: figure.Axis{Min: -1.2, Max: 2.2, Most: 4}})
		if c.Name == "step" {
			a.Line([]figure.Point{{X: -4, Y: 0}, {X: 0, Y: 0}}, value)
			a.Line([]figure.Point{{X: 0, Y: 1}, {X: 4, Y: 1}}, value)
			open, closed := figure.PointStyle{Role: figure.SeriesA, Shape: figure.Ring}, figure.PointStyle{Role: figure.SeriesA, Shape: figure.Disc}
			a.Points([]figure.Point{{X: 0, Y: 1}}, open)
			a.Points([]figure.Point{{X: 0, Y: 0}}, closed)
			continue // there is no slope to draw
		}
		a.Line(figure.XY(c.x, c.y), value)
		a.Line(figure.XY(c.x, c.dy), slope)
	}
	return fig
}

func (f *activationsFacts) forecast(t tongue) *figure.Figure {
	fig := figure.New("forecast", t.say("What was said, and what was so", "Lo que dijo la neurona y lo que fue"),
		t.say("Ten points lie close to the diagonal from 0, 0 to 1, 1.", "Diez puntos quedan pegados a la diagonal que va de 0, 0 a 1, 1."), figureWidth, 450)
	a := fig.Axes(figure.AxesOptions{Equal: true, Framed: true,
		X: figure.Axis{Label: t.say("the neuron said", "la neurona dijo"), Min: 0, Max: 1}, Y: figure.Axis{Label: t.say("share of yes", "parte de síes"), Min: 0, Max: 1}})
	a.Line([]figure.Point{{X: 0, Y: 0}, {X: 1, Y: 1}}, figure.Stroke{Role: figure.Muted, Width: 2, Dash: figure.Dashed})
	var points []figure.Point
	for _, b := range f.Bins {
		points = append(points, figure.Point{X: b.Said, Y: b.Happened})
	}
	style := figure.SeriesPoints(0)
	style.Size = 12
	a.Points(points, style)
	return fig
}

func (f *activationsFacts) bent(t tongue) *figure.Figure {
	fig := figure.New("bends", t.say("A plane, bent", "Un plano, doblado"),
		t.say("Four surfaces. The sum is a tilted plane. The sigmoid makes a cliff from low to high, tanh a higher one, and ReLU a flat floor with a slope that begins along a line.",
			"Cuatro superficies. La suma es un plano inclinado. La sigmoide hace un acantilado de bajo a alto, tanh uno más alto, y ReLU un suelo llano con una cuesta que empieza en una línea."), figureWidth, 480)
	for i, name := range []string{t.say("the sum", "la suma"), t.say("sigmoid", "sigmoide"), "tanh", "ReLU"} {
		tile := figure.Tiles(band(0, fig.Height), 2, 2)[i]
		fig.Add(figure.Text{At: figure.Point{X: (tile.Min.X + tile.Max.X) / 2, Y: tile.Min.Y + 22}, Text: name, Anchor: figure.Middle, Size: figure.TitleSize, Bold: true, Role: figure.Ink})
		tile.Min.Y += 30
		z := figure.Axis{Bare: true}
		if i == 1 || i == 2 {
			z.Min, z.Max = -1.2, 1.2
		}
		fig.Surface(sampledPlane(f.bends[i], -2, 2, bendGrid), figure.SurfaceOptions{At: tile,
			X: figure.Axis{Label: "x₁", Min: -2, Max: 2, Most: 3}, Y: figure.Axis{Label: "x₂", Min: -2, Max: 2, Most: 3}, Z: z})
	}
	return fig
}
