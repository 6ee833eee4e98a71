package loss

import (
	"errors"
	"math"
	"testing"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestClassWeightsAreChecked expects errors from Check for weights that cannot be, and
// from the spelling for those that no network suits.
func TestClassWeightsAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		loss    Loss
		message string
	}{
		"negative":   {CrossEntropy(ClassWeights(1, -2, 1)), "cross_entropy: weight of class 1 is -2, want at least 0 and finite in float32"},
		"NaN":        {CrossEntropy(ClassWeights(1, 1, math.NaN())), "cross_entropy: weight of class 2 is NaN, want at least 0 and finite in float32"},
		"infinite":   {CrossEntropy(ClassWeights(math.Inf(1), 1, 1)), "cross_entropy: weight of class 0 is +Inf, want at least 0 and finite in float32"},
		"lost":       {CrossEntropy(ClassWeights(1e-60, 1, 1)), "cross_entropy: weight of class 0 is 1e-60, want at least 0 and finite in float32"},
		"all zero":   {CrossEntropy(ClassWeights(0, 0, 0)), "cross_entropy: largest weight of a class is 0, want one above 0"},
		"none":       {CrossEntropy(ClassWeights()), "cross_entropy: largest weight of a class is 0, want one above 0"},
		"too few":    {CrossEntropy(ClassWeights(1, 1)), "cross_entropy: number of class weights is 2, want 3, one for each output"},
		"too many":   {CrossEntropy(ClassWeights(1, 1, 1, 1)), "cross_entropy: number of class weights is 4, want 3, one for each output"},
		"nil option": {CrossEntropy(ClassWeights(1, 1, 1), nil), "cross_entropy: option 1 is nil, want an option, or none at its place"},
		"right":      {CrossEntropy(ClassWeights(0, 1, 0.5)), ""},
	} {
		err := c.loss.Check(data.Labels([]int{0, 2}), 2, 3)
		var option *fault.HyperparameterError
		if c.message == "" && err != nil || c.message != "" && (!errors.As(err, &option) || err.Error() != c.message) {
			t.Errorf("%s: %v, want %q", name, err, c.message)
		}
	}
	for _, spelling := range []string{"cross_entropy(weights=[])", "cross_entropy(weights=[0, 0])", "cross_entropy(weights=[1, -1])", "cross_entropy(weights=[1e-60])"} {
		if l, err := Catalog().Parse(spelling); err == nil {
			t.Errorf("%s is read as %v", spelling, l)
		}
	}
}

// TestClassWeightsAreKept: whoever changes the slice afterwards changes nothing.
func TestClassWeightsAreKept(t *testing.T) {
	weights := []float64{1, 3}
	l := CrossEntropy(ClassWeights(weights...))
	weights[1] = 100
	if w := l.Weight(data.Labels([]int{1, 1, 0}), 3, 2); w != 7 {
		t.Errorf("three rows weigh %v, want 7", w)
	}
}

// TestClassWeightsAsSampleWeights: a class's weight is that of its rows, and both multiply.
func TestClassWeightsAsSampleWeights(t *testing.T) {
	classes := []float64{0, 0.5, 4}
	labels, weights := []int{2, 1, 0, 2, 1}, []float32{1, 2, 3, 0.25, 0}
	y := testMatrix(5, 3, func(i, j int) float32 { return float32(i*j%4) - 1 })
	for _, own := range [][]float32{nil, weights} {
		target, product := data.Labels(labels), data.Labels(labels)
		target.Weights, product.Weights = own, make([]float32, 5)
		for i, label := range labels {
			product.Weights[i] = float32(classes[label])
			if own != nil {
				product.Weights[i] *= own[i]
			}
		}
		l, plain := CrossEntropy(ClassWeights(classes...)), CrossEntropy()
		got, want := testMatrix(5, 3, nought), testMatrix(5, 3, nought)
		gotSum, wantSum := l.Sum(y, target, got, 0.25), plain.Sum(y, product, want, 0.25)
		if !(math.Abs(gotSum-wantSum) <= 1e-15*wantSum) || l.Weight(target, 5, 3) != plain.Weight(product, 5, 3) {
			t.Errorf("sum %v of weight %v, want %v of %v", gotSum, l.Weight(target, 5, 3), wantSum, plain.Weight(product, 5, 3))
		}
		for i := range 5 {
			for j, g := range tensor.Row(got, i) {
				if w := tensor.Row(want, i)[j]; g != w {
					t.Errorf("gradient [%d][%d] is %v, want %v", i, j, g, w)
				}
			}
		}
	}
}
