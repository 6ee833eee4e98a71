package activation_test

import (
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Functions bend what goes through them; a catalogue reads them as they are spelt.
func ExampleCatalog() {
	x := tensor.Matrix{Rows: 1, Cols: 3, Stride: 3, Data: []float32{-2, 0, 2}}
	for _, spelling := range []string{"relu", "leaky_relu(slope=0.1)", "silu", "hard_tanh"} {
		f, err := activation.Catalog().Parse(spelling)
		if err != nil {
			log.Fatal(err)
		}
		net, err := nn.New(tensor.Shape{3}, f)
		if err != nil {
			log.Fatal(err)
		}
		y, err := net.Predict(x)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s %.3f\n", f, y.Data)
		net.Close()
	}
	_, err := activation.Catalog().Parse("swish")
	fmt.Println(err)
	// Output:
	// relu [0.000 0.000 2.000]
	// leaky_relu(slope=0.1) [-0.200 0.000 2.000]
	// silu [-0.238 0.000 1.762]
	// hard_tanh [-1.000 0.000 1.000]
	// activation "swish" is written silu here
}

// A function of one's own is one of Go, with its derivative, and goes wherever another one goes.
func ExampleElement() {
	square := activation.Element("square", func(z float32) (y, slope float32) { return z * z, 2 * z })
	net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(4), square, layer.Dense(1)))
	if err != nil {
		log.Fatal(err)
	}
	defer net.Close()
	fmt.Println(net.Layer())
	// Output: stack(dense(4), square, dense(1))
}
