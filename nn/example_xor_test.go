package nn_test

import (
	"context"
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// One neuron never makes a XOR: no straight line has 01 and 10 on one side
// and 00 and 11 on the other. With two more in front of it, which draw a line
// each, it does, if it does not get stuck: from about every second seed.
func Example_xor() {
	xor := data.Set{
		X:      tensor.Matrix{Rows: 4, Cols: 2, Stride: 2, Data: []float32{0, 0, 0, 1, 1, 0, 1, 1}},
		Target: data.Values(tensor.Matrix{Rows: 4, Cols: 1, Stride: 1, Data: []float32{0, 1, 1, 0}}),
	}
	learn := func(layers ...layer.Layer) (right float64) {
		net, err := nn.New(tensor.Shape{2}, layer.Stack(layers...), nn.Seed(1))
		if err != nil {
			log.Fatal(err)
		}
		defer net.Close()
		// The loss has the last sigmoid inside: above 0 is yes.
		trainer, err := nn.NewTrainer(net, loss.BinaryCrossEntropy(), optim.Adam(0.1))
		if err != nil {
			log.Fatal(err)
		}
		if _, err := trainer.Fit(context.Background(), xor, nn.Batch(4), nn.Epochs(300)); err != nil {
			log.Fatal(err)
		}
		metrics, err := trainer.Evaluate(xor)
		if err != nil {
			log.Fatal(err)
		}
		return 4 * metrics.Accuracy
	}

	fmt.Println("one neuron has all four right:", learn(layer.Dense(1)) == 4)
	fmt.Println("2-2-1 has all four right:", learn(layer.Dense(2), activation.Tanh(), layer.Dense(1)) == 4)
	// Output:
	// one neuron has all four right: false
	// 2-2-1 has all four right: true
}
