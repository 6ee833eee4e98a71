package figure

import (
	"math"
	"os"
	"path/filepath"
	"testing"
)

// gallery is a figure of each kind, as lessons have them.
func gallery() []*Figure {
	return []*Figure{scatter(), sigmoid(), regions(), bowl(), small(), wide(), multiples(), arrows()}
}

// pseudo is a number from 0 to 1 for each n, the same everywhere.
func pseudo(n int) float64 {
	_, f := math.Modf(float64(n) * math.Phi)
	_, g := math.Modf(float64(n*n%97) * math.Sqrt2)
	_, h := math.Modf(f + g)
	return h
}

func scatter() *Figure {
	f := New("scatter", "A line through points", "Thirty points rise from the lower left to the upper right. A straight line goes through them.", 640, 400)
	a := f.Axes(AxesOptions{
		Title: "What the line has learnt",
		X:     Axis{Label: "size, m²", Min: 0, Max: 100},
		Y:     Axis{Label: "price, thousands", Min: 0, Max: 250},
		Room:  LabelRoom("fitted", "first"),
	})
	var points []Point
	for i := range 30 {
		x := 5 + 90*pseudo(i)
		points = append(points, Point{x, 30 + 2*x + 60*(pseudo(i+100)-0.5)})
	}
	fit := func(x float64) float64 { return 30 + 2*x }
	first := func(x float64) float64 { return 60 + 0.4*x }
	a.Points(points, SeriesPoints(0))
	a.Function(fit, Series(1))
	a.Function(first, Stroke{Role: Muted, Dash: Dashed})
	a.EndLabel(a.FunctionEnd(fit), "fitted", SeriesB)
	a.EndLabel(a.FunctionEnd(first), "first", Muted)
	a.Annotate(points[3], -30, -60, "a house")
	return f
}

func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

func sigmoid() *Figure {
	f := New("sigmoid", "The sigmoid and its slope", "The sigmoid rises from 0 to 1 in the shape of an S. Its derivative is a bell, at most a quarter, at zero.", 640, 400)
	a := f.Axes(AxesOptions{
		X:    Axis{Label: "z", Min: -6, Max: 6},
		Y:    Axis{Label: "value", Min: -0.1, Max: 1.1},
		Room: LabelRoom("σ(z)", "σ′(z)"),
	})
	slope := func(z float64) float64 { return logistic(z) * (1 - logistic(z)) }
	a.Function(logistic, Series(0))
	a.Function(slope, Series(1))
	a.EndLabel(a.FunctionEnd(logistic), "σ(z)", SeriesA)
	a.EndLabel(a.FunctionEnd(slope), "σ′(z)", SeriesB)
	a.Annotate(Point{0, 0.25}, 70, -40, "steepest: ¼")
	return f
}

func ringed() (inner, outer []Point) {
	for i := range 40 {
		angle := 2 * math.Pi * pseudo(i)
		r := 0.7 * math.Sqrt(pseudo(i+50))
		inner = append(inner, Point{r * math.Cos(angle), r * math.Sin(angle)})
		r = 1.25 + 0.5*pseudo(i+200)
		outer = append(outer, Point{r * math.Cos(angle+1), r * math.Sin(angle+1)})
	}
	return inner, outer
}

func regions() *Figure {
	f := New("regions", "What the network makes of the plane", "A ring of squares surrounds a cluster of discs. The boundary that was learnt is a circle between them.", 640, 480)
	inner, outer := SeriesPoints(0), SeriesPoints(1)
	a := f.Axes(AxesOptions{
		X: Axis{Label: "x₁", Min: -2, Max: 2}, Y: Axis{Label: "x₂", Min: -2, Max: 2}, Equal: true, Framed: true,
		Legend: []Entry{{Label: "inside", Points: &inner}, {Label: "outside", Points: &outer}, {Label: "boundary", Line: &Stroke{Role: Ink, Width: 2.5}}},
	})
	p := func(x, y float64) float64 { return logistic(6 * (x*x + y*y - 1)) }
	a.Region(p, Scale{Kind: Diverging, Low: 0, High: 1, Hatched: true})
	a.Contour(p, 0.5, Stroke{Role: Ink, Width: 2.5})
	in, out := ringed()
	a.Points(in, inner)
	a.Points(out, outer)
	return f
}

func bowl() *Figure {
	f := New("bowl", "Down the loss surface", "A bowl seen from above at an angle. A path of points leads from its rim to its bottom in ever smaller steps.", 640, 440)
	loss := func(x, y float64) float64 { return x*x + 2.5*y*y }
	var path []Point
	p := Point{-1.7, 1.3}
	for range 14 {
		path = append(path, p)
		p = Point{p.X - 0.12*2*p.X, p.Y - 0.12*5*p.Y}
	}
	f.Surface(loss, SurfaceOptions{
		X: Axis{Label: "w", Min: -2, Max: 2}, Y: Axis{Label: "b", Min: -2, Max: 2}, Z: Axis{Label: "loss"},
		Path: path, Start: "start", Goal: "end",
	})
	return f
}

