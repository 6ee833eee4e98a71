package lessons_test

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

func Example_network() {
	points, err := datasets.Spiral(400, 2, 0.05, 1)
	if err != nil {
		log.Fatal(err)
	}
	set := data.Set{
		X:      tensor.Matrix{Rows: 400, Cols: 2, Stride: 2, Data: points.X},
		Target: data.Values(tensor.Matrix{Rows: 400, Cols: 1, Stride: 1, Data: points.Y}),
	}
	net, err := nn.New(tensor.Shape{2}, layer.Stack(
		layer.Dense(4), activation.Tanh(),
		layer.Dense(3), activation.Tanh(),
		layer.Dense(1),
	), nn.Seed(1))
	if err != nil {
		log.Fatal(err)
	}
	defer net.Close()
	trainer, err := nn.NewTrainer(net, loss.BinaryCrossEntropy(), optim.Adam(0.02))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := trainer.Fit(context.Background(), set, nn.Batch(50), nn.Epochs(600)); err != nil {
		log.Fatal(err)
	}
	result, err := trainer.Evaluate(set)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(net.NumParameters(), result.Accuracy > 0.9)
	// Output: 31 true
}
