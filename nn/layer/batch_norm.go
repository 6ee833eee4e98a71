package layer

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

type batchNorm struct{ norm }

// BatchNorm gives each feature a mean of 0 and a variance of 1 over the rows of a
// training batch, and multiplies and shifts it by numbers that are trained (Ioffe and
// Szegedy, "Batch normalization", 2015), as PyTorch's BatchNorm1d computes it:
//
//	y = (x-mean)/√(variance+epsilon)·weight + bias
//
// When predicting, mean and variance are running ones, buffers that go on by momentum with
// each training pass whose gradient is finite:
//
//	running = (1-momentum)·running + momentum·batch's
//
// There the batch's variance is divided by one row less. A training batch has at least
// two rows. In an accumulated step each batch has statistics of its own.
func BatchNorm(opts ...BatchNormOption) Layer {
	l := batchNorm{norm{epsilon: epsilonDefault, momentum: momentumDefault}}
	for i, o := range opts {
		if o == nil {
			l.err = fault.Option("batch_norm", i)
			continue
		}
		o.applyBatchNorm(&l.norm)
	}
	return l
}

const momentumDefault = 0.1

type momentumOption float64

func (o momentumOption) applyBatchNorm(n *norm) { n.momentum = float64(o) }

// Momentum sets how much of a batch's statistics goes into the running ones, 0.1 without
// it: from 0, where they stay as they are, to 1.
func Momentum(m float64) BatchNormOption { return momentumOption(m) }

func batchNormPart() catalog.Part[Layer] {
	return catalog.Part[Layer]{
		Name: "batch_norm",
		Params: []catalog.Param{
			epsilonParam("1e-05"),
			{Name: "momentum", Kind: catalog.Number, Default: "0.1", Range: catalog.Between(0, 1), Help: "what a batch adds to running statistics"},
			affineParam("a weight and a bias"),
		},
		Help:    "each feature with mean 0 and variance 1 over the batch, then scaled",
		Formula: "(x-mean)/√(variance+epsilon)·weight + bias",
		Torch:   "torch.nn.BatchNorm1d",
		New: func(a catalog.Args) (Layer, error) {
			opts := []BatchNormOption{Momentum(a.Float("momentum"))}
			for _, o := range normOptions(a) {
				opts = append(opts, o)
			}
			return BatchNorm(opts...), nil
		},
	}
}

// String implements Layer.
func (l batchNorm) String() string {
	return batchNormPart().Spell().Float("epsilon", l.epsilon).Float("momentum", l.momentum).Bool("affine", !l.bare).String()
}

// Build implements Layer.
func (l batchNorm) Build(b Builder, x Value) (Value, error) {
	if err := l.validate("batch_norm"); err != nil {
		return Value{}, err
	}
	if !(l.momentum >= 0 && l.momentum <= 1) {
		return Value{}, fault.Value("batch_norm", "momentum", l.momentum, "from 0 to 1")
	}
	width := x.Shape.Size()
	return b.Stage(x, &batchNormStage{
		affine:  newAffine(width, !l.bare, !l.bare),
		kernels: b.Env().Backend.Kernels(), shape: x.Shape, width: width, epsilon: l.epsilon, momentum: l.momentum,
		mean:     &tensor.Tensor{Name: "running_mean", Role: tensor.Buffer, Dims: []int{width}},
		variance: &tensor.Tensor{Name: "running_var", Role: tensor.Buffer, Dims: []int{width}, Init: tensor.Fill(1)},
	})
}
