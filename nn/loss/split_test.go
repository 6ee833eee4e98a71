package loss

import (
	"errors"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

func matrixOf(cols int, v ...float32) tensor.Matrix {
	return tensor.Matrix{Rows: len(v) / cols, Cols: cols, Stride: cols, Data: v}
}

// TestSplitIsItsParts: value and gradient are those of the parts alone on their columns,
// to the bit where a factor is a power of two.
func TestSplitIsItsParts(t *testing.T) {
	mse, classes, pair := MSE(), CrossEntropy(ClassWeights(1, 0.25, 3)), Gaussian()
	l := Split(Part{2, mse, 1}, Part{3, classes, 0.5}, Part{2, pair, 2})
	y := testMatrix(4, 7, func(i, j int) float32 { return float32((i*5+j*3)%7) / 4 })
	values := testMatrix(4, 4, func(i, j int) float32 { return [4]float32{0.5, float32(i), float32(i % 3), -1}[j] })
	for _, weights := range [][]float32{nil, {2, 0, 0.5, 1}} {
		of := func(t data.Target) data.Target { t.Weights = weights; return t }
		target := of(data.Values(values))
		if err := l.Check(target, 4, 7); err != nil {
			t.Fatal(err)
		}
		want, wantGrad := 0.0, testMatrix(4, 7, nought)
		for _, p := range []struct {
			loss     Loss
			from, to int
			target   data.Target
			factor   float64
		}{
			{mse, 0, 2, of(data.Values(columnsOf(values, 0, 2))), 1},
			{classes, 2, 5, of(data.Labels([]int{0, 1, 2, 0})), 0.5},
			{pair, 5, 7, of(data.Values(columnsOf(values, 3, 1))), 2},
		} {
			own, grad := columnsOf(y, p.from, p.to-p.from), columnsOf(wantGrad, p.from, p.to-p.from)
			w := p.loss.Weight(p.target, 4, own.Cols)
			want += p.factor * p.loss.Sum(own, p.target, grad, p.factor/w) / w
		}
		grad := testMatrix(4, 7, func(int, int) float32 { return float32(math.NaN()) })
		w := l.Weight(target, 4, 7)
		if got := l.Sum(y, target, grad, 1/w) / w; !(math.Abs(got-want) <= 1e-14*math.Abs(want)) {
			t.Errorf("value %v, the parts' %v", got, want)
		}
		checkSlack(t, grad)
		for i := range 4 {
			for j, g := range tensor.Row(grad, i) {
				if w := tensor.Row(wantGrad, i)[j]; !(math.Abs(float64(g-w)) <= 2*u*math.Abs(float64(w))) {
					t.Errorf("gradient [%d][%d] is %v, the part's %v", i, j, g, w)
				}
			}
		}
	}
}

// TestSplitChecks: targets that do not fit, by part, row and column.
func TestSplitChecks(t *testing.T) {
	l := Split(Part{2, MSE(), 1}, Part{3, CrossEntropy(), 1}, Part{1, BinaryCrossEntropy(), 1})
	nan := float32(math.NaN())
	for name, c := range map[string]struct {
		target   data.Target
		part     int // -1: it is about none
		row, col int
		message  string
	}{
		"right":         {data.Values(matrixOf(4, 1, 2, 0, 1, -5, 1e30, 2, 0.5)), 0, 0, 0, ""},
		"NaN":           {data.Values(matrixOf(4, 1, 2, 0, 1, 1, nan, 2, 0)), 0, 1, 1, "split: part 0: mse: target in row 1, column 1 is NaN, want a finite number"},
		"half a label":  {data.Values(matrixOf(4, 1, 2, 0.5, 1, 1, 2, 2, 0)), 1, 0, 2, "split: part 1: cross_entropy: target in row 0, column 2 is 0.5, want a label, which is a whole number"},
		"label NaN":     {data.Values(matrixOf(4, 1, 2, nan, 1, 1, 2, 2, 0)), 1, 0, 2, "split: part 1: cross_entropy: target in row 0, column 2 is NaN, want a label, which is a whole number"},
		"huge label":    {data.Values(matrixOf(4, 1, 2, 1, 1, 1, 2, 3e38, 0)), 1, 1, 2, "split: part 1: cross_entropy: target in row 1, column 2 is 3e+38, want a label, which is a whole number"},
		"no such label": {data.Values(matrixOf(4, 1, 2, 1, 1, 1, 2, 3, 0)), 1, 1, 2, "split: part 1: cross_entropy: target in row 1, column 2 is label 3, want a label from 0 to 2, one for each output"},
		"below 0":       {data.Values(matrixOf(4, 1, 2, 1, 1, 1, 2, -1, 0)), 1, 1, 2, "split: part 1: cross_entropy: target in row 1, column 2 is label -1, want a label from 0 to 2, one for each output"},
		"probability":   {data.Values(matrixOf(4, 1, 2, 1, 1, 1, 2, 0, 7)), 2, 1, 3, "split: part 2: binary_cross_entropy: target in row 1, column 3 is 7, want a probability, from 0 to 1"},
		"columns":       {data.Values(matrixOf(3, 1, 2, 1, 1, 1, 2)), -1, -1, -1, "split([2, 3, 1], mse, cross_entropy, binary_cross_entropy): target is 2×3, want a 2×4 matrix of values"},
		"labels":        {data.Labels([]int{0, 1}), -1, -1, -1, "split([2, 3, 1], mse, cross_entropy, binary_cross_entropy): target is 2 labels, want a 2×4 matrix of values"},
	} {
		err := l.Check(c.target, 2, 6)
		var target *TargetError
		var part *PartError
		switch {
		case c.message == "":
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		case !errors.As(err, &target) || target.Row != c.row || target.Col != c.col || err.Error() != c.message:
			t.Errorf("%s: %v, want %q", name, err, c.message)
		case errors.As(err, &part) != (c.part >= 0) || part != nil && part.Part != c.part:
			t.Errorf("%s: the error is about %v, want part %d", name, part, c.part)
		}
	}
	var option *fault.HyperparameterError
	if err := l.Check(data.Values(matrixOf(4, 1, 2, 1, 1)), 1, 5); !errors.As(err, &option) {
		t.Errorf("five outputs for six: %v, want a *HyperparameterError", err)
	}
	if err := Split(Part{2, CrossEntropy(ClassWeights(1, 2, 3)), 1}).Check(data.Values(matrixOf(1, 1)), 1, 2); !errors.As(err, &option) {
		t.Errorf("three class weights for two outputs: %v, want a *HyperparameterError", err)
	}
}

// TestBadSplits: parts that cannot be are an error of Check, and nothing panics before.
func TestBadSplits(t *testing.T) {
	for name, c := range map[string]struct {
		parts   []Part
		message string
	}{
		"none":         {nil, "split: number of parts is 0, want at least one"},
		"no loss":      {[]Part{{1, MSE(), 1}, {1, nil, 1}}, "split: part 1: split: loss is nil, want one such as loss.MSE or loss.CrossEntropy"},
		"no columns":   {[]Part{{0, MSE(), 1}}, "split: part 0: mse: columns is 0, want at least 1, and as many as a network has outputs"},
		"many columns": {[]Part{{math.MaxInt, MSE(), 1}}, "want at least 1, and as many as a network has outputs"},
		"no factor":    {[]Part{{1, MSE(), 0}}, "split: part 0: mse: factor is 0, want a number above 0 and finite in float32"},
		"NaN":          {[]Part{{1, MSE(), math.NaN()}}, "split: part 0: mse: factor is NaN, want a number above 0 and finite in float32"},
		"half a pair":  {[]Part{{3, Gaussian(), 1}}, "split: part 0: gaussian: columns is 3, want 2 for each target"},
		"nested":       {[]Part{{1, MSE(), 1}, {1, Split(Part{1, MSE(), 1}), 1}}, "split: part 1: split([1], mse) is made of parts itself, want one of these"},
	} {
		l := Split(c.parts...)
		Bind(l, kernels.Sets()[0])
		err := l.Check(data.Values(matrixOf(1, 1)), 1, 1)
		if err == nil || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s: %v, want %q", name, err, c.message)
		}
	}
	for _, spelling := range []string{"split", "split([1])", "split([1, 2], mse)", "split([0], mse)", "split([1], mse, factors=[0])", "split([1], mse, factors=[1, 2])", "split([1e15], mse)", "split([3], gaussian)"} {
		if l, err := Catalog().Parse(spelling); err == nil {
			t.Errorf("%s is read as %v", spelling, l)
		}
	}
}

