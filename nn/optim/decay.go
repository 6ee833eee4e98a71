package optim

import "github.com/neurona-ml/neurona/nn/catalog"

// DecayOption is what Decay returns: an option of SGD, Adam and AdamW.
type DecayOption float64

// Decay shrinks the parameters, biases included, at every step: SGD and
// Adam add d·p to the gradient, AdamW multiplies p by 1 - lr·d. d is at
// least 0. It is PyTorch's weight_decay.
func Decay(d float64) DecayOption { return DecayOption(d) }

func (o DecayOption) applySGD(r *sgd)   { r.decay = float64(o) }
func (o DecayOption) applyAdam(r *adam) { r.decay = float64(o) }

func decayParam(byDefault string) catalog.Param {
	return catalog.Param{Name: "decay", Kind: catalog.Number, Default: byDefault, Range: catalog.AtLeast(0), Help: "how much parameters shrink", Formerly: []string{"weight_decay"}}
}
