package figure

import (
	"bytes"
	"io"
	"math"
	"strings"
	"testing"
)

// TestGalleryIsSound: text of all figures lies inside, is large enough and does
// not overlap.
func TestGalleryIsSound(t *testing.T) {
	for _, f := range gallery() {
		if err := f.Check(); err != nil {
			t.Error(err)
		}
	}
}

// TestMistakes: every writer returns what is wrong with a figure, and says so.
func TestMistakes(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	with := func(marks ...Mark) *Figure {
		f := newFigure()
		f.Add(marks...)
		return f
	}
	on := func(o AxesOptions, draw func(a *Axes)) *Figure {
		f := newFigure()
		draw(f.Axes(o))
		return f
	}
	nothing := func(*Axes) {}
	of := func(o NetworkOptions) *Figure {
		f := newFigure()
		f.Network(o)
		return f
	}
	onSurface := func(fn func(x, y float64) float64, o SurfaceOptions) *Figure {
		f := newFigure()
		f.Surface(fn, o)
		return f
	}
	two := []Layer{{Size: 2}, {Size: 1}}
	square := SurfaceOptions{X: Axis{Max: 1}, Y: Axis{Max: 1}}
	many := square
	many.Cells = 100000
	for want, f := range map[string]*Figure{
		"there is none":             nil,
		"the name":                  New("Bad name", "Title", alt, 640, 400),
		"no title":                  New("name", " ", alt, 640, 400),
		"alternative text":          New("name", "Title", "a plot", 640, 400),
		"its size is 0":             New("name", "Title", alt, 0, 400),
		"its size is NaN":           New("name", "Title", alt, nan, 400),
		"a mark is nil":             with(nil),
		"an area has 2":             with(Area{Points: []Point{{0, 0}, {1, 1}}}),
		"(NaN, 0) is no place":      with(Area{Points: []Point{{nan, 0}, {1, 1}, {2, 0}}}),
		"no place in a figure":      with(Text{At: Point{inf, 0}, Text: "text"}),
		"a text is empty":           with(Text{Text: " "}),
		"a character that cannot":   with(Text{Text: "a\nb"}),
		"no role 99":                with(Polyline{Stroke: Stroke{Role: 99}}),
		"no dash 9":                 with(Polyline{Stroke: Stroke{Dash: 9}}),
		"NaN wide":                  with(Polyline{Stroke: Stroke{Width: nan}}),
		"no shape 9":                with(Points{Style: PointStyle{Shape: 9}}),
		"an arrow ends where":       with(Arrow{}),
		"radius NaN":                with(Circle{Radius: nan}),
		"a box is":                  with(Box{}),
		"strength 2":                with(Circle{Radius: 2, Fill: Paint{Strength: 2}}),
		"has 3 values":              with(Cells{Rect: Rect{Max: Point{9, 9}}, Cols: 2, Rows: 2, Values: make([]float64, 3), Scale: Scale{High: 1}}),
		"a scale goes from":         with(Cells{Rect: Rect{Max: Point{9, 9}}, Cols: 1, Rows: 1, Values: []float64{0}}),
		"an axis goes from 0 to 0":  on(AxesOptions{}, nothing),
		"an axis goes from NaN":     on(AxesOptions{X: Axis{Min: nan, Max: 1}, Y: Axis{Max: 1}}, nothing),
		"units for data":            on(AxesOptions{X: Axis{Max: 1}, Y: Axis{Max: 1}, Room: 600}, nothing),
		"no side":                   on(unit(), func(a *Axes) { a.Label(Point{0, 15}, 7, "text", Ink) }),
		"want at least 2":           of(NetworkOptions{}),
		"has 0 neurons":             of(NetworkOptions{Layers: []Layer{{Size: 1}, {}}}),
		"weights from layer 1":      of(NetworkOptions{Layers: two, Weights: [][][]float64{{{1, 2}, {3, 4}}}}),
		"has 3 weights, want 2":     of(NetworkOptions{Layers: two, Weights: [][][]float64{{{1, 2, 3}}}}),
		"a weight from layer 1 is":  of(NetworkOptions{Layers: two, Weights: [][][]float64{{{1, nan}}}}),
		"layer 2 has 2 biases":      of(NetworkOptions{Layers: two, Biases: [][]float64{{1, 2}}}),
		"a bias of layer 2 is NaN":  of(NetworkOptions{Layers: two, Biases: [][]float64{{nan}}}),
		"no two different values":   onSurface(func(x, y float64) float64 { return 1 }, square),
		"100000 cells each way":     onSurface(func(x, y float64) float64 { return x }, many),
		"an axis of a surface goes": onSurface(func(x, y float64) float64 { return x }, SurfaceOptions{}),
	} {
		_, text := f.Text(80, 0, TextOptions{})
		for writer, err := range map[string]error{
			"WriteSVG":       f.WriteSVG(io.Discard, Light()),
			"WriteInlineSVG": f.WriteInlineSVG(io.Discard),
			"WritePNG":       f.WritePNG(io.Discard, 1),
			"Text":           text,
			"Check":          f.Check(),
		} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s says %v, want %q", writer, err, want)
			}
		}
	}
}

