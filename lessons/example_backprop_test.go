package lessons_test

import (
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

func Example_backprop() {
	layers := layer.Stack(layer.Dense(2), activation.Sigmoid(), layer.Dense(1), activation.Sigmoid())
	net, err := nn.New(tensor.Shape{2}, layers)
	if err != nil {
		log.Fatal(err)
	}
	defer net.Close()
	hidden := tensor.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{0.5, -1, 1.5, 2}}
	if err := net.SetWeights(0, hidden, []float32{0.25, -0.5}); err != nil {
		log.Fatal(err)
	}
	last := tensor.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{1, -2}}
	if err := net.SetWeights(2, last, []float32{0.75}); err != nil {
		log.Fatal(err)
	}

	a, err := net.Forward(tensor.Matrix{Rows: 1, Cols: 2, Stride: 2, Data: []float32{1, 0.5}})
	if err != nil {
		log.Fatal(err)
	}
	slope := tensor.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{2 * (a.Data[0] - 1)}}
	if err := net.Backward(slope); err != nil {
		log.Fatal(err)
	}
	weights, bias, err := net.Gradients(2)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.5f %.5f\n", weights.Data, bias)
	// Output: [-0.10699 -0.04941] [-0.13087]
}
