package lessons_test

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

func Example_regression() {
	areas := tensor.Matrix{Rows: 5, Cols: 1, Stride: 1, Data: []float32{-2, -1, 0, 1, 2}}
	rents := tensor.Matrix{Rows: 5, Cols: 1, Stride: 1, Data: []float32{1, 3, 5, 7, 9}}

	neuron, err := nn.New(tensor.Shape{1}, layer.Stack(layer.Dense(1)))
	if err != nil {
		log.Fatal(err)
	}
	defer neuron.Close()
	trainer, err := nn.NewTrainer(neuron, loss.MSE(), optim.SGD(0.1))
	if err != nil {
		log.Fatal(err)
	}
	flats := data.Set{X: areas, Target: data.Values(rents)}
	if _, err := trainer.Fit(context.Background(), flats, nn.Batch(5), nn.Epochs(100)); err != nil {
		log.Fatal(err)
	}
	w, b, err := neuron.Weights(0)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f·x + %.3f\n", w.Data[0], b[0])
	// Output: 2.000·x + 5.000
}
