package lessons

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/internal/figure"
)

func (f *circleFacts) figures(t tongue) []*figure.Figure {
	list := []*figure.Figure{f.planes(t), f.hill(t), f.cut(t)}
	if f.Bad.Seed != 0 {
		list = append(list, f.fails(t))
	}
	return list
}

// square are the axes of the plane, without numbers.
func (f *circleFacts) square(fig *figure.Figure, at figure.Rect, title string) *figure.Axes {
	return fig.Axes(figure.AxesOptions{At: at, Title: title, Equal: true, Framed: true,
		X: figure.Axis{Min: -circleEdge, Max: circleEdge, Bare: true}, Y: figure.Axis{Min: -circleEdge, Max: circleEdge, Bare: true}})
}

// drawHalfPlane draws what a neuron adds to the sum, and an arrow to its low side.
func (e *enclosure) drawHalfPlane(a *figure.Axes, j int) {
	z, n := sampledPlane(e.each[j], -circleEdge, circleEdge, circleGrid), e.Neurons[j]
	a.Region(z, figure.Scale{Kind: figure.Diverging, Low: -n.Height, High: n.Height, Hatched: true})
	if n.Idle() {
		return
	}
	a.Contour(z, 0, figure.Stroke{Role: figure.Ink, Width: 2.5})
	sin, cos := math.Sincos(n.Angle * math.Pi / 180)
	from, to := n.Distance-0.1, n.Distance+0.45
	a.Arrow(figure.Point{X: from * cos, Y: from * sin}, figure.Point{X: to * cos, Y: to * sin}, figure.Stroke{Role: figure.Ink, Width: 2.5})
}

func (f *circleFacts) planes(t tongue) *figure.Figure {
	fig := figure.New("planes", t.say("Four half-planes", "Cuatro semiplanos"),
		t.say("Four squares, each cut by a straight line beside the middle. The middle is on the high side in all of them; the arrows to the low sides point in four different directions.",
			"Cuatro cuadrados, cada uno cortado por una recta junto al centro. El centro queda en el lado alto en los cuatro; las flechas hacia el lado bajo señalan en cuatro direcciones distintas."), figureWidth, 464)
	for j := range f.Good.Neurons {
		f.Good.drawHalfPlane(f.square(fig, figure.Tiles(band(0, fig.Height), 2, 2)[j], fmt.Sprintf(t.say("neuron %d", "neurona %d"), j+1)), j)
	}
	return fig
}

func (f *circleFacts) hill(t tongue) *figure.Figure {
	fig := figure.New("hill", t.say("The hill", "La colina"),
		t.say("A surface over the plane: a hill with a broad top in the middle that falls to all sides. On the base below it the contour lines are rounded squares.",
			"Una superficie sobre el plano: una colina de cima ancha en el centro que cae por todos los lados. En la base, las curvas de nivel son cuadrados redondeados."), figureWidth, 390)
	fig.Surface(sampledPlane(f.Good.sum, -circleEdge, circleEdge, circleGrid), figure.SurfaceOptions{
		X: figure.Axis{Label: "x₁", Min: -circleEdge, Max: circleEdge}, Y: figure.Axis{Label: "x₂", Min: -circleEdge, Max: circleEdge}, Z: figure.Axis{Label: t.say("sum", "suma")}, Cells: 32})
	return fig
}

// drawCut draws a border beside the true circle, with points.
func (f *circleFacts) drawCut(a *figure.Axes, e *enclosure, size float64) {
	z := sampledPlane(e.sum, -circleEdge, circleEdge, circleGrid)
	a.Region(func(x, y float64) float64 { return sigmoid(z(x, y)) }, figure.Scale{Kind: figure.Diverging, Low: 0, High: 1, Hatched: true})
	drawPoints(a, f.x, f.y, size)
	a.Contour(func(x, y float64) float64 { return x*x + y*y }, f.Radius*f.Radius, figure.Stroke{Role: figure.Ink, Width: 2, Dash: figure.Dashed})
	a.Contour(z, 0, figure.Stroke{Role: figure.Ink, Width: 3})
}

// borders are the parts of a legend for the border that was learnt and the true one.
func borders(t tongue) []figure.Entry {
	return []figure.Entry{{Label: t.say("learnt", "frontera"), Line: &figure.Stroke{Role: figure.Ink, Width: 3}},
		{Label: t.say("true", "círculo"), Line: &figure.Stroke{Role: figure.Ink, Width: 2, Dash: figure.Dashed}}}
}

func (f *circleFacts) cut(t tongue) *figure.Figure {
	fig := figure.New("cut", t.say("The cut", "El corte"),
		t.say("A rounded square of yes in the middle of the plane, close to the dashed true circle; the points inside are squares, those outside are discs.",
			"Un cuadrado redondeado de sí en medio del plano, pegado al círculo verdadero, a trazos; los puntos de dentro son cuadrados y los de fuera, discos."), figureWidth, 500)
	a := fig.Axes(figure.AxesOptions{Equal: true, Framed: true,
		X: figure.Axis{Label: "x₁", Min: -circleEdge, Max: circleEdge}, Y: figure.Axis{Label: "x₂", Min: -circleEdge, Max: circleEdge},
		Legend: append(yesNo(t.say("inside", "dentro"), t.say("outside", "fuera")), borders(t)...)})
	f.drawCut(a, &f.Good, 7)
	return fig
}

func (f *circleFacts) fails(t tongue) *figure.Figure {
	fig := figure.New("fails", t.say("A start that failed", "Un comienzo que falló"),
		t.say("Four small squares: some are cut by a straight line, with an arrow to the low side, others may be of one colour. Below them, large, the region of yes that they make: it is not closed around the middle, as the dashed circle is.",
			"Cuatro cuadrados pequeños: a unos los corta una recta, con una flecha hacia el lado bajo; otros pueden ser de un solo color. Debajo, en grande, la región del sí que forman: no se cierra alrededor del centro, como sí hace el círculo a trazos."), figureWidth, 560)
	for j, at := range figure.Tiles(band(24, 140), 1, len(f.Bad.Neurons)) {
		fig.Add(figure.Text{At: figure.Point{X: (at.Min.X + at.Max.X) / 2, Y: 22}, Text: fmt.Sprintf(t.say("neuron %d", "neurona %d"), j+1), Anchor: figure.Middle, Role: figure.Ink})
		f.Bad.drawHalfPlane(f.square(fig, at, ""), j)
	}
	heading(fig, 166, t.say("all four", "las cuatro"))
	legend := append(yesNo(t.say("inside", "dentro"), t.say("outside", "fuera")), borders(t)...)
	top := fig.Legend(figure.Point{X: 8, Y: 192}, figureWidth, legend)
	f.drawCut(f.square(fig, band(top+2, fig.Height), ""), &f.Bad, 7)
	return fig
}
