package nn

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/initial"
)

// realise takes memory for what the graph's nodes have, and draws first values.
func (g *graph) realise(c *config) error {
	for _, h := range g.holders() {
		if err := h.realise(c); err != nil {
			return err
		}
	}
	return nil
}

// defaultInit is the initialiser of a Dense for which none was chosen: He's
// where a ReLU follows, which halves the variance, and Glorot's otherwise.
func defaultInit(f kernels.Activation) initial.Initialiser {
	if f == kernels.ReLU {
		return initial.HeUniform()
	}
	return initial.GlorotUniform()
}
