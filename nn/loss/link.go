package loss

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn/tensor"
)

// Link is what outputs mean: the function that makes of them what the loss
// compares with targets.
type Link uint8

// The links of losses.
const (
	Identity Link = iota // outputs are taken as they are
	Sigmoid              // outputs are logits, each that of a probability 1/(1+e^-y)
	Softmax              // a row is logits of classes, whose probabilities e^yⱼ/Σ e^y add up to 1
)

// String returns the function's name: "sigmoid".
func (l Link) String() string {
	switch l {
	case Identity:
		return "identity"
	case Sigmoid:
		return "sigmoid"
	case Softmax:
		return "softmax"
	}
	return fmt.Sprintf("link %d", uint8(l))
}

// Apply writes what outputs y mean to dst, which has y's shape and may be y.
func (l Link) Apply(dst, y tensor.Matrix) {
	for i := range y.Rows {
		to, from := tensor.Row(dst, i), tensor.Row(y, i)
		switch l {
		case Sigmoid:
			for j, v := range from {
				to[j] = float32(1 / (1 + math.Exp(-float64(v))))
			}
		case Softmax:
			largest, above := logSumExp(from)
			for j, v := range from {
				to[j] = float32(math.Exp(float64(v) - largest - above))
			}
		default:
			copy(to, from)
		}
	}
}
