package lessons_test

import (
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

func Example_neuron() {
	neuron, err := nn.New(tensor.Shape{3}, layer.Stack(layer.Dense(1)))
	if err != nil {
		log.Fatal(err)
	}
	defer neuron.Close()

	prices := tensor.Matrix{Rows: 3, Cols: 1, Stride: 1, Data: []float32{1.5, 4.25, 3}}
	if err := neuron.SetWeights(0, prices, []float32{0.75}); err != nil {
		log.Fatal(err)
	}
	order := tensor.Matrix{Rows: 1, Cols: 3, Stride: 3, Data: []float32{2, 1, 0}}
	bill, err := neuron.Predict(order)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(bill.Data[0])
	// Output: 8
}
