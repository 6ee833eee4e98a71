package initial

import (
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type torchLinear struct{}

// TorchLinear draws weights and biases alike from U(-a, a) with a = 1/√fanIn:
// what PyTorch's Linear does by default, kaiming_uniform_ with a = √5. The
// distribution is the same, the numbers drawn are not.
func TorchLinear() Initialiser { return torchLinear{} }

func torchLinearPart() catalog.Part[Initialiser] {
	return catalog.Part[Initialiser]{
		Name: "torch_linear", Help: "as PyTorch's Linear", Formula: "w, b: U(-a, a), a = √(1/in)",
		Torch: "torch.nn.Linear.reset_parameters",
		New:   func(catalog.Args) (Initialiser, error) { return TorchLinear(), nil },
	}
}

func (torchLinear) String() string { return torchLinearPart().Spell().String() }

func (torchLinear) Fill(rng *rand.Rand, fanIn, _ int, w, b []float32) {
	bound := 1 / math.Sqrt(float64(fanIn))
	fillUniform(rng, bound, w)
	fillUniform(rng, bound, b)
}
