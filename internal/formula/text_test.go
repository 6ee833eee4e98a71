package formula

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/rivo/uniseg"
)

// formulas are what lessons have, with the texts that a person would type.
var formulas = []struct{ source, unicode, ascii string }{
	{`z = w_1 x_1 + w_2 x_2 + b`, "z = w₁x₁ + w₂x₂ + b", "z = w1 x1 + w2 x2 + b"},
	{`\sigma(z) = \frac{1}{1 + e^{-z}}`, "σ(z) = 1/(1 + e^(-z))", "sigma(z) = 1/(1 + e^(-z))"},
	{`\frac{\partial C}{\partial w_{ij}}`, "∂C/∂wᵢⱼ", "dC/dw_ij"},
	{`\frac{\partial^2 C}{\partial w^2}`, "∂²C/∂w²", "d^2 C/dw^2"},
	{`\frac{dy}{dx} = 2x`, "dy/dx = 2x", "dy/dx = 2x"},
	{`\frac{\partial C}{\partial a}\frac{\partial a}{\partial z}\cdot\frac{\partial z}{\partial w}`, "(∂C/∂a)(∂a/∂z) · ∂z/∂w", "(dC/da)(da/dz) * dz/dw"},
	{`w \gets w - \eta \frac{\partial C}{\partial w}`, "w ← w - η (∂C/∂w)", "w <- w - eta (dC/dw)"},
	{`C = \frac{1}{n}\sum_{i=1}^{n} (\hat{y}_i - y_i)^2`, "C = (1/n) ∑ᵢ₌₁ⁿ (ŷᵢ - yᵢ)²", "C = (1/n) sum_(i=1)^n (y_hat_i - y_i)^2"},
	{`L = -\frac{1}{n} \sum_i \left( y_i \log \hat y_i + (1-y_i)\log(1-\hat y_i) \right)`, "L = -(1/n) ∑ᵢ (yᵢ log ŷᵢ + (1 - yᵢ) log(1 - ŷᵢ))",
		"L = -(1/n) sum_i (y_i log y_hat_i + (1 - y_i) log(1 - y_hat_i))"},
	{`\delta^{(l)} = (W^{(l+1)})^\top \delta^{(l+1)} \odot \sigma'(z^{(l)})`, "δ⁽ˡ⁾ = (W⁽ˡ⁺¹⁾)ᵀ δ⁽ˡ⁺¹⁾ ⊙ σ′(z⁽ˡ⁾)",
		"delta^(l) = (W^(l+1))^T delta^(l+1) (.) sigma'(z^(l))"},
	{`\mathrm{ReLU}(z) = \max(0, z)`, "ReLU(z) = max(0, z)", "ReLU(z) = max(0, z)"},
	{`\frac{e^{z_i}}{\sum_j e^{z_j}}`, "e^(zᵢ)/(∑ⱼ e^(zⱼ))", "e^(z_i)/(sum_j e^(z_j))"},
	{`\lVert w \rVert = \sqrt{w_1^2 + w_2^2}`, "‖w‖ = √(w₁² + w₂²)", "||w|| = sqrt(w1^2 + w2^2)"},
	{`\Delta w = -\eta \nabla C`, "Δw = -η∇C", "Delta w = -eta grad C"},
	{`x \to \infty \Rightarrow f(x) \ge 0`, "x → ∞ ⇒ f(x) ≥ 0", "x -> inf => f(x) >= 0"},
	{`a \le b \ne c \approx d`, "a ≤ b ≠ c ≈ d", "a <= b != c ~ d"},
	{`-0.5 \times -2`, "-0.5 × -2", "-0.5 x -2"},
	{`x^2 + e^x + x^{n-1} + 2^{10}`, "x² + eˣ + xⁿ⁻¹ + 2¹⁰", "x^2 + e^x + x^(n-1) + 2^10"},
	{`w_{\max}, L_{\text{old}}`, "w_max, L_old", "w_max, L_old"},
	{`|x|^2`, "|x|²", "|x|^2"},
	{`\prod_{x \in S} x`, "∏_(x∈S) x", "prod_(x in S) x"},
	{`\max_i z_i`, "maxᵢ zᵢ", "max_i z_i"},
	{`\bar{x} + \vec{v} + \tilde{w}`, "x\u0304 + v⃗ + w\u0303", "x_bar + v_vec + w_tilde"},
	{`f''(x) + w^*`, "f′′(x) + w*", "f''(x) + w^*"},
	{`3{,}5`, "3,5", "3,5"},
	{`\text{if } x > 0`, "if x > 0", "if x > 0"},
	{`a\quad b\,c`, "a   b c", "a   b c"},
	{`2\pi r`, "2πr", "2 pi r"},
	{`P(y = 1 \mid x)`, "P(y = 1 | x)", "P(y = 1 | x)"},
	{`\mathbf{W}^\top \mathbf{x}`, "Wᵀx", "W^T x"},
	{`\begin{pmatrix} 1 & -2 \\ 3 & 4 \end{pmatrix} x`, "[1 -2; 3 4] x", "[1 -2; 3 4] x"},
	{`\begin{bmatrix} a + b \\ c \end{bmatrix}`, "[a + b; c]", "[a + b; c]"},
	{`\begin{aligned} z &= wx + b \\ a &= \sigma(z) \\ \end{aligned}`, "z = wx + b; a = σ(z)", "z = wx + b; a = sigma(z)"},
	{`\begin{cases} z & \text{if } z > 0 \\ 0 \end{cases}`, "{z, if z > 0; 0}", "{z, if z > 0; 0}"},

	// Brackets where what is read would be something else, and nowhere else.
	{`\frac{a+b}{c+d}`, "(a + b)/(c + d)", "(a + b)/(c + d)"},
	{`\frac{ab}{cd}`, "ab/(cd)", "ab/(cd)"},
	{`\frac{-b}{2a}`, "-b/(2a)", "-b/(2a)"},
	{`\frac{1}{\sigma(z)}`, "1/σ(z)", "1/sigma(z)"},
	{`\frac{(a+b)}{(c)(d)}`, "(a + b)/((c)(d))", "(a + b)/((c)(d))"},
	{`\frac{\frac{a}{b}}{c}`, "(a/b)/c", "(a/b)/c"},
	{`\frac{a}{\frac{b}{c}}`, "a/(b/c)", "a/(b/c)"},
	{`\frac{1}{2} + x`, "1/2 + x", "1/2 + x"},
	{`\frac{1}{2}x`, "(1/2) x", "(1/2) x"},
	{`\log\frac{a}{b}`, "log (a/b)", "log (a/b)"},
	{`{\frac{a}{b}}^2`, "(a/b)²", "(a/b)^2"},
	{`{a+b}^2 + {ab}^2`, "(a + b)² + (ab)²", "(a + b)^2 + (ab)^2"},
	{`{x^2}^3`, "(x²)³", "(x^2)^3"},
	{`a^{b^c}`, "a^(b^c)", "a^(b^c)"},
	{`\sqrt{\frac{a}{b}} + \sqrt{2x} + \sqrt{x}`, "√(a/b) + √(2x) + √x", "sqrt(a/b) + sqrt(2x) + sqrt(x)"},
}

