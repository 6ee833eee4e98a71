package activation

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/layer"
)

// HardTanh is z cut off at low and high; tanh in three straight lines with -1 and 1, which
// are usual. Both are finite in float32, and low is below high.
func HardTanh(low, high float64) layer.Layer {
	f := layer.Function{
		Name:     hardTanhPart().Spell().Float("min", low).Float("max", high).String(),
		Steepest: max(1, math.Abs(low), math.Abs(high)),
		Bounds:   fmt.Sprintf("between %v and %v", low, high),
	}
	return vector(layer.Vector{Of: kernels.Clamp, A: float32(low), B: float32(high)}, f, hardTanhError(low, high))
}

// hardTanhError reports limits that are no numbers, or none of which is the lower one.
func hardTanhError(low, high float64) error {
	if err := finite("hard_tanh", "min", low); err != nil {
		return err
	}
	if err := finite("hard_tanh", "max", high); err != nil {
		return err
	}
	if !(float32(low) < float32(high)) {
		return fault.Value("hard_tanh", "max", high, fmt.Sprintf("more than min, which is %v", low))
	}
	return nil
}

func hardTanhPart() catalog.Part[layer.Layer] {
	return catalog.Part[layer.Layer]{
		Name: "hard_tanh",
		Params: []catalog.Param{
			{Name: "min", Kind: catalog.Number, Default: "-1", Help: "what less becomes", Formerly: []string{"min_val"}},
			{Name: "max", Kind: catalog.Number, Default: "1", Help: "what more becomes", Formerly: []string{"max_val"}},
		},
		Help:     "tanh in three straight lines",
		Formula:  "min(max(z, min), max)",
		Torch:    "torch.nn.Hardtanh",
		Formerly: map[string]string{"hardtanh": "hard_tanh"},
		New: func(a catalog.Args) (layer.Layer, error) {
			return HardTanh(a.Float("min"), a.Float("max")), hardTanhError(a.Float("min"), a.Float("max"))
		},
	}
}
