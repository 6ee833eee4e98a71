package lessons_test

import (
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

func Example_linear() {
	net, err := nn.New(tensor.Shape{1}, layer.Stack(layer.Dense(1), layer.Dense(1)))
	if err != nil {
		log.Fatal(err)
	}
	defer net.Close()
	for i, line := range [][2]float32{{2, 1}, {3, -4}} { // 2x + 1, then 3h - 4
		weight := tensor.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: line[:1]}
		if err := net.SetWeights(i, weight, line[1:]); err != nil {
			log.Fatal(err)
		}
	}
	y, err := net.Predict(tensor.Matrix{Rows: 3, Cols: 1, Stride: 1, Data: []float32{0, 1, 2}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(y.Data) // 6x - 1
	// Output: [-1 5 11]
}
