package loss

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// crossEntropy is the loss that CrossEntropy returns.
type crossEntropy struct{ kernels *kernels.Set }

// CrossEntropy is the cross-entropy between class indices and the
// probabilities softmax(z) of the outputs z, which are logits: the network
// ends without a softmax. It is the mean over the rows, PyTorch's
// CrossEntropyLoss; for a row of the class k,
//
//	L = ln Σⱼ e^zⱼ - zₖ        ∂L/∂zⱼ = (softmax(z)ⱼ - [j=k])/rows
//
// with the largest z taken out of the exponents, so that nothing overflows. A
// sample is right if its label's logit is the largest one; of equal ones the
// first counts.
func CrossEntropy() Loss { return crossEntropy{} }

func crossEntropyPart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "cross_entropy", Help: "of logits, for one of several classes",
		Formula: "ln Σ e^yⱼ - yₖ", Torch: "torch.nn.CrossEntropyLoss",
		Formerly: map[string]string{"ce": "cross_entropy", "softmax_cross_entropy": "cross_entropy"},
		New:      func(catalog.Args) (Loss, error) { return CrossEntropy(), nil },
	}
}

func (crossEntropy) String() string { return "cross_entropy" }

func (crossEntropy) Link() Link { return Softmax }

func (crossEntropy) Outputs(int) int { return 0 }

func (crossEntropy) Bind(k *kernels.Set) Loss { return crossEntropy{k} }

func (crossEntropy) Chain() (kernels.ChainLoss, bool) { return kernels.ChainCrossEntropy, true }

func (l crossEntropy) Check(t data.Target, rows, cols int) error {
	if t.Values.Rows != 0 || len(t.Labels) != rows {
		got := fmt.Sprintf("%d labels", len(t.Labels))
		if t.Values.Rows != 0 {
			got = fmt.Sprintf("a %d×%d matrix of values", t.Values.Rows, t.Values.Cols)
		}
		return &TargetError{l.String(), -1, -1, got, fmt.Sprintf("%d labels", rows)}
	}
	if err := checkWeights(l.String(), &t, rows); err != nil {
		return err
	}
	for i, label := range t.Labels {
		if label < 0 || label >= cols {
			return &TargetError{l.String(), i, -1, fmt.Sprintf("label %d", label), fmt.Sprintf("a label from 0 to %d, one for each output", cols-1)}
		}
	}
	return nil
}

func (crossEntropy) Weight(t data.Target, rows, _ int) float64 { return t.Weight(rows) }

func (l crossEntropy) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	if t.Weights != nil {
		return weighted(l, y, t, dy, scale)
	}
	k, c := orBest(l.kernels), float32(scale)
	sum := 0.0
	for i := range y.Rows {
		z, label := tensor.Row(y, i), t.Labels[i]
		zk := float64(z[label]) // before dy, which may be y, is written
		var largest, logs float64
		if dy.Data == nil {
			largest, logs = logSumExp(z)
		} else {
			dz := tensor.Row(dy, i)
			top, exps := k.Softmax(dz, z, c)
			dz[label] -= c
			largest, logs = float64(top), math.Log(float64(exps))
		}
		// Differences first: beside a largest of 1e17 the logarithm, which is
		// at most that of the outputs' number, would be lost.
		sum += logs + (largest - zk)
	}
	return sum
}

// logSumExp returns the largest z[j] and how far ln Σ e^z[j] lies above it.
func logSumExp(z []float32) (largest, above float64) {
	largest = math.Inf(-1)
	for _, v := range z {
		largest = max(largest, float64(v)) // NaN if any is
	}
	sum := 0.0
	for _, v := range z {
		sum += math.Exp(float64(v) - largest)
	}
	return largest, math.Log(sum)
}

func (crossEntropy) Correct(y tensor.Matrix, t data.Target) int {
	right := 0
	for i := range y.Rows {
		if argmax(tensor.Row(y, i)) == t.Labels[i] {
			right++
		}
	}
	return right
}

// argmax returns the index of the largest element, the first of equal ones,
// or -1 if any is NaN.
func argmax(z []float32) int {
	best := 0
	for j, v := range z {
		if v != v {
			return -1
		}
		if v > z[best] {
			best = j
		}
	}
	return best
}
