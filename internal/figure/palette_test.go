package figure

import (
	"math"
	"testing"
)

// luminance is the relative luminance of WCAG 2.2.
func luminance(c rgb) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b)
}

// contrast is the contrast ratio of WCAG 2.2.
func contrast(a, b rgb) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestContrastFormula(t *testing.T) {
	if got := contrast(rgb{}, rgb{255, 255, 255}); !(math.Abs(got-21) < 1e-9) {
		t.Errorf("black on white has contrast %v, want 21", got)
	}
	if got := contrast(rgb{0x76, 0x76, 0x76}, rgb{255, 255, 255}); !(math.Abs(got-4.54) < 0.01) {
		t.Errorf("#767676 on white has contrast %v, want 4.54", got)
	}
}

// TestContrast: text has at least 4.5 to 1, what carries meaning 3 to 1, on the
// ground. Points and text on regions have a rim of the ground's colour; points
// of the two first series do without it.
func TestContrast(t *testing.T) {
	for name, p := range map[string]Palette{"light": Light(), "dark": Dark()} {
		paper := p.colour(Paper)
		for r := range roles {
			if r == Paper {
				continue
			}
			if got := contrast(p.textColour(r), paper); !(got >= 4.5) {
				t.Errorf("%s: text of %v has contrast %.2f, want at least 4.5", name, r, got)
			}
			if got := contrast(p.colour(r), paper); r != Grid && !(got >= 3) {
				t.Errorf("%s: %v has contrast %.2f, want at least 3", name, r, got)
			}
		}
		for _, ground := range []Role{SeriesA, SeriesB} {
			tint := p.paint(Paint{ground, groundStrength})
			if got := contrast(p.colour(Ink), tint); !(got >= 7) {
				t.Errorf("%s: ink on a region of %v has contrast %.2f, want at least 7", name, ground, got)
			}
			for _, r := range []Role{SeriesA, SeriesB} {
				if got := contrast(p.colour(r), tint); !(got >= 3) {
					t.Errorf("%s: %v on a region of %v has contrast %.2f, want at least 3", name, r, ground, got)
				}
			}
		}
	}
}

// TestTerminalContrast: whether a terminal is black or white, colours on its own
// ground have at least 3 to 1; on painted ground text has 4.5 to 1.
func TestTerminalContrast(t *testing.T) {
	light := Light()
	for _, ground := range []rgb{{}, {255, 255, 255}} {
		for _, c := range []rgb{light.colour(SeriesA), light.colour(SeriesB), light.colour(SeriesC), light.colour(SeriesD), {0x80, 0x80, 0x80}} {
			if got := contrast(c, ground); !(got >= 3) {
				t.Errorf("%v on %v has contrast %.2f, want at least 3", c, ground, got)
			}
		}
	}
	for r := range roles {
		if r == Paper {
			continue
		}
		for _, series := range []Role{SeriesA, SeriesB, SeriesC, SeriesD} {
			got := contrast(light.textColour(r).mix(rgb{}, 0.2), light.paint(Paint{series, groundStrength}))
			if !(got >= 4.5) {
				t.Errorf("%v on a region of %v has contrast %.2f, want at least 4.5", r, series, got)
			}
		}
	}
}

func TestHex(t *testing.T) {
	for want, c := range map[string]rgb{"#fff": {255, 255, 255}, "#0072b2": {0, 0x72, 0xb2}, "#1a1a1a": {0x1a, 0x1a, 0x1a}} {
		if got := c.hex(); got != want {
			t.Errorf("%v is %s, want %s", c, got, want)
		}
	}
}
