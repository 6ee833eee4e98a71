package loss_test

import (
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// A loss is a sum over rows that is divided by a weight; it says what outputs mean.
func ExampleCatalog() {
	y := tensor.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{0.5, 3}}
	t := data.Values(tensor.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{1, 0}})
	for _, spelling := range []string{"mse", "mae", "huber(delta=1)", "log_cosh", "quantile(taus=[0.9])", "binary_cross_entropy", "hinge"} {
		l, err := loss.Catalog().Parse(spelling)
		if err != nil {
			log.Fatal(err)
		}
		if err := l.Check(t, y.Rows, y.Cols); err != nil {
			log.Fatal(err)
		}
		mean := l.Sum(y, t, tensor.Matrix{}, 1) / l.Weight(t, y.Rows, y.Cols)
		fmt.Printf("%s %.4f, outputs are of link %v\n", l, mean, l.Link())
	}
	// Output:
	// mse 4.6250, outputs are of link identity
	// mae 1.7500, outputs are of link identity
	// huber 1.3125, outputs are of link identity
	// log_cosh 1.2147, outputs are of link identity
	// quantile([0.9]) 0.3750, outputs are of link identity
	// binary_cross_entropy 1.7613, outputs are of link sigmoid
	// hinge 2.2500, outputs are of link margin
}
