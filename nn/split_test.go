package nn

import (
	"math"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// splitData is targets of two quantities and one of three classes.
func splitData(rows int) (x tensor.Matrix, together, values, labels data.Target) {
	x, values = chainData(loss.MSE(), rows)
	_, labels = chainData(loss.CrossEntropy(), rows)
	values = data.Values(testMatrix(rows, 2, func(i, j int) float32 { return rowOf(values.Values, i)[j] + rowOf(x, i)[0] }))
	together = data.Values(testMatrix(rows, 3, func(i, j int) float32 {
		if j == 2 {
			return float32(labels.Labels[i])
		}
		return rowOf(values.Values, i)[j]
	}))
	return x, together, values, labels
}

// TestSplitTrainsItsParts: a layer trained for a Split is two layers, each trained for its
// part alone, at its factor's rate.
func TestSplitTrainsItsParts(t *testing.T) {
	const rate, factor, rows = 0.1, 0.5, 23
	classes := loss.CrossEntropy(loss.ClassWeights(1, 0.5, 3))
	x, together, values, labels := splitData(rows)
	weights := make([]float32, rows)
	for i := range weights {
		weights[i] = float32(i % 3)
	}
	together.Weights, values.Weights, labels.Weights = weights, weights, weights
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		w := testMatrix(6, 5, func(i, j int) float32 { return float32((i*5+j*3)%7)/7 - 0.5 })
		bias := []float32{0.1, 0.2, 0.3, 0.4, 0.5}
		trainer := func(l loss.Loss, from, to int, rate float64) *Trainer {
			net, err := New(tensor.Shape{6}, layer.Stack(layer.Dense(to-from)), Backend(b))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { net.Close() })
			own := testMatrix(6, to-from, func(i, j int) float32 { return rowOf(w, i)[from+j] })
			if err := net.SetWeights(0, own, bias[from:to]); err != nil {
				t.Fatal(err)
			}
			return newChainTrainer(t, net, l, optim.SGD(rate))
		}
		whole := trainer(loss.Split(loss.Part{Columns: 2, Loss: loss.MSE(), Factor: 1}, loss.Part{Columns: 3, Loss: classes, Factor: factor}), 0, 5, rate)
		parts := []*Trainer{trainer(loss.MSE(), 0, 2, rate), trainer(classes, 2, 5, rate*factor)}
		for range 20 {
			got, err := whole.Step(x, together)
			if err != nil {
				t.Fatal(err)
			}
			first, err := parts[0].Step(x, values)
			if err != nil {
				t.Fatal(err)
			}
			second, err := parts[1].Step(x, labels)
			if err != nil {
				t.Fatal(err)
			}
			if want := first + factor*second; !(math.Abs(got-want) <= 1e-5*want) {
				t.Fatalf("loss %v, the parts' %v and %v", got, first, second)
			}
		}
		near(t, "after 20 steps", inColumns(t, whole.net), slices.Concat(inColumns(t, parts[0].net), inColumns(t, parts[1].net)))
	})
}

// inColumns is the weights and the bias of a layer, output by output.
func inColumns(t *testing.T, n *Network) (list []float32) {
	t.Helper()
	w, b, err := n.Weights(0)
	if err != nil {
		t.Fatal(err)
	}
	for j, column := range toRows(w, true) {
		list = append(append(list, column...), b[j])
	}
	return list
}