// TestCheckLooksAtText: what no writer refuses and no reader can read.
func TestCheckLooksAtText(t *testing.T) {
	for want, texts := range map[string][]Mark{
		"leaves it":       {Text{At: Point{630, 100}, Text: "far too long"}},
		"has size 10":     {Text{At: Point{100, 100}, Text: "small", Size: 10}},
		`lies on "first"`: {Text{At: Point{100, 100}, Text: "first"}, Text{At: Point{110, 105}, Text: "second"}},
	} {
		f := newFigure()
		f.Add(texts...)
		if err := f.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Check says %v, want %q", err, want)
		}
		if err := f.WriteSVG(io.Discard, Light()); err != nil {
			t.Errorf("WriteSVG says %v", err)
		}
	}
}

// wild is a figure whose data are anything.
func wild() *Figure {
	f := newFigure()
	values := []float64{0, 1, -1, 1e300, -1e300, math.NaN(), math.Inf(1), math.Inf(-1), 0.5, 5e-324, 2}
	anything := func(x, y float64) float64 { return values[modulo(int(7*x)+int(11*y), len(values))] }
	a := f.Axes(AxesOptions{X: Axis{Min: -2, Max: 2}, Y: Axis{Min: -2, Max: 2}})
	var points []Point
	for i, x := range values {
		for j := range values {
			points = append(points, Point{x, values[(i+j)%len(values)]})
		}
	}
	a.Line(points, Series(1))
	a.Points(points, SeriesPoints(2))
	a.Function(func(x float64) float64 { return anything(x, 0) }, Series(2))
	a.Region(anything, Scale{Low: -1, High: 1, Hatched: true})
	a.Contour(anything, 0.25, Series(3))
	f.Add(Polyline{Points: points}, Points{At: points})
	f.Surface(anything, SurfaceOptions{X: Axis{Min: -2, Max: 2}, Y: Axis{Min: -2, Max: 2}, Z: Axis{Min: -1, Max: 1}, Path: points})
	return f
}

// TestNoNumberIsWritten: whatever the data are, no output has a coordinate that
// is no number.
func TestNoNumberIsWritten(t *testing.T) {
	f := wild()
	var b bytes.Buffer
	if err := f.WriteSVG(&b, Light()); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"NaN", "Inf", "e+", "e-3"} {
		if strings.Contains(b.String(), bad) {
			t.Errorf("the SVG has %q in it", bad)
		}
	}
	if err := f.WritePNG(io.Discard, 1); err != nil {
		t.Error(err)
	}
	if _, err := f.Text(80, 0, TextOptions{Unicode: true, Colours: TrueColour}); err != nil {
		t.Error(err)
	}
}

// TestSameBytes: a figure drawn twice gives the same bytes, by every writer.
func TestSameBytes(t *testing.T) {
	write := func(f *Figure) []byte {
		var b bytes.Buffer
		for _, err := range []error{f.WriteSVG(&b, Light()), f.WriteSVG(&b, Dark()), f.WriteInlineSVG(&b), f.WritePNG(&b, 0.5)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, o := range []TextOptions{{}, {Unicode: true}, {Unicode: true, Colours: Colours256}} {
			text, err := f.Text(80, 0, o)
			if err != nil {
				t.Fatal(err)
			}
			b.WriteString(text)
		}
		return b.Bytes()
	}
	again := gallery()
	for i, f := range gallery() {
		first := write(f)
		if !bytes.Equal(first, write(f)) || !bytes.Equal(first, write(again[i])) {
			t.Errorf("figure %q differs from one time to the next", f.Name)
		}
	}
}
