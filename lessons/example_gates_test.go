package lessons_test

import (
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

func Example_gates() {
	neuron, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(1), activation.Heaviside()))
	if err != nil {
		log.Fatal(err)
	}
	defer neuron.Close()

	ones := tensor.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{1, 1}}
	cases := tensor.Matrix{Rows: 4, Cols: 2, Stride: 2, Data: []float32{0, 0, 0, 1, 1, 0, 1, 1}}
	for _, bias := range []float32{-1.5, -0.5} {
		if err := neuron.SetWeights(0, ones, []float32{bias}); err != nil {
			log.Fatal(err)
		}
		gate, err := neuron.Predict(cases)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(bias, gate.Data)
	}
	// Output:
	// -1.5 [0 0 0 1]
	// -0.5 [0 1 1 1]
}