// TestSplitFits by Fit, and is evaluated by Evaluate as the whole of its rows, with what
// a row weighs in a part depending on its class.
func TestSplitFits(t *testing.T) {
	const rows = 700 // several parts of a prediction
	classes := loss.CrossEntropy(loss.ClassWeights(1, 0.5, 30))
	l := loss.Split(loss.Part{Columns: 2, Loss: loss.Huber(1), Factor: 1}, loss.Part{Columns: 3, Loss: classes, Factor: 0.5})
	x, together, values, labels := splitData(rows)
	for i := range rows { // classes are not spread evenly
		if labels.Labels[i] == 2 && i > 300 {
			labels.Labels[i], rowOf(together.Values, i)[2] = 0, 0
		}
	}
	net, err := New(tensor.Shape{6}, layer.Stack(layer.Dense(9), activation.Tanh(), layer.Dense(5)), Seed(3))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	tr := newChainTrainer(t, net, l, optim.Adam(0.01))
	d := data.Set{X: x, Target: together}
	h, err := tr.Fit(t.Context(), d, Epochs(8), Batch(50), Validate(d))
	if err != nil {
		t.Fatal(err)
	}
	if first, last := h.Epochs[0], h.Epochs[7]; !(last.Validation.Loss < 0.95*first.Validation.Loss) || !math.IsNaN(last.Accuracy) {
		t.Errorf("losses from %v to %v, accuracy %v, want a fall and NaN", first.Validation.Loss, last.Validation.Loss, last.Accuracy)
	}
	m, err := tr.Evaluate(d)
	if err != nil {
		t.Fatal(err)
	}
	y, err := net.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	part := func(from, to int) tensor.Matrix {
		return testMatrix(rows, to-from, func(i, j int) float32 { return rowOf(y, i)[from+j] })
	}
	want := loss.Huber(1).Sum(part(0, 2), values, tensor.Matrix{}, 1)/(2*rows) + 0.5*classes.Sum(part(2, 5), labels, tensor.Matrix{}, 1)/classes.Weight(labels, rows, 3)
	if !(math.Abs(m.Loss-want) <= 1e-12*want) || m.Loss != h.Epochs[7].Validation.Loss {
		t.Errorf("evaluated as %v, validated as %v, want %v", m.Loss, h.Epochs[7].Validation.Loss, want)
	}
}

// TestOnlyClassifiersHaveAccuracy: what is right is counted by the losses that say so, and
// NaN for all others.
func TestOnlyClassifiersHaveAccuracy(t *testing.T) {
	for _, l := range catalogLosses(t) {
		x, target := lossData(t, l, 30)
		outputs, _ := outputsOf(t, l)
		net, err := New(tensor.Shape{6}, layer.Stack(layer.Dense(outputs)))
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		d := data.Set{X: x, Target: target}
		tr := newChainTrainer(t, net, l, optim.SGD(0.01))
		m, err := tr.Evaluate(d)
		if err != nil {
			t.Fatal(err)
		}
		h, err := tr.Fit(t.Context(), d, Epochs(1))
		if err != nil {
			t.Fatal(err)
		}
		_, classifies := l.(loss.Classifier)
		for _, a := range []float64{m.Accuracy, m.LabelAccuracy, h.Epochs[0].Accuracy, h.Epochs[0].LabelAccuracy} {
			if classifies != (a >= 0 && a <= 1) || classifies == math.IsNaN(a) {
				t.Errorf("%s: accuracy %v, and it classifies: %t", l, a, classifies)
			}
		}
	}
}

// TestGaussianFindsTheNoise: targets whose noise grows with the input have their mean and
// their variance found, by groups.
func TestGaussianFindsTheNoise(t *testing.T) {
	const rows = 400
	x := testMatrix(rows, 1, func(i, _ int) float32 { return float32(i % 2) })
	// 1 ± 0.1 where x is 0, -1 ± 0.5 where it is 1.
	target := data.Values(testMatrix(rows, 1, func(i, _ int) float32 {
		sign := float32(i/2%2*2 - 1)
		return [2]float32{1 + 0.1*sign, -1 + 0.5*sign}[i%2]
	}))
	net, err := New(tensor.Shape{1}, layer.Stack(layer.Dense(2)), Seed(1))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	l := loss.Gaussian()
	tr := newChainTrainer(t, net, l, optim.Adam(0.05))
	d := data.Set{X: x, Target: target}
	if _, err := tr.Fit(t.Context(), d, Epochs(200), Batch(100)); err != nil {
		t.Fatal(err)
	}
	y, err := net.Predict(testMatrix(2, 1, func(i, _ int) float32 { return float32(i) }))
	if err != nil {
		t.Fatal(err)
	}
	l.Link().Apply(y, y)
	for i, want := range [][2]float64{{1, 0.1}, {-1, 0.5}} {
		mean, deviation := float64(rowOf(y, i)[0]), math.Sqrt(float64(rowOf(y, i)[1]))
		if !(math.Abs(mean-want[0]) <= 0.02) || !(math.Abs(deviation-want[1]) <= 0.02) {
			t.Errorf("x = %d: %v ± %v, want %v ± %v", i, mean, deviation, want[0], want[1])
		}
	}
}
