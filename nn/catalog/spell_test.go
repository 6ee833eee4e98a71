package catalog_test

import (
	"math"
	"testing"

	"github.com/neurona-ml/neurona/nn/catalog"
)

func TestSpell(t *testing.T) {
	part := scratchPart("a")
	part.Params = []catalog.Param{
		{Name: "n", Kind: catalog.Number},
		{Name: "on", Kind: catalog.Bool},
		{Name: "word", Kind: catalog.Word, Choices: []string{"mean", "fast"}},
		{Name: "list", Kind: catalog.ManyParts, Optional: true},
		{Name: "taus", Kind: catalog.Numbers, Default: "[1e-1, .5]"},
		{Name: "fast", Kind: catalog.Bool, Default: "false"},
		{Name: "then", Kind: catalog.OnePart, Default: "b"},
	}
	whole := part.Spell().Float("n", 0.5).Bool("on", true).Word("word", "mean")
	tests := []struct {
		spelling catalog.Spelling
		want     string
	}{
		{whole, "a(0.5, true, mean)"},
		{whole.Parts("list"), "a(0.5, true, mean)"},
		{whole.Parts("list", "b", "c( )"), "a(0.5, true, mean, b, c)"},
		{whole.Floats("taus", 0.1, 0.5).Bool("fast", false).Part("then", "b()"), "a(0.5, true, mean)"},
		{whole.Part("then", "b(1)").Bool("fast", true).Floats("taus"), "a(0.5, true, mean, taus=[], fast, then=b(1))"},
		{whole.Part("then", "Swish"), `a(0.5, true, mean, then="Swish")`},
		// What comes after an argument that is missing has its name.
		{part.Spell().Bool("on", false).Word("word", "mean").Parts("list", "b"), "a(on=false, word=mean, list=[b])"},
		{part.Spell().Bool("on", true), "a(on)"},
		// Alone, they would be taken for the Bool.
		{part.Spell().Float("n", 1).Bool("on", true).Word("word", "fast").Parts("list", "b"), "a(1, true, word=fast, list=[b])"},
		{whole.Parts("list", "b", "fast"), "a(0.5, true, mean, list=[b, fast])"},
		// What is no parameter shows, and what can be no number.
		{whole.Int("m", 3), "a(0.5, true, mean, m=3)"},
		{part.Spell().Float("n", math.NaN()), "a(NaN)"},
		{part.Spell(), "a"},
	}
	for _, test := range tests {
		if got := test.spelling.String(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

func TestRange(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	tests := []struct {
		r        catalog.Range
		text     string
		in, outs []float64
	}{
		{catalog.Range{}, "", []float64{0, -1e300, 1e300}, nil},
		{catalog.AtLeast(2), "at least 2", []float64{2, 3}, []float64{1.9}},
		{catalog.Above(0), "above 0", []float64{1e-300}, []float64{0, -1}},
		{catalog.Between(-1, 0.5), "at least -1 and at most 0.5", []float64{-1, 0, 0.5}, []float64{-1.1, 0.6}},
		{catalog.Inside(0, 1), "above 0 and below 1", []float64{0.5}, []float64{0, 1}},
		{catalog.Fraction(), "at least 0 and below 1", []float64{0, 0.9}, []float64{-0.1, 1}},
	}
	for _, test := range tests {
		if test.r.String() != test.text {
			t.Errorf("%q, want %q", test.r, test.text)
		}
		for _, v := range test.in {
			if !test.r.Allows(v) {
				t.Errorf("%v is not %v", v, test.r)
			}
		}
		for _, v := range append(test.outs, inf, -inf, nan) {
			if test.r.Allows(v) {
				t.Errorf("%v is %v", v, test.r)
			}
		}
	}
}