func TestText(t *testing.T) {
	for _, want := range formulas {
		f, err := Parse(want.source)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := f.Text(true); got != want.unicode {
			t.Errorf("%s: %q, want %q", want.source, got, want.unicode)
		}
		if got := f.Text(false); got != want.ascii {
			t.Errorf("%s in ASCII: %q, want %q", want.source, got, want.ascii)
		}
	}
}

func TestLines(t *testing.T) {
	for source, want := range map[string][]string{
		`y = \begin{pmatrix} 1 & -2 \\ 3 & 4 \end{pmatrix}\begin{pmatrix} x_1 \\ x_2 \end{pmatrix} + b`: {
			"y = ⎛1  -2⎞ ⎛x₁⎞ + b",
			"    ⎝3   4⎠ ⎝x₂⎠",
		},
		`\begin{bmatrix} 1 \\ 2 \\ 3 \end{bmatrix}^\top`: {
			"⎡1⎤ᵀ",
			"⎢2⎥",
			"⎣3⎦",
		},
		`\begin{aligned} a - b &= c \\ d &= \sigma(z) \\ &> 0 \end{aligned}`: {
			"a - b = c",
			"    d = σ(z)",
			"      > 0",
		},
		`\begin{aligned} z &= \begin{pmatrix} 1 \\ 2 \end{pmatrix} x \\ ab &= 1 \end{aligned}`: {
			" z = ⎛1⎞ x",
			"     ⎝2⎠",
			"",
			"ab = 1",
		},
		`f(z) = \begin{cases} z & \text{if } z > 0 \\ 10 & \text{otherwise} \end{cases}`: {
			"f(z) = ⎧ z    if z > 0",
			"       ⎩ 10   otherwise",
		},
		`\left(\begin{bmatrix} 1 \\ 2 \end{bmatrix} x\right)^2`: {
			"⎛⎡1⎤ x⎞²",
			"⎝⎣2⎦  ⎠",
		},
		`a + b = ccccccccccccccccccccccccc + ddddd`: {
			"a + b = ccccccccccccccccccccccccc",
			"  + ddddd",
		},
	} {
		f, err := Parse(source)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := f.Lines(true, 35); !slices.Equal(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", source, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	matrix, err := Parse(`\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := matrix.Lines(false, 35), []string{"(1  2)", "(3  4)"}; !slices.Equal(got, want) {
		t.Errorf("in ASCII %q, want %q", got, want)
	}
}

// TestASCII: without Unicode there is no letter that only Unicode has.
func TestASCII(t *testing.T) {
	for _, of := range formulas {
		f, err := Parse(of.source)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range append(f.Lines(false, 40), f.Text(false)) {
			if strings.ContainsFunc(line, func(r rune) bool { return r >= 0x80 }) {
				t.Errorf("%s: %q is not ASCII", of.source, line)
			}
		}
	}
}

// TestCommands: every command that is a symbol has both spellings, and a text.
func TestCommands(t *testing.T) {
	for name, s := range shared().commands {
		if s.unicode == "" || s.ascii == "" {
			t.Errorf("\\%s has spellings %q and %q", name, s.unicode, s.ascii)
		}
		if s.class == space || s.class == wideSpace {
			continue
		}
		f, err := Parse(`a \` + name + ` b`)
		if err != nil {
			t.Error(err)
			continue
		}
		if !strings.Contains(f.Text(true), s.unicode) || !strings.Contains(f.Text(false), s.ascii) {
			t.Errorf("\\%s: %q and %q", name, f.Text(true), f.Text(false))
		}
		wellFormed(t, f.MathML(false))
	}
}

// wellFormed reads XML to its end.
func wellFormed(t *testing.T, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, of := range formulas {
		f.Add(of.source, uint8(40))
	}
	for _, source := range []string{`\frac{1`, `x^`, `}`, `\begin{aligned} & \\ & \end{aligned}`, `\left( x \right|`, `\text{ñ}_\hat{\text{é}}`, "\x80"} {
		f.Add(source, uint8(3))
	}
	f.Fuzz(func(t *testing.T, source string, width uint8) {
		parsed, err := Parse(source)
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok || err.Error() == "" {
				t.Fatalf("%v is no *Error", err)
			}
			return
		}
		for _, display := range []bool{false, true} {
			wellFormed(t, parsed.MathML(display))
		}
		for _, unicode := range []bool{false, true} {
			if text := parsed.Text(unicode); strings.ContainsAny(text, "\n\x1b") {
				t.Errorf("%q has more than a line", text)
			}
			for _, line := range parsed.Lines(unicode, int(width)) {
				if w := uniseg.StringWidth(line); w > int(width) && uniseg.GraphemeClusterCount(line) > 1 {
					t.Errorf("%q is %d wide, want at most %d", line, w, width)
				}
			}
		}
	})
}