// TestSplitSpelling: factors of 1 are not written, and losses of one's own are found.
func TestSplitSpelling(t *testing.T) {
	own := Catalog().With(catalog.Part[Loss]{Name: "own", Help: "one's own", New: func(catalog.Args) (Loss, error) {
		return Element("own", func(y, t float32) (l, dl float32) { return y, 1 }), nil
	}})
	for spelling, want := range map[string]string{
		"split([1, 2], mse, cross_entropy, factors=[1, 1])":                    "split([1, 2], mse, cross_entropy)",
		"split([2,2], huber(2), cross_entropy(weights=[1,2]), factors=[1,.5])": "split([2, 2], huber(delta=2), cross_entropy(weights=[1, 2]), factors=[1, 0.5])",
		"split([1, 1], own, mae)":                                              "split([1, 1], own, mae)",
	} {
		if l, err := own.Parse(spelling); err != nil || l.String() != want {
			t.Errorf("%s is read as %v, %v, want %s", spelling, l, err, want)
		}
	}
}

// TestSplitLinks: the link of the parts if one function says what all outputs mean.
func TestSplitLinks(t *testing.T) {
	for spelling, want := range map[string]Link{
		"split([2, 1], mse, huber)":                                 Identity,
		"split([1, 2], binary_cross_entropy, binary_cross_entropy)": Sigmoid,
		"split([1, 2], mse, binary_cross_entropy)":                  Mixed,
		"split([2, 2], cross_entropy, cross_entropy)":               Mixed,
		"split([2, 2], gaussian, gaussian)":                         Mixed,
		"split([3], cross_entropy)":                                 Mixed,
	} {
		l, err := Catalog().Parse(spelling)
		if err != nil || l.Link() != want {
			t.Errorf("%s has the link %v, %v, want %v", spelling, l.Link(), err, want)
		}
	}
}

