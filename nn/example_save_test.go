package nn_test

import (
	"bytes"
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// A network goes through a file, or anything else that is a writer, with
// whatever the program wants to know again. PyTorch reads the same file with
// safetensors.torch.load_file.
func ExampleNetwork_Save() {
	net, err := nn.New(tensor.Shape{4}, layer.Stack(layer.Dense(8), activation.ReLU(), layer.Dense(3)), nn.Seed(1))
	if err != nil {
		log.Fatal(err)
	}
	defer net.Close()
	var file bytes.Buffer
	if err := net.Save(&file, map[string]string{"classes": "setosa,versicolor,virginica"}); err != nil {
		log.Fatal(err)
	}

	same, meta, err := nn.Load(&file)
	if err != nil {
		log.Fatal(err)
	}
	defer same.Close()
	fmt.Println(same.Inputs(), "inputs,", same.Outputs(), "outputs:", meta["classes"])
	// Output:
	// 4 inputs, 3 outputs: setosa,versicolor,virginica
}
