package lessons_test

import (
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

func Example_descent() {
	x := tensor.Matrix{Rows: 3, Cols: 1, Stride: 1, Data: []float32{-1, 0, 1}}
	y := data.Values(tensor.Matrix{Rows: 3, Cols: 1, Stride: 1, Data: []float32{-1, 1, 3}})

	for _, rate := range []float64{0.01, 0.3, 1.1} {
		neuron, err := nn.New(tensor.Shape{1}, layer.Stack(layer.Dense(1)), nn.Seed(1))
		if err != nil {
			log.Fatal(err)
		}
		defer neuron.Close()
		trainer, err := nn.NewTrainer(neuron, loss.MSE(), optim.SGD(rate))
		if err != nil {
			log.Fatal(err)
		}
		first, last := 0.0, 0.0
		for step := range 20 {
			if last, err = trainer.Step(x, y); err != nil {
				log.Fatal(err)
			}
			if step == 0 {
				first = last
			}
		}
		fmt.Printf("%.2f: down to a tenth %t, up %t\n", rate, last < first/10, last > first)
	}
	// Output:
	// 0.01: down to a tenth false, up false
	// 0.30: down to a tenth true, up false
	// 1.10: down to a tenth false, up true
}
