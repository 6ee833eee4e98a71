package nn_test

import (
	"context"
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Which points lie inside a circle? Each of four neurons draws a line, tanh
// rounds its edges, and the neuron behind them encloses the circle with what
// they say.
func Example_circle() {
	points := func(n int, seed uint64) data.Set {
		set, err := datasets.Circle(n, 0, seed)
		if err != nil {
			log.Fatal(err)
		}
		return data.Set{
			X:      tensor.Matrix{Rows: n, Cols: 2, Stride: 2, Data: set.X},
			Target: data.Values(tensor.Matrix{Rows: n, Cols: 1, Stride: 1, Data: set.Y}),
		}
	}

	net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(4), activation.Tanh(), layer.Dense(1)), nn.Seed(1))
	if err != nil {
		log.Fatal(err)
	}
	defer net.Close()
	trainer, err := nn.NewTrainer(net, loss.BinaryCrossEntropy(), optim.Adam(0.03))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := trainer.Fit(context.Background(), points(500, 1), nn.Batch(50), nn.Epochs(400)); err != nil {
		log.Fatal(err)
	}

	metrics, err := trainer.Evaluate(points(2000, 2)) // points it has not seen
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("at least 95 % are right:", metrics.Accuracy >= 0.95)
	// Output:
	// at least 95 % are right: true
}
