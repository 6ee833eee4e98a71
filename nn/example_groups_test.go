package nn_test

import (
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// A network that has learnt something is trained on: its first layer stays as it is, the second
// moves little, biases do not decay, and an average of the last steps is what comes out.
func ExampleOptimizer_groups() {
	net, err := nn.New(tensor.Shape{4}, layer.Stack(layer.Dense(8), activation.ReLU(), layer.Dense(8), activation.ReLU(), layer.Dense(2)))
	if err != nil {
		log.Fatal(err)
	}
	defer net.Close()
	rule := optim.EMA(optim.Groups(optim.AdamW(1e-3, optim.NoDecay(tensor.Bias)),
		optim.ByName("layers.0.*").Freeze(),
		optim.ByName("layers.2.*").RateFactor(0.1)), 0.99)
	fmt.Println(rule)
	trainer, err := nn.NewTrainer(net, loss.CrossEntropy(), rule)
	if err != nil {
		log.Fatal(err)
	}
	state, err := trainer.Optimizer().State()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(state.Tensors), "tensors of state, the first", state.Tensors[0].Name, state.Tensors[0].Dims)
	// Output:
	// ema(groups(adamw, by_role(bias, decay=0), by_name("layers.0.*", frozen), by_name("layers.2.*", rate_factor=0.1)), decay=0.99)
	// 12 tensors of state, the first layers.2.weight.mean [8 8]
}
