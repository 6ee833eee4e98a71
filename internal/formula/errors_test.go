package formula

import (
	"errors"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/internal/names"
)

// TestErrors: what is wrong, and at which byte.
func TestErrors(t *testing.T) {
	for _, want := range []struct {
		source string
		offset int
		text   string
	}{
		{``, 0, "empty"},
		{`  `, 0, "empty"},
		{`x + \foo`, 4, `unknown command "foo"`},
		{`\siqma(z)`, 0, `did you mean "sigma"?`},
		{`x^`, 2, "something is missing"},
		{`x_{`, 2, "not closed"},
		{`x_{}`, 2, "empty"},
		{`x}`, 1, "closes nothing"},
		{`x^2^3`, 3, "a second ^"},
		{`x_1_2`, 3, "a second _"},
		{`x^2'`, 3, "a prime"},
		{`^2`, 0, "nothing that ^ belongs to"},
		{`x^12`, 3, "braces"},
		{`e^-z`, 2, "braces"},
		{`W^(l)`, 2, "braces"},
		{`\frac{a}`, 8, "something is missing"},
		{`\frac{a}}`, 8, "something is missing before }"},
		{`\sqrt[3]{x}`, 5, "square roots"},
		{`a & b`, 2, `belongs between \begin`},
		{`a \\ b`, 2, `belongs between \begin`},
		{`\begin{matrix} 1 \end{matrix}`, 6, `did you mean "bmatrix"?`},
		{`\begin{pmatrix} 1 & 2 \\ 3 \end{pmatrix}`, 0, "the first row has 2 cells, row 2 has 1"},
		{`\begin{pmatrix} 1 \end{bmatrix}`, 22, `\end{bmatrix} closes \begin{pmatrix}`},
		{`\begin{cases} 1 & 2 & 3 \end{cases}`, 0, "at most 2"},
		{`\begin{aligned} 1`, 0, `no \end`},
		{`\begin{aligned} \end{aligned}`, 0, "empty"},
		{`1 \end{aligned}`, 2, `no \begin`},
		{`\left( x`, 5, `no \right`},
		{`x \right)`, 2, `no \left`},
		{`\left x`, 6, `needs a bracket`},
		{`\text x`, 6, "braces are missing"},
		{`\text{a \sigma}`, 8, `cannot stand`},
		{`\mathrm{é}`, 8, `cannot stand`},
		{`aé + ñ`, 1, `no meaning`},
		{`a \`, 2, `stands alone`},
		{strings.Repeat("{", 100) + "x" + strings.Repeat("}", 100), 40, "nested"},
		{strings.Repeat(`\sqrt`, 100) + "x", 200, "nested"},
		{"a\xff", 0, "UTF-8"},
	} {
		_, err := Parse(want.source)
		e, ok := errors.AsType[*Error](err)
		if !ok {
			t.Errorf("%q: %v, want an *Error", want.source, err)
			continue
		}
		if e.Offset != want.offset || !strings.Contains(e.Error(), want.text) {
			t.Errorf("%q: %v at %d, want %q at %d", want.source, e, e.Offset, want.text, want.offset)
		}
	}
}

func TestErrorNamesThePlace(t *testing.T) {
	_, err := Parse(`é`)
	if got, want := err.Error(), "formula `é`, character 1, before `é`: "; !strings.HasPrefix(got, want) {
		t.Errorf("%q, want %q at its front", got, want)
	}
	_, err = Parse(`\text{é} + \foo{a}{b}{c}{d}`)
	if got, want := err.Error(), "character 12, before `\\foo{a}{b}{c...`"; !strings.Contains(got, want) {
		t.Errorf("%q, want %q in it", got, want)
	}
	if _, ok := errors.AsType[*names.UnknownError](err); !ok {
		t.Errorf("%v is no unknown name", err)
	}
	_, err = Parse(`x^`)
	if got, want := err.Error(), `character 3, at its end`; !strings.Contains(got, want) {
		t.Errorf("%q, want %q in it", got, want)
	}
}
