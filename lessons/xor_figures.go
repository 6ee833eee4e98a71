package lessons

import (
	"fmt"

	"github.com/neurona-ml/neurona/internal/figure"
)

func (f *xorFacts) figures(t tongue) []*figure.Figure {
	return []*figure.Figure{f.fold(t), f.startsDrawn(t)}
}

// fold shows the cases before and behind the two hidden neurons.
func (f *xorFacts) fold(t tongue) *figure.Figure {
	fig := figure.New("fold", t.say("Two lines, then one", "Dos rectas, y luego una"),
		t.say("Left: in the plane of the inputs two parallel lines enclose a band with 01 and 10 in it. Right: in the plane of what OR and NAND say, 01 and 10 are one point at the upper right, and one line parts it from the other two.",
			"Izquierda: en el plano de las entradas, dos rectas paralelas encierran una franja con 01 y 10. Derecha: en el plano de lo que dicen OR y NAND, 01 y 10 son un solo punto arriba a la derecha, y una recta lo separa de los otros dos."), figureWidth, 316)
	fig.Legend(figure.Point{X: 8, Y: 22}, figureWidth, yesNo(t.say("yes", "sí"), "no"))
	both := figure.Tiles(band(30, fig.Height), 1, 2)
	left := cornerAxes(fig, both[0], t.say("what comes in", "lo que entra"))
	left.Region(func(x, y float64) float64 { return indicator(min(x+y-0.5, 1.5-x-y)) }, figure.Scale{Kind: figure.Diverging, Low: 0, High: 1, Hatched: true})
	for i, level := range []float64{0.5, 1.5} {
		left.Contour(func(x, y float64) float64 { return x + y }, level, figure.Stroke{Role: figure.Ink, Width: 2.5, Dash: []figure.Dash{figure.Solid, figure.Dashed}[i]})
	}
	left.Label(figure.Point{X: 0.85, Y: -0.42}, figure.LeftOf, "OR", figure.Ink)
	left.Label(figure.Point{X: 0.14, Y: 1.4}, figure.RightOf, "NAND", figure.Ink)
	drawCorners(left, [4]float64{0, 1, 1, 0})

	ticks := []figure.Tick{{Value: 0, Label: "0"}, {Value: 1, Label: "1"}}
	right := fig.Axes(figure.AxesOptions{At: both[1], Title: t.say("what the last sees", "lo que ve la última"), Equal: true, Framed: true,
		X: figure.Axis{Label: "OR", Min: -0.6, Max: 1.6, Ticks: ticks}, Y: figure.Axis{Label: "NAND", Min: -0.6, Max: 1.6, Ticks: ticks}})
	and := func(x, y float64) float64 { return x + y - 1.5 }
	right.Region(func(x, y float64) float64 { return indicator(and(x, y)) }, figure.Scale{Kind: figure.Diverging, Low: 0, High: 1, Hatched: true})
	right.Contour(and, 0, figure.Stroke{Role: figure.Ink, Width: 2.5})
	for _, h := range f.Hand {
		style := figure.SeriesPoints(int(h.Xor))
		style.Size = 13
		at := figure.Point{X: h.Or, Y: h.Nand}
		right.Points([]figure.Point{at}, style)
		if h.X1 == h.X2 {
			right.Label(at, figure.Below, fmt.Sprintf("%.0f%.0f", h.X1, h.X2), figure.Ink)
		}
	}
	right.Label(figure.Point{X: 1, Y: 1}, figure.Above, t.say("01 and 10", "01 y 10"), figure.Ink)
	return fig
}

// startsDrawn shows a start that works, and one that fails if there is one.
func (f *xorFacts) startsDrawn(t tongue) *figure.Figure {
	fig := figure.New("starts", t.say("Two starts", "Dos comienzos"),
		t.say("Left: a band of yes with 01 and 10 in it, no on both sides. Right: the border of a start that got stuck leaves at least one case on the wrong side.",
			"Izquierda: una franja de sí con 01 y 10 dentro, y el no a los dos lados. Derecha: la frontera de un comienzo atascado deja al menos un caso en el lado equivocado."), figureWidth, 316)
	type drawn struct {
		values []float64
		what   string
	}
	list := []drawn{{f.good, t.say("works", "funciona")}}
	if f.BadSeed != 0 {
		list = append(list, drawn{f.bad, t.say("stuck", "atascado")})
	}
	fig.Legend(figure.Point{X: 8, Y: 22}, figureWidth, yesNo(t.say("yes", "sí"), "no"))
	for i, d := range list {
		a := cornerAxes(fig, figure.Tiles(band(30, fig.Height), 1, len(list))[i], d.what)
		z := sampledPlane(d.values, -0.6, 1.6, xorGrid)
		a.Region(func(x, y float64) float64 { return sigmoid(z(x, y)) }, figure.Scale{Kind: figure.Diverging, Low: 0, High: 1, Hatched: true})
		a.Contour(z, 0, figure.Stroke{Role: figure.Ink, Width: 2.5})
		drawCorners(a, [4]float64{0, 1, 1, 0})
	}
	return fig
}
