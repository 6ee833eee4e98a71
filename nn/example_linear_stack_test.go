package nn_test

import (
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
)

// Layers without an activation between them are no more than one layer, whose
// weights are the product of theirs: (x·U)·V = x·(U·V).
func Example_linearStack() {
	u := tensor.Matrix{Rows: 2, Cols: 3, Stride: 3, Data: []float32{
		1, -2, 0.5,
		0, 3, -1,
	}}
	v := tensor.Matrix{Rows: 3, Cols: 2, Stride: 2, Data: []float32{
		2, 1,
		-1, 0.25,
		4, -2,
	}}
	product := tensor.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: make([]float32, 4)}
	blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, u, v, 0, product)

	apply := func(weights ...tensor.Matrix) []float32 {
		var layers []layer.Layer
		for _, w := range weights {
			layers = append(layers, layer.Dense(w.Cols))
		}
		net, err := nn.New(tensor.Shape{2}, layer.Stack(layers...))
		if err != nil {
			log.Fatal(err)
		}
		defer net.Close()
		for i, w := range weights {
			if err := net.SetWeights(i, w, make([]float32, w.Cols)); err != nil {
				log.Fatal(err)
			}
		}
		y, err := net.Predict(tensor.Matrix{Rows: 1, Cols: 2, Stride: 2, Data: []float32{3, -1}})
		if err != nil {
			log.Fatal(err)
		}
		return y.Data
	}

	fmt.Println("two layers:        ", apply(u, v))
	fmt.Println("one, their product:", apply(product))
	// Output:
	// two layers:         [25 -4.25]
	// one, their product: [25 -4.25]
}
