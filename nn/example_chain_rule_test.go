package nn_test

import (
	"fmt"
	"log"
	"math"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Backpropagation is the chain rule, from the loss back to the weights. For
// one sample through a 2-2-1 network of sigmoids with the squared error,
//
//	h = σ(x·U + a)    y = σ(h·v + b)    L = (y-t)²
//
// it is written by hand here, and compared with Backward.
func Example_chainRule() {
	x, t := [2]float64{1, 0.5}, 1.0
	u := [2][2]float64{{0.5, -1}, {1.5, 2}} // u[i][j]: from input i to hidden neuron j
	a := [2]float64{0.25, -0.5}
	v := [2]float64{1, -2}
	b := 0.75

	sigmoid := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

	// Forward.
	var h [2]float64
	for j := range h {
		h[j] = sigmoid(x[0]*u[0][j] + x[1]*u[1][j] + a[j])
	}
	y := sigmoid(h[0]*v[0] + h[1]*v[1] + b)

	// Back. dz is the derivative of L by a neuron's weighted sum.
	dz := 2 * (y - t) * y * (1 - y)
	dv := [2]float64{dz * h[0], dz * h[1]}
	db := dz
	var du [2][2]float64
	var da [2]float64
	for j := range h {
		dzj := dz * v[j] * h[j] * (1 - h[j])
		du[0][j], du[1][j], da[j] = dzj*x[0], dzj*x[1], dzj
	}

	// The same by the network.
	net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(2), activation.Sigmoid(), layer.Dense(1), activation.Sigmoid()))
	if err != nil {
		log.Fatal(err)
	}
	defer net.Close()
	hidden := tensor.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{0.5, -1, 1.5, 2}}
	if err := net.SetWeights(0, hidden, []float32{0.25, -0.5}); err != nil {
		log.Fatal(err)
	}
	output := tensor.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{1, -2}}
	if err := net.SetWeights(2, output, []float32{0.75}); err != nil {
		log.Fatal(err)
	}
	out, err := net.Forward(tensor.Matrix{Rows: 1, Cols: 2, Stride: 2, Data: []float32{1, 0.5}})
	if err != nil {
		log.Fatal(err)
	}
	dy := tensor.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{2 * (out.Data[0] - 1)}}
	if err := net.Backward(dy); err != nil {
		log.Fatal(err)
	}
	gotU, gotA, err := net.Gradients(0)
	if err != nil {
		log.Fatal(err)
	}
	gotV, gotB, err := net.Gradients(2)
	if err != nil {
		log.Fatal(err)
	}

	fmt.Println("∂       by hand   by Backward")
	fmt.Printf("∂L/∂u00 %+.5f  %+.5f\n", du[0][0], gotU.Data[0])
	fmt.Printf("∂L/∂u01 %+.5f  %+.5f\n", du[0][1], gotU.Data[1])
	fmt.Printf("∂L/∂u10 %+.5f  %+.5f\n", du[1][0], gotU.Data[2])
	fmt.Printf("∂L/∂u11 %+.5f  %+.5f\n", du[1][1], gotU.Data[3])
	fmt.Printf("∂L/∂a0  %+.5f  %+.5f\n", da[0], gotA[0])
	fmt.Printf("∂L/∂a1  %+.5f  %+.5f\n", da[1], gotA[1])
	fmt.Printf("∂L/∂v0  %+.5f  %+.5f\n", dv[0], gotV.Data[0])
	fmt.Printf("∂L/∂v1  %+.5f  %+.5f\n", dv[1], gotV.Data[1])
	fmt.Printf("∂L/∂b   %+.5f  %+.5f\n", db, gotB[0])
	// Output:
	// ∂       by hand   by Backward
	// ∂L/∂u00 -0.01952  -0.01952
	// ∂L/∂u01 +0.06151  +0.06151
	// ∂L/∂u10 -0.00976  -0.00976
	// ∂L/∂u11 +0.03075  +0.03075
	// ∂L/∂a0  -0.01952  -0.01952
	// ∂L/∂a1  +0.06151  +0.06151
	// ∂L/∂v0  -0.10699  -0.10699
	// ∂L/∂v1  -0.04941  -0.04941
	// ∂L/∂b   -0.13087  -0.13087
}