func small() *Figure {
	f := New("xor-network", "A network that computes XOR", "Two inputs, two hidden neurons and one output, joined by six connections. One of them is negative and dashed.", 640, 360)
	f.Network(NetworkOptions{
		Layers: []Layer{
			{Title: "inputs", Size: 2, Names: []string{"x₁", "x₂"}, Values: []float64{1, 0}},
			{Title: "hidden", Size: 2, Values: []float64{0.98, 0.02}, Names: []string{"or", "and"}},
			{Title: "output", Size: 1, Values: []float64{0.97}, Names: []string{"ŷ"}},
		},
		Weights: [][][]float64{{{5.8, 5.8}, {4.1, 4.1}}, {{8.2, -8.9}}},
		Biases:  [][]float64{{-2.6, -6.3}, {-3.7}},
	})
	return f
}

func wide() *Figure {
	f := New("digits-network", "A network for digits", "Many inputs, sixteen hidden neurons and ten outputs, all joined; most neurons are left out.", 640, 400)
	weights := make([][]float64, 10)
	for i := range weights {
		weights[i] = make([]float64, 16)
		for j := range weights[i] {
			weights[i][j] = pseudo(16*i+j) - 0.5
		}
	}
	f.Network(NetworkOptions{
		Layers:  []Layer{{Title: "784 pixels", Size: 784}, {Title: "16 hidden", Size: 16}, {Title: "10 digits", Size: 10, Names: []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}}},
		Weights: [][][]float64{nil, weights},
	})
	return f
}

func multiples() *Figure {
	f := New("multiples", "Four activations", "Four small curves: the step, the sigmoid, tanh and ReLU, each over the same range.", 640, 460)
	functions := []struct {
		name string
		f    func(float64) float64
	}{
		{"step", func(x float64) float64 {
			if x < 0 {
				return 0
			}
			return 1
		}},
		{"sigmoid", logistic}, {"tanh", math.Tanh}, {"ReLU", func(x float64) float64 { return max(0, x) }},
	}
	for i, at := range Tiles(Rect{Max: Point{640, 460}}, 2, 2) {
		a := f.Axes(AxesOptions{At: at, Title: functions[i].name, X: Axis{Min: -3, Max: 3, Most: 4}, Y: Axis{Min: -1.2, Max: 2.2, Most: 4}})
		a.Function(functions[i].f, Stroke{Role: SeriesA, Width: 2.5})
	}
	return f
}

func arrows() *Figure {
	f := New("vectors", "The gradient points uphill", "Contour lines of a bowl with arrows, all of which point away from its middle.", 640, 440)
	a := f.Axes(AxesOptions{X: Axis{Label: "w", Min: -2, Max: 2}, Y: Axis{Label: "b", Min: -1.5, Max: 1.5}, Framed: true, Equal: true})
	loss := func(x, y float64) float64 { return x*x + 2*y*y }
	a.Region(loss, Scale{Kind: Sequential, Low: 0, High: 6, Strength: 0.5})
	for _, level := range []float64{0.25, 1, 2, 4} {
		a.Contour(loss, level, Stroke{Role: Muted, Width: 1.2})
	}
	for i := range 12 {
		angle := 2 * math.Pi * float64(i) / 12
		x, y := math.Cos(angle), math.Sin(angle)/math.Sqrt2
		a.Arrow(Point{x, y}, Point{x + 0.2*2*x, y + 0.2*4*y}, Stroke{Role: SeriesB, Width: 2.5})
	}
	return f
}

// TestGallery writes the gallery, into the folder that FIGURE_GALLERY names if people
// want to look at it.
func TestGallery(t *testing.T) {
	folder := os.Getenv("FIGURE_GALLERY")
	if folder == "" {
		folder = t.TempDir()
	}
	for _, f := range gallery() {
		if err := f.Check(); err != nil {
			t.Error(err)
		}
		for ending, write := range map[string]func(*os.File) error{
			"svg":      func(w *os.File) error { return f.WriteSVG(w, Light()) },
			"dark.svg": func(w *os.File) error { return f.WriteSVG(w, Dark()) },
			"png":      func(w *os.File) error { return f.WritePNG(w, SlideScale) },
			"txt": func(w *os.File) error {
				for _, o := range []TextOptions{{Unicode: true}, {}, {Unicode: true, Colours: TrueColour}} {
					text, err := f.Text(80, 0, o)
					if err != nil {
						return err
					}
					if _, err := w.WriteString(text); err != nil {
						return err
					}
				}
				return nil
			},
			"html": func(w *os.File) error {
				if _, err := w.WriteString("<!doctype html><meta charset=utf-8><style>" + CSS() + "body{background:var(--paper);margin:0}</style>"); err != nil {
					return err
				}
				return f.WriteInlineSVG(w)
			},
		} {
			file, err := os.Create(filepath.Join(folder, f.Name+"."+ending))
			if err != nil {
				t.Fatal(err)
			}
			if err := write(file); err != nil {
				t.Error(err)
			}
			if err := file.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}
