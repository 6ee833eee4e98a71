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
	bare     bool    // neither a weight nor a bias
	err      error   // of an option that was nil
}

// NormOption is an option of every normalisation.
type NormOption interface {
	BatchNormOption
	applyNorm(*norm)
}

// BatchNormOption is an option of BatchNorm.
type BatchNormOption interface{ applyBatchNorm(*norm) }

// normOption is a NormOption.
type normOption func(*norm)

func (o normOption) applyNorm(n *norm)      { o(n) }
func (o normOption) applyBatchNorm(n *norm) { o(n) }

// Epsilon sets what a normalisation adds to variances, 1e-5 without it and 1e-6 in
// RMSNorm. It must be more than 0: features that are all alike would be divided by it.
func Epsilon(e float64) NormOption { return normOption(func(n *norm) { n.epsilon = e }) }

// NoAffine makes a normalisation that only normalises, without a weight and a bias that are
// trained.
func NoAffine() NormOption { return normOption(func(n *norm) { n.bare = true }) }

// rowNorm is a normalisation of rows with options.
func rowNorm(of string, epsilon float64, opts []NormOption) norm {
	n := norm{epsilon: epsilon}
	for i, o := range opts {
		if o == nil {
			n.err = fault.Option(of, i)
			continue
		}
		o.applyNorm(&n)
	}
	return n
}

const epsilonDefault = 1e-5

func epsilonParam(standard string) catalog.Param {
	return catalog.Param{Name: "epsilon", Kind: catalog.Number, Default: standard, Range: catalog.Above(0), Help: "what variances have added", Formerly: []string{"eps"}}
}

func affineParam(what string) catalog.Param {
	return catalog.Param{Name: "affine", Kind: catalog.Bool, Default: "true", Help: what + " that are trained", Formerly: []string{"elementwise_affine"}}
}

// normOptions are the options that arguments say.
func normOptions(a catalog.Args) []NormOption {
	opts := []NormOption{Epsilon(a.Float("epsilon"))}
	if !a.Bool("affine") {
		opts = append(opts, NoAffine())
	}
	return opts
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

// affine is what a normalised feature is multiplied by and has added.
type affine struct {
	gain, bias  *tensor.Tensor // nil if there is none
	ones, zeros []float32      // in their place
}

// newAffine makes what there is to a normalisation of width features.
func newAffine(width int, gain, bias bool) (a affine) {
	if gain {
		a.gain = &tensor.Tensor{Name: "weight", Role: tensor.Scale, Dims: []int{width}, Init: tensor.Fill(1)}
	} else {
		a.ones = make([]float32, width)
		tensor.Fill(1)(nil, a.ones)
	}
	if bias {
		a.bias = &tensor.Tensor{Name: "bias", Role: tensor.Bias, Dims: []int{width}}
	} else {
		a.zeros = make([]float32, width)
	}
	return a
}

// tensors are those that there are.
func (a *affine) tensors() (list []*tensor.Tensor) {
	for _, t := range []*tensor.Tensor{a.gain, a.bias} {
		if t != nil {
			list = append(list, t)
		}
	}
	return list
}

// values are the factor of each feature, and what it has added.
func (a *affine) values() (gain, bias []float32) {
	gain, bias = a.ones, a.zeros
	if a.gain != nil {
		gain = a.gain.Value
	}
	if a.bias != nil {
		bias = a.bias.Value
	}
	return gain, bias
}

// normElements is how many elements are worth a second worker: one takes 0.2 to 0.4 ns, and
// waking a worker that is parked 10 µs.
const normElements = 32 << 10
