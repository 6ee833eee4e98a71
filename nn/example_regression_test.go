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

// A neuron whose weights are not given but learnt, from examples, by descending
// along the gradient of the squared error: linear regression. It is shown
// temperatures in Celsius and Fahrenheit and finds the rule.
func Example_regression() {
	celsius := []float32{-1, -0.5, 0, 0.5, 1} // in tens of degrees: inputs near 1 learn best
	fahrenheit := make([]float32, len(celsius))
	for i, c := range celsius {
		fahrenheit[i] = 1.8*c + 3.2
	}
	data := data.Set{
		X:      tensor.Matrix{Rows: 5, Cols: 1, Stride: 1, Data: celsius},
		Target: data.Values(tensor.Matrix{Rows: 5, Cols: 1, Stride: 1, Data: fahrenheit}),
	}

	neuron, err := nn.New(tensor.Shape{1}, layer.Stack(layer.Dense(1)))
	if err != nil {
		log.Fatal(err)
	}
	defer neuron.Close()
	trainer, err := nn.NewTrainer(neuron, loss.MSE(), optim.SGD(0.1))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := trainer.Fit(context.Background(), data, nn.Batch(5), nn.Epochs(200)); err != nil {
		log.Fatal(err)
	}

	w, b, err := neuron.Weights(0)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("fahrenheit = %.2f·celsius + %.2f\n", w.Data[0], 10*b[0])
	// Output:
	// fahrenheit = 1.80·celsius + 32.00
}
