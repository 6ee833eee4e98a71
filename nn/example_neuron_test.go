package nn_test

import (
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// One neuron is a weighted sum of its inputs and a bias. Here it adds up a
// bill: two coffees, one sandwich, no cake, and the service.
func Example_neuron() {
	neuron, err := nn.New(tensor.Shape{3}, layer.Stack(layer.Dense(1)))
	if err != nil {
		log.Fatal(err)
	}
	defer neuron.Close()

	prices := tensor.Matrix{Rows: 3, Cols: 1, Stride: 1, Data: []float32{1.50, 4.25, 3}}
	service := []float32{0.75}
	if err := neuron.SetWeights(0, prices, service); err != nil {
		log.Fatal(err)
	}

	order := tensor.Matrix{Rows: 1, Cols: 3, Stride: 3, Data: []float32{2, 1, 0}}
	bill, err := neuron.Predict(order)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("2·1.50 + 1·4.25 + 0·3 + 0.75 =", bill.Data[0])
	// Output:
	// 2·1.50 + 1·4.25 + 0·3 + 0.75 = 8
}
