package nn_test

import (
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// A neuron with a step at its end draws a line and says on which side of it a
// point lies. With weights 1 and 1 it counts the inputs that are on, and the
// bias says how many it takes: more than 1½ for AND, more than ½ for OR.
func Example_gatesByHand() {
	neuron, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(1), activation.Heaviside()))
	if err != nil {
		log.Fatal(err)
	}
	defer neuron.Close()

	inputs := tensor.Matrix{Rows: 4, Cols: 2, Stride: 2, Data: []float32{0, 0, 0, 1, 1, 0, 1, 1}}
	gate := func(bias float32) []float32 {
		ones := tensor.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{1, 1}}
		if err := neuron.SetWeights(0, ones, []float32{bias}); err != nil {
			log.Fatal(err)
		}
		y, err := neuron.Predict(inputs)
		if err != nil {
			log.Fatal(err)
		}
		return y.Data
	}

	fmt.Println("inputs 00 01 10 11")
	fmt.Println("and   ", gate(-1.5))
	fmt.Println("or    ", gate(-0.5))
	// Output:
	// inputs 00 01 10 11
	// and    [0 0 0 1]
	// or     [0 1 1 1]
}
