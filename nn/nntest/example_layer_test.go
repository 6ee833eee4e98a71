package nntest_test

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/nntest"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Softsign is a layer of one's own: f(z) = z/(1+|z|), an activation that
// saturates more gently than tanh.
type Softsign struct{}

// String implements layer.Layer.
func (Softsign) String() string { return "softsign" }

// Build implements layer.Layer.
func (Softsign) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	return b.Stage(x, softsign{shape: x.Shape})
}

type softsign struct {
	layer.Plain // no tensors, nothing kept
	shape       tensor.Shape
}

func (s softsign) Out() tensor.Shape { return s.shape }

func (s softsign) Forward(_ *layer.Pass, x, y tensor.Matrix) error {
	for i := range x.Rows {
		for j, z := range x.Data[i*x.Stride : i*x.Stride+x.Cols] {
			y.Data[i*y.Stride+j] = z / (1 + abs(z))
		}
	}
	return nil
}

// Backward uses f'(z) = (1-|y|)².
func (s softsign) Backward(_ *layer.Pass, _, y, dy, dx tensor.Matrix) error {
	if dx.Data == nil {
		return nil
	}
	for i := range y.Rows {
		for j, v := range y.Data[i*y.Stride : i*y.Stride+y.Cols] {
			slope := (1 - abs(v)) * (1 - abs(v))
			dx.Data[i*dx.Stride+j] = dy.Data[i*dy.Stride+j] * slope
		}
	}
	return nil
}

func abs(v float32) float32 { return float32(math.Abs(float64(v))) }

// The derivative of a layer of one's own is best not trusted before it has been
// compared with differences.
func ExampleCheckLayer() {
	report, err := nntest.CheckLayer(Softsign{}, tensor.Shape{5})
	fmt.Println(report.Checked, "derivatives checked,", report.Failed, "wrong, error:", err)
	// Output:
	// 15 derivatives checked, 0 wrong, error: <nil>
}
