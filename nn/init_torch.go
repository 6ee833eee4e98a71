package nn

import (
	"math"
	"math/rand/v2"
)

type torchLinear struct{}

// TorchLinear draws weights and biases alike from U(-a, a) with a = 1/√fanIn:
// what PyTorch's Linear does by default, kaiming_uniform_ with a = √5. The
// distribution is the same, the numbers drawn are not.
func TorchLinear() Initialiser { return torchLinear{} }

func (torchLinear) Name() string { return "torch_linear" }

func (torchLinear) Fill(rng *rand.Rand, fanIn, _ int, w, b []float32) {
	bound := 1 / math.Sqrt(float64(fanIn))
	fillUniform(rng, bound, w)
	fillUniform(rng, bound, b)
}
