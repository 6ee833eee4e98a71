package backends_test

import (
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/kernels"
)

func ExampleOpen() {
	be, err := backends.Open("auto", backends.Options{Workers: 2})
	if err != nil {
		log.Fatal(err)
	}
	defer be.Close()

	a := blas.Matrix{Rows: 2, Cols: 3, Stride: 3, Data: []float32{
		1, 2, 3,
		4, 5, 6,
	}}
	c := blas.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: make([]float32, 4)}
	if err := be.Gemm(blas.NoTrans, blas.Trans, 1, a, a, 0, c); err != nil {
		log.Fatal(err)
	}
	fmt.Println("A·Aᵀ:", c.Data)

	// Shapes that do not fit are an error, not a panic.
	fmt.Println(be.Gemm(blas.NoTrans, blas.NoTrans, 1, a, a, 0, c))
	// Output:
	// A·Aᵀ: [14 32 32 77]
	// gemm: op(A) is 2×3, op(B) 2×3, C 2×2
}

// A Dense plan keeps the weights of a layer where its products find them
// fastest; they go in and out by copy.
func ExampleOpen_dense() {
	be, err := backends.Open("auto", backends.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer be.Close()

	// Two neurons that fire if any input, or if all inputs, are on.
	gates, err := be.Dense(blas.DenseSpec{In: 2, Out: 2, MaxBatch: 4, Activation: kernels.Heaviside})
	if err != nil {
		log.Fatal(err)
	}
	w := blas.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{
		1, 1,
		1, 1,
	}}
	if err := blas.SetWeights(gates, w, []float32{-0.5, -1.5}); err != nil {
		log.Fatal(err)
	}
	x := blas.Matrix{Rows: 4, Cols: 2, Stride: 2, Data: []float32{0, 0, 0, 1, 1, 0, 1, 1}}
	y := blas.Matrix{Rows: 4, Cols: 2, Stride: 2, Data: make([]float32, 8)}
	if err := gates.Forward(x, y); err != nil {
		log.Fatal(err)
	}
	for i := range 4 {
		fmt.Println(x.Data[2*i:2*i+2], "or:", y.Data[2*i], "and:", y.Data[2*i+1])
	}
	// Output:
	// [0 0] or: 0 and: 0
	// [0 1] or: 1 and: 0
	// [1 0] or: 1 and: 0
	// [1 1] or: 1 and: 1
}
