package layer

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// norm is what normalisations have in common.
type norm struct {
	epsilon  float64 // added to variances
	momentum float64 // of running statistics
	err      error   // of an option that was nil
}

// NormOption is an option of every normalisation.
type NormOption interface {
	BatchNormOption
	applyLayerNorm(*norm)
}

// BatchNormOption is an option of BatchNorm.
type BatchNormOption interface{ applyBatchNorm(*norm) }

type epsilonOption float64

func (o epsilonOption) applyLayerNorm(n *norm) { n.epsilon = float64(o) }
func (o epsilonOption) applyBatchNorm(n *norm) { n.epsilon = float64(o) }

// Epsilon sets what a normalisation adds to variances, 1e-5 without it. It must be more
// than 0: features that are all alike would be divided by it.
func Epsilon(e float64) NormOption { return epsilonOption(e) }

const epsilonDefault = 1e-5

func epsilonParam() catalog.Param {
	return catalog.Param{Name: "epsilon", Kind: catalog.Number, Default: "1e-05", Range: catalog.Above(0), Help: "what variances have added", Formerly: []string{"eps"}}
}

func (n *norm) validate(of string) error {
	if n.err != nil {
		return n.err
	}
	if !(n.epsilon > 0 && n.epsilon <= math.MaxFloat32) {
		return fault.Value(of, "epsilon", n.epsilon, "a finite number, more than 0")
	}
	return nil
}

// affine is the tensors that a normalised feature is multiplied by and has added.
type affine struct{ gain, bias *tensor.Tensor }

func newAffine(width int) affine {
	return affine{
		gain: &tensor.Tensor{Name: "weight", Role: tensor.Scale, Dims: []int{width}, Init: tensor.Fill(1)},
		bias: &tensor.Tensor{Name: "bias", Role: tensor.Bias, Dims: []int{width}},
	}
}

// normElements is how many elements are worth a second worker: one takes 1 ns or 2, and
// waking a worker that is parked 10 µs.
const normElements = 16 << 10

// tasksOf is how many tasks rows make.
func tasksOf(rows int) int { return (rows + rowsPerTask - 1) / rowsPerTask }
