package nn_test

import (
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Few samples and few parameters: L-BFGS looks at all samples in each step and finds a minimum, where a rule that takes
// small steps would be on its way for long. Here it draws a curve through nine points of a parabola.
func ExampleLBFGS() {
	x := tensor.Matrix{Rows: 9, Cols: 1, Stride: 1, Data: make([]float32, 9)}
	y := tensor.Matrix{Rows: 9, Cols: 1, Stride: 1, Data: make([]float32, 9)}
	for i := range x.Data {
		x.Data[i] = float32(i-4) / 4
		y.Data[i] = x.Data[i] * x.Data[i]
	}
	net, err := nn.New(tensor.Shape{1}, layer.Stack(layer.Dense(6), activation.Tanh(), layer.Dense(1)), nn.Seed(1))
	if err != nil {
		log.Fatal(err)
	}
	defer net.Close()
	l, err := nn.NewLBFGS(net, loss.MSE())
	if err != nil {
		log.Fatal(err)
	}
	for step := range 20 {
		before, err := l.Step(x, data.Values(y))
		if err != nil {
			log.Fatal(err)
		}
		if before < 1e-4 {
			fmt.Println("the mean squared error is below 1e-4 after fewer than 10 steps:", step < 10)
			break
		}
	}
	p, err := net.Predict(tensor.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{0.6}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f\n", p.Data[0])
	// Output:
	// the mean squared error is below 1e-4 after fewer than 10 steps: true
	// 0.4
}