// TestApply: each part's link on its columns.
func TestApply(t *testing.T) {
	l := Split(Part{1, MSE(), 1}, Part{2, CrossEntropy(), 1}, Part{1, BinaryCrossEntropy(), 1}, Part{2, Gaussian(), 1})
	y := testMatrix(2, 6, func(i, _ int) float32 { return float32(i) })
	dst := testMatrix(2, 6, nought)
	Apply(l, dst, y)
	checkSlack(t, dst)
	sigmoid := 1 / (1 + math.Exp(-1))
	for i, want := range [][]float64{{0, 0.5, 0.5, 0.5, 0, 1 + 1e-8}, {1, 0.5, 0.5, sigmoid, 1, math.E}} {
		for j, got := range tensor.Row(dst, i) {
			if !(math.Abs(float64(got)-want[j]) <= 1e-7*want[j]) {
				t.Errorf("[%d][%d] is %v, want %v", i, j, got, want[j])
			}
		}
	}
	Apply(CrossEntropy(), dst, y)
	if got := dst.Data[0]; !(math.Abs(float64(got)-1./6) <= 1e-7) {
		t.Errorf("a softmax of six equal outputs is %v", got)
	}
}

// TestSplitAtOnce: several goroutines have memory for labels of their own.
func TestSplitAtOnce(t *testing.T) {
	l := Split(Part{2, CrossEntropy(), 1}, Part{3, CrossEntropy(), 1})
	y := testMatrix(50, 5, func(i, j int) float32 { return float32(i*j%7) - 3 })
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			target := data.Values(testMatrix(50, 2, func(i, j int) float32 { return float32((i + worker) % (2 + j)) }))
			labels := [2][]int{make([]int, 50), make([]int, 50)}
			for i := range 50 {
				labels[0][i], labels[1][i] = (i+worker)%2, (i+worker)%3
			}
			ce := CrossEntropy()
			want := ce.Sum(columnsOf(y, 0, 2), data.Labels(labels[0]), tensor.Matrix{}, 1) + ce.Sum(columnsOf(y, 2, 3), data.Labels(labels[1]), tensor.Matrix{}, 1)
			for range 100 {
				if err := l.Check(target, 50, 5); err != nil {
					t.Error(err)
				}
				if got := l.Sum(y, target, tensor.Matrix{}, 1); got != want {
					t.Errorf("sum %v, want %v", got, want)
				}
			}
		})
	}
	all.Wait()
}
