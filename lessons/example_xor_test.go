package lessons_test

import (
	"context"
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

func Example_xor() {
	cases := tensor.Matrix{Rows: 4, Cols: 2, Stride: 2, Data: []float32{0, 0, 0, 1, 1, 0, 1, 1}}
	truth := tensor.Matrix{Rows: 4, Cols: 1, Stride: 1, Data: []float32{0, 1, 1, 0}}

	layers := layer.Stack(layer.Dense(4), activation.Tanh(), layer.Dense(1))
	net, err := nn.New(tensor.Shape{2}, layers, nn.Seed(1))
	if err != nil {
		log.Fatal(err)
	}
	defer net.Close()
	trainer, err := nn.NewTrainer(net, loss.BinaryCrossEntropy(), optim.Adam(0.1))
	if err != nil {
		log.Fatal(err)
	}
	xor := data.Set{X: cases, Target: data.Values(truth)}
	if _, err := trainer.Fit(context.Background(), xor, nn.Batch(4), nn.Epochs(300)); err != nil {
		log.Fatal(err)
	}
	z, err := net.Predict(cases)
	if err != nil {
		log.Fatal(err)
	}
	for _, sum := range z.Data {
		fmt.Print(sum > 0, " ")
	}
	// Output: false true true false
}
