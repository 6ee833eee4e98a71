package plain

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestASCII(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "",
		"a\tb\n~\x7f":                "a\tb\n~\x7f",
		"pendiente más rápida, ¿sí?": "pendiente mas rapida, si?",
		"años, Ñu, vergüenza":        "anyos, Nyu, verguenza",
		"alquiler, €":                "alquiler, EUR",
		"x₁ − ½, 1½, x²y³, 10⁻¹²":    "x1 - 1/2, 1 1/2, x^2y^3, 10^-12",
		"size, m²":                   "size, m^2",
		"σ′(z), γ, ρ, φ, ϕ, ά":       "sigma'(z), gamma, rho, phi, phi, alpha",
		"∂E/∂w, ŷ, √2, ∑x":           "dE/dw, y_hat, sqrt 2, sum x",
		"30°, 20 °C, 5 µs, 1.º":      "30 deg, 20 degC, 5 us, 1.o",
		"“a” – ‘b’… «c» •":           `"a" - 'b'... "c" *`,
		"a\u00a0b\u202fc\u200dd":     "a b cd",
		"a ≠ b ≤ c → d ± e":          "a != b <= c -> d +- e",
		"ﬁn, Ａ, straße, Łódź, Œuvre": "fin, A, strasse, Lodz, OEuvre",
		"神, 🙂":                       "?, ?",
	} {
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			if got := ASCII(form.String(text)); got != want {
				t.Errorf("%q is %q, want %q", form.String(text), got, want)
			}
		}
	}
}

// TestAllIsASCII: whatever comes.
func TestAllIsASCII(t *testing.T) {
	for r := range rune(0x20000) {
		if got := ASCII(string(r)); strings.ContainsFunc(got, func(r rune) bool { return r >= utf8.RuneSelf }) {
			t.Errorf("%q is %q", r, got)
		}
	}
	if got := ASCII("a\xffb"); got != "a?b" {
		t.Errorf("what is no UTF-8 is %q", got)
	}
}
