package lessons_test

import (
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

func Example_network() {
	net, err := nn.New(tensor.Shape{2}, layer.Stack(
		layer.Dense(4), activation.Tanh(),
		layer.Dense(3), activation.Tanh(),
		layer.Dense(1),
	))
	if err != nil {
		log.Fatal(err)
	}
	defer net.Close()
	fmt.Println(net.NumParameters())
	// Output: 31
}
