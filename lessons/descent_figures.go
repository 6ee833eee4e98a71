package lessons

import (
	"math"

	"github.com/neurona-ml/neurona/internal/figure"
)

func (f *descentFacts) figures(t tongue) []*figure.Figure {
	return []*figure.Figure{f.surface(t), f.landscape(t), f.falling(t)}
}

// The part of the landscape that is drawn.
const (
	lowW, highW = -3.0, 6.0
	lowB, highB = -4.0, 5.0
)

// best is the path of the best rate.
func (f *descentFacts) best() descentPath { return f.Paths[1] }

func (f *descentFacts) surface(t tongue) *figure.Figure {
	fig := figure.New("surface", t.say("The cost is a landscape", "El coste es un paisaje"),
		t.say("A bowl over the plane of w and b, longer in one direction than in the other. A path leads from high on its side in a few steps to its bottom.",
			"Un cuenco sobre el plano de w y b, más alargado en una dirección que en la otra. Un camino baja desde lo alto de una ladera en pocos pasos hasta el fondo."), figureWidth, 370)
	p := f.best()
	var path []figure.Point
	for i := range p.w {
		path = append(path, figure.Point{X: p.w[i], Y: p.b[i]})
	}
	fig.Surface(f.cost, figure.SurfaceOptions{X: figure.Axis{Label: "w", Min: lowW, Max: highW}, Y: figure.Axis{Label: "b", Min: lowB, Max: highB}, Z: figure.Axis{Label: "C"},
		Path: path[:min(len(path), 20)], Start: t.say("start", "comienzo"), Goal: t.say("bottom", "fondo")})
	return fig
}

// rateNames say what is the matter with each rate.
func rateNames(t tongue) []string {
	return []string{t.say("too small", "muy pequeña"), t.say("right", "adecuada"), t.say("almost too large", "al límite"), t.say("too large", "muy grande")}
}

func (f *descentFacts) landscape(t tongue) *figure.Figure {
	fig := figure.New("paths", t.say("Four rates", "Cuatro tasas"),
		t.say("Four maps of the same valley with its contour lines. Too small: short steps that follow one another closely and end on the way. Right: a few steps down to the bottom. Almost too large: steps that leap from side to side and come nearer slowly. Too large: leaps that become wider.",
			"Cuatro mapas del mismo valle, con curvas de nivel. Muy pequeña: pasos cortos, muy seguidos, que se quedan por el camino. Adecuada: pocos pasos hasta el fondo. Al límite: saltos de un lado a otro que se acercan despacio. Muy grande: saltos cada vez más anchos."), figureWidth, 560)
	for i, name := range rateNames(t) {
		p := f.Paths[i]
		a := fig.Axes(figure.AxesOptions{At: figure.Tiles(band(0, fig.Height), 2, 2)[i], Title: name, Framed: true,
			X: figure.Axis{Label: "w", Min: lowW, Max: highW, Most: 4}, Y: figure.Axis{Label: "b", Min: lowB, Max: highB, Most: 4}})
		fig.Add(figure.Text{At: figure.Point{X: a.Plot().Max.X, Y: a.Plot().Min.Y - 8}, Text: "η = " + short(p.Rate), Anchor: figure.End, Role: figure.Ink})
		a.Region(func(w, b float64) float64 { return math.Sqrt(f.cost(w, b)) }, figure.Scale{Kind: figure.Sequential, Low: 0, High: 8, Strength: 0.45})
		for _, level := range []float64{0.5, 2, 5, 10, 20, 40} {
			a.Contour(f.cost, level, figure.Stroke{Role: figure.Muted, Width: 1})
		}
		steps := min(len(p.w), 31)
		path := figure.XY(p.w[:steps], p.b[:steps])
		a.Line(path, figure.Stroke{Role: figure.SeriesB, Width: 2})
		a.Points(path, figure.PointStyle{Role: figure.SeriesB, Shape: figure.Disc, Size: 6})
		a.Points([]figure.Point{{X: f.W, Y: f.B}}, figure.PointStyle{Role: figure.Ink, Shape: figure.Cross, Size: 11})
	}
	return fig
}

func (f *descentFacts) falling(t tongue) *figure.Figure {
	names := rateNames(t)
	fig := figure.New("costs", t.say("The cost, step by step", "El coste, paso a paso"),
		t.say("Four curves on a logarithmic scale: one falls slowly, one falls at once to the least cost, one falls nearly as slowly as the first, and one rises ever higher.",
			"Cuatro curvas en escala logarítmica: una baja despacio, otra cae enseguida hasta el coste mínimo, otra baja casi tan despacio como la primera y otra sube sin parar."), figureWidth, 400)
	const shown = 40
	a := fig.Axes(figure.AxesOptions{X: figure.Axis{Label: t.say("step", "paso"), Min: 0, Max: shown}, Y: figure.Axis{Label: t.say("cost", "coste"), Min: -1, Max: 4, Ticks: powers(-1, 4)}})
	// Where each curve is named: two of them lie on each other nearly everywhere.
	labels := []struct {
		step   int
		raised float64
		side   figure.Side
	}{{18, 0.1, figure.Above}, {24, 0, figure.Above}, {11, -0.25, figure.Below}, {9, 0, figure.RightOf}}
	for i, name := range names {
		p := f.Paths[i]
		var curve []figure.Point
		for step, c := range p.costs[:shown+1] {
			curve = append(curve, figure.Point{X: float64(step), Y: math.Log10(c)})
		}
		a.Line(curve, figure.Series(i))
		place := labels[i]
		a.Label(figure.Point{X: curve[place.step].X, Y: curve[place.step].Y + place.raised}, place.side, name, figure.Series(i).Role)
	}
	return fig
}
