package figure

import (
	"bytes"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"
)

func TestPNG(t *testing.T) {
	f := small()
	for _, scale := range []float64{0.5, 1, SlideScale} {
		var b bytes.Buffer
		if err := f.WritePNG(&b, scale); err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(&b)
		if err != nil {
			t.Fatal(err)
		}
		size := img.Bounds().Size()
		if size.X != int(math.Round(640*scale)) || size.Y != int(math.Round(360*scale)) {
			t.Errorf("at scale %v the image has size %v", scale, size)
		}
	}
	for _, scale := range []float64{0, -1, 1e6, math.NaN(), math.Inf(1)} {
		if err := f.WritePNG(io.Discard, scale); err == nil {
			t.Errorf("scale %v is no error", scale)
		}
	}
}

// TestPNGPlaces: marks are where their coordinates say, from the top left.
func TestPNGPlaces(t *testing.T) {
	f := newFigure()
	f.Add(
		Box{Rect: Rect{Point{20, 30}, Point{60, 50}}, Fill: Paint{SeriesA, 1}},
		Circle{Center: Point{200, 100}, Radius: 20, Fill: Paint{SeriesB, 1}},
		Box{Rect: Rect{Point{300, 300}, Point{380, 360}}, Radius: 10, Fill: Paint{SeriesC, 1}},
	)
	f.Axes(AxesOptions{X: Axis{Max: 1, Bare: true}, Y: Axis{Max: 1, Bare: true}})
	var b bytes.Buffer
	if err := f.WritePNG(&b, 2); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	light := Light()
	for at, want := range map[Point]rgb{
		{40, 40}: light.colour(SeriesA), {21, 31}: light.colour(SeriesA), {40, 55}: light.colour(Paper),
		{200, 100}: light.colour(SeriesB), {200, 82}: light.colour(SeriesB), {200, 125}: light.colour(Paper), {186, 86}: light.colour(SeriesB), {184, 84}: light.colour(Paper),
		{340, 330}: light.colour(SeriesC), {301, 301}: light.colour(Paper), {340, 301}: light.colour(SeriesC), {301, 330}: light.colour(SeriesC),
	} {
		r, g, bl, _ := img.At(int(2*at.X), int(2*at.Y)).RGBA()
		if got := (rgb{uint8(r >> 8), uint8(g >> 8), uint8(bl >> 8)}); got != want {
			t.Errorf("at %v there is %v, want %v", at, got, want)
		}
	}
}

func TestPNGMissingCharacter(t *testing.T) {
	f := newFigure()
	f.Add(Text{At: Point{100, 100}, Text: "漢"})
	if err := f.WritePNG(io.Discard, 1); err == nil || !strings.Contains(err.Error(), "漢") {
		t.Errorf("a character that the font does not have: %v", err)
	}
}

// TestTextWidth: a text is no wider than it is said to be, in the font of images.
func TestTextWidth(t *testing.T) {
	p := &picture{scale: 1}
	for _, text := range []string{"size, m²", "WWWMMM", "illicit", "−0.25", "σ′(z)", "x₁ → x₂", "Ñandú, ¿qué?", "f(x) = 1/(1 + e)", "%@", "steepest: ¼", "0123456789"} {
		for _, bold := range []bool{false, true} {
			face, err := p.face(Text{Text: text, Bold: bold})
			if err != nil {
				t.Fatal(err)
			}
			if got, want := float64(face.Width(text)), textWidth(text, LabelSize, bold); !(got <= want) {
				t.Errorf("%q (bold %v) is %v wide, more than %v", text, bold, got, want)
			}
		}
	}
}
