package nn_test

import (
	"context"
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
)

// One neuron never makes a XOR: no straight line has 01 and 10 on one side
// and 00 and 11 on the other. With two more in front of it, which draw a line
// each, it does, if it does not get stuck: from about two out of three seeds.
func Example_xor() {
	xor := nn.Data{
		X:      nn.Matrix{Rows: 4, Cols: 2, Stride: 2, Data: []float32{0, 0, 0, 1, 1, 0, 1, 1}},
		Target: data.Values(nn.Matrix{Rows: 4, Cols: 1, Stride: 1, Data: []float32{0, 1, 1, 0}}),
	}
	learn := func(layers ...nn.Layer) (right float64) {
		net, err := nn.New(2, layers)
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

	fmt.Println("one neuron has all four right:", learn(nn.Dense(1)) == 4)
	fmt.Println("2-2-1 has all four right:", learn(nn.Dense(2), nn.Tanh(), nn.Dense(1)) == 4)
	// Output:
	// one neuron has all four right: false
	// 2-2-1 has all four right: true
}
