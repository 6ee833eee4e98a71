package nn_test

import (
	"fmt"
	"log"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"github.com/neurona-ml/neurona/nn"
)

// Layers without an activation between them are no more than one layer, whose
// weights are the product of theirs: (x·U)·V = x·(U·V).
func Example_linearStack() {
	u := nn.Matrix{Rows: 2, Cols: 3, Stride: 3, Data: []float32{
		1, -2, 0.5,
		0, 3, -1,
	}}
	v := nn.Matrix{Rows: 3, Cols: 2, Stride: 2, Data: []float32{
		2, 1,
		-1, 0.25,
		4, -2,
	}}
	product := nn.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: make([]float32, 4)}
	blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, u, v, 0, product)

	apply := func(weights ...nn.Matrix) []float32 {
		var layers []nn.Layer
		for _, w := range weights {
			layers = append(layers, nn.Dense(w.Cols))
		}
		net, err := nn.New(2, layers)
		if err != nil {
			log.Fatal(err)
		}
		defer net.Close()
		for i, w := range weights {
			if err := net.SetWeights(i, w, make([]float32, w.Cols)); err != nil {
				log.Fatal(err)
			}
		}
		y, err := net.Predict(nn.Matrix{Rows: 1, Cols: 2, Stride: 2, Data: []float32{3, -1}})
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
