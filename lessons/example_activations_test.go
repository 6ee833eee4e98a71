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
	sums := tensor.Matrix{Rows: 3, Cols: 1, Stride: 1, Data: []float32{-2, 0, 2}}
	for _, bend := range []layer.Layer{
		activation.Heaviside(), activation.Sigmoid(), activation.Tanh(), activation.ReLU(),
	} {
		net, err := nn.New(tensor.Shape{1}, bend)
		if err != nil {
			log.Fatal(err)
		}
		defer net.Close()
		y, err := net.Predict(sums)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%6.3f\n", y.Data)
	}
	// Output:
	// [ 0.000  0.000  1.000]
	// [ 0.119  0.500  0.881]
	// [-0.964  0.000  0.964]
	// [ 0.000  0.000  2.000]
}
