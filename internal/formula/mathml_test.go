package formula

import (
	"strings"
	"testing"
)

// TestMathML compares with what MathML Core says each part is.
func TestMathML(t *testing.T) {
	for source, want := range map[string]string{
		`w_1`:            `<msub><mi>w</mi><mn>1</mn></msub>`,
		`x^2`:            `<msup><mi>x</mi><mn>2</mn></msup>`,
		`w_i^{(l)}`:      `<msubsup><mi>w</mi><mi>i</mi><mrow><mo form="prefix" stretchy="false">(</mo><mi>l</mi><mo form="postfix" stretchy="false">)</mo></mrow></msubsup>`,
		`a - 0.5`:        `<mrow><mi>a</mi><mo form="infix">−</mo><mn>0.5</mn></mrow>`,
		`-x`:             `<mrow><mo form="prefix">−</mo><mi>x</mi></mrow>`,
		`(-x)`:           `<mo form="prefix">−</mo>`,
		`a = -x`:         `<mo form="infix">=</mo><mo form="prefix">−</mo>`,
		`a \cdot b`:      `<mo form="infix">·</mo>`,
		`a < b`:          `<mo form="infix">&lt;</mo>`,
		`\frac{a}{b}`:    `<mfrac><mi>a</mi><mi>b</mi></mfrac>`,
		`\sqrt{x+1}`:     `<msqrt><mrow><mi>x</mi><mo form="infix">+</mo><mn>1</mn></mrow></msqrt>`,
		`\sum_{i=1}^n x`: `<munderover><mo movablelimits="true">∑</mo><mrow><mi>i</mi><mo form="infix">=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>x</mi>`,
		`\max_i z`:       `<munder><mo form="prefix" movablelimits="true" lspace="0" rspace="0">max</mo><mi>i</mi></munder>`,
		`\hat{y}`:        `<mover accent="true"><mi>y</mi><mo stretchy="false">^</mo></mover>`,
		`f'`:             `<msup><mi>f</mi><mo lspace="0" rspace="0">′</mo></msup>`,
		`\text{if } x`:   "<mtext>if\u00a0</mtext>",
		`\mathrm{ReLU}`:  `<mi mathvariant="normal">ReLU</mi>`,
		`\mathbf{W}`:     `<mi mathvariant="normal">𝐖</mi>`,
		`\exp(x)`:        "<mi>exp</mi><mo>\u2061</mo><mo form",
		`\log x`:         "<mi>log</mi><mo>\u2061</mo><mspace width=\"0.1667em\"/><mi>x</mi>",
		`\Delta \eta`:    `<mi mathvariant="normal">Δ</mi><mi>η</mi>`,
		`|x|`:            `<mo form="prefix" stretchy="false">|</mo><mi>x</mi><mo form="postfix" stretchy="false">|</mo>`,
		`\left(x\right]`: `<mo form="prefix" stretchy="true">(</mo><mi>x</mi><mo form="postfix" stretchy="true">]</mo>`,
		`f(x, y)`:        `<mo separator="true">,</mo>`,
		`\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}`: `<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd><mtd><mn>4</mn></mtd></mtr></mtable>`,
		`\begin{aligned} a &= -b \end{aligned}`: `<mtd style="text-align:right;padding-right:0"><mi>a</mi></mtd>` +
			`<mtd style="text-align:left;padding-left:0"><mo form="infix">=</mo><mo form="prefix">−</mo><mi>b</mi></mtd>`,
	} {
		f, err := Parse(source)
		if err != nil {
			t.Error(err)
			continue
		}
		got := f.MathML(false)
		if wellFormed(t, got); !strings.Contains(got, want) {
			t.Errorf("%s:\n%s\nwant in it\n%s", source, got, want)
		}
	}
}

// TestEveryMathML: what a page gets is well-formed, says in alttext what it is, and
// has nothing of LaTeX left.
func TestEveryMathML(t *testing.T) {
	for _, of := range formulas {
		f, err := Parse(of.source)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, display := range []bool{false, true} {
			got := f.MathML(display)
			wellFormed(t, got)
			if strings.ContainsAny(got, "\\\n") || display != strings.Contains(got, `display="block"`) {
				t.Errorf("%s: %s", of.source, got)
			}
			if quoted := strings.NewReplacer("'", "&#39;", "<", "&lt;", ">", "&gt;").Replace(of.unicode); !strings.Contains(got, `alttext="`+quoted+`"`) {
				t.Errorf("%s: want alttext %q in %s", of.source, quoted, got)
			}
		}
	}
}

// TestColumns: about what is shown, so that bounds suffice.
func TestColumns(t *testing.T) {
	for source, want := range map[string][2]int{
		`x`:                    {1, 1},
		`a + b = c`:            {7, 9},
		`\frac{1}{1 + e^{-z}}`: {5, 7},
		`\sum_{i=1}^{n} x_i`:   {3, 6},
		`\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}`:       {5, 6},
		`\begin{aligned} a &= b \\ a &= b + c \end{aligned}`: {7, 11},
		`\text{words}\ \sqrt{xy}`:                            {8, 10},
	} {
		f, err := Parse(source)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := f.Columns(); got < want[0] || got > want[1] {
			t.Errorf("%s has %d columns, want %v", source, got, want)
		}
	}
}
