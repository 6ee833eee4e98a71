package lessons_test

import (
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

func Example_activations() {
	sums := tensor.Matrix{Rows: 1, Cols: 3, Stride: 3, Data: []float32{-2, 0, 2}}
	ones := tensor.Matrix{Rows: 1, Cols: 3, Stride: 3, Data: []float32{1, 1, 1}}

	show := func(bend layer.Layer) {
		net, err := nn.New(tensor.Shape{3}, bend, nn.InputGradient())
		if err != nil {
			log.Fatal(err)
		}
		defer net.Close()
		values, err := net.Forward(sums)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%6.3f", tensor.Row(values, 0))
		if err := net.Backward(ones); err != nil {
			log.Fatal(err)
		}
		fmt.Printf(" slopes %.3f\n", tensor.Row(net.InputGradient(), 0))
	}
	show(activation.Sigmoid())
	show(activation.Tanh())
	// Output:
	// [ 0.119  0.500  0.881] slopes [0.105 0.250 0.105]
	// [-0.964  0.000  0.964] slopes [0.071 1.000 0.071]
}
