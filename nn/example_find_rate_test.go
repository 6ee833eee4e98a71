package nn_test

import (
	"context"
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Which rate is too large? A search raises it step by step on a copy of the network, until the loss is far above where
// it was. For a straight line among points at -1 and 1, steps of 1 along the gradient are as far beyond the minimum as they
// began before it.
func ExampleTrainer_FindRate() {
	points := data.Set{
		X:      tensor.Matrix{Rows: 4, Cols: 1, Stride: 1, Data: []float32{-1, 1, -0.3, 0.7}},
		Target: data.Values(tensor.Matrix{Rows: 4, Cols: 1, Stride: 1, Data: []float32{-3, 5, -2, 4}}),
	}
	line, err := nn.New(tensor.Shape{1}, layer.Stack(layer.Dense(1)))
	if err != nil {
		log.Fatal(err)
	}
	defer line.Close()
	trainer, err := nn.NewTrainer(line, loss.MSE(), optim.SGD(0.1))
	if err != nil {
		log.Fatal(err)
	}
	found, err := trainer.FindRate(context.Background(), points, nn.RateSearch{From: 1e-4, To: 100})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("it has diverged:", found.Diverged)
	fmt.Println("at more than 1:", found.Rates[len(found.Rates)-1] > 1)
	fmt.Println("the suggestion is below:", found.Suggestion > 0 && found.Suggestion < 1)
	// Output:
	// it has diverged: true
	// at more than 1: true
	// the suggestion is below: true
}
