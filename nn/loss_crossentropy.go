package nn

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/data"
)

// crossEntropy is the loss that SoftmaxCrossEntropy returns.
type crossEntropy struct{}

// SoftmaxCrossEntropy is the cross-entropy between class indices and the
// probabilities softmax(z) of the outputs z, which are logits: the network
// ends without a softmax. It is the mean over the rows, PyTorch's
// CrossEntropyLoss; for a row of the class k,
//
//	L = ln Σⱼ e^zⱼ - zₖ        ∂L/∂zⱼ = (softmax(z)ⱼ - [j=k])/rows
//
// with the largest z taken out of the exponents, so that nothing overflows. A
// sample is right if its label's logit is the largest one; of equal ones the
// first counts.
func SoftmaxCrossEntropy() Loss { return crossEntropy{} }

func (crossEntropy) Name() string { return "cross_entropy" }

func (crossEntropy) inChain() (kernels.ChainLoss, bool) { return kernels.ChainCrossEntropy, true }

func (l crossEntropy) Check(t data.Target, rows, cols int) error {
	if t.Values.Rows != 0 || len(t.Labels) != rows {
		got := fmt.Sprintf("%d labels", len(t.Labels))
		if t.Values.Rows != 0 {
			got = fmt.Sprintf("a %d×%d matrix of values", t.Values.Rows, t.Values.Cols)
		}
		return &TargetError{l.Name(), -1, -1, got, fmt.Sprintf("%d labels", rows)}
	}
	for i, label := range t.Labels {
		if label < 0 || label >= cols {
			return &TargetError{l.Name(), i, -1, fmt.Sprintf("label %d", label), fmt.Sprintf("a label from 0 to %d, one for each output", cols-1)}
		}
	}
	return nil
}

func (crossEntropy) Eval(k *kernels.Set, y Matrix, t data.Target, grad Matrix, scale float32) float64 {
	c := float32(float64(scale) / float64(y.Rows))
	sum := 0.0
	for i := range y.Rows {
		z, label := rowOf(y, i), t.Labels[i]
		zk := float64(z[label]) // before grad, which may be y, is written
		var largest, logs float64
		if grad.Data == nil {
			largest, logs = logSumExp(z)
		} else {
			dz := rowOf(grad, i)
			top, exps := k.Softmax(dz, z, c)
			dz[label] -= c
			largest, logs = float64(top), math.Log(float64(exps))
		}
		// Differences first: beside a largest of 1e17 the logarithm, which is
		// at most that of the outputs' number, would be lost.
		sum += logs + (largest - zk)
	}
	return sum / float64(y.Rows)
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

func (crossEntropy) Correct(y Matrix, t data.Target) int {
	right := 0
	for i := range y.Rows {
		if argmax(rowOf(y, i)) == t.Labels[i] {
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
