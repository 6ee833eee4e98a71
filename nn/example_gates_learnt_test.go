package nn_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// A step cannot be learnt through: its slope is zero, so no small change of a
// weight makes the output a little better. A sigmoid is a step with a slope.
// One sigmoid neuron learns AND and OR from their truth tables.
func Example_gatesLearnt() {
	inputs := tensor.Matrix{Rows: 4, Cols: 2, Stride: 2, Data: []float32{0, 0, 0, 1, 1, 0, 1, 1}}
	learn := func(truth ...float32) []float32 {
		neuron, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(1), activation.Sigmoid()), nn.Seed(1))
		if err != nil {
			log.Fatal(err)
		}
		defer neuron.Close()
		trainer, err := nn.NewTrainer(neuron, loss.MSE(), optim.SGD(5))
		if err != nil {
			log.Fatal(err)
		}
		data := data.Set{X: inputs, Target: data.Values(tensor.Matrix{Rows: 4, Cols: 1, Stride: 1, Data: truth})}
		if _, err := trainer.Fit(context.Background(), data, nn.Batch(4), nn.Epochs(1000)); err != nil {
			log.Fatal(err)
		}
		y, err := neuron.Predict(inputs)
		if err != nil {
			log.Fatal(err)
		}
		for i, v := range y.Data {
			y.Data[i] = float32(math.Round(float64(v)))
		}
		return y.Data
	}

	fmt.Println("inputs 00 01 10 11")
	fmt.Println("and   ", learn(0, 0, 0, 1))
	fmt.Println("or    ", learn(0, 1, 1, 1))
	// Output:
	// inputs 00 01 10 11
	// and    [0 0 0 1]
	// or     [0 1 1 1]
}
