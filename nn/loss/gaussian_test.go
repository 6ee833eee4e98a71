package loss

import (
	"errors"
	"math"
	"testing"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestGaussianOfAnything: a finite loss, and a gradient that is no NaN, of any finite
// outputs and targets.
func TestGaussianOfAnything(t *testing.T) {
	const largest, tiny = math.MaxFloat32, math.SmallestNonzeroFloat32
	numbers := []float32{0, float32(math.Copysign(0, -1)), tiny, -tiny, 1, -1, -18.4, -19, -30, 88, 89, 710, -750, 1e10, -1e10, largest, -largest}
	for _, mean := range numbers {
		for _, s := range numbers {
			for _, want := range numbers {
				y := tensor.Matrix{Rows: 1, Cols: 2, Stride: 2, Data: []float32{mean, s}}
				dy := tensor.Matrix{Rows: 1, Cols: 2, Stride: 2, Data: make([]float32, 2)}
				target := data.Values(tensor.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{want}})
				l := Gaussian().Sum(y, target, dy, 1)
				if math.IsNaN(l) || math.IsInf(l, 0) || dy.Data[0] != dy.Data[0] || dy.Data[1] != dy.Data[1] {
					t.Fatalf("mean %v, s %v, target %v: loss %v, gradient %v", mean, s, want, l, dy.Data)
				}
				if bound := math.Log(1e-8) / 2; l < bound-1e-14 {
					t.Fatalf("mean %v, s %v, target %v: loss %v, below %v", mean, s, want, l, bound)
				}
			}
		}
	}
	for i := range 2 {
		y := tensor.Matrix{Rows: 1, Cols: 2, Stride: 2, Data: []float32{1, 1}}
		y.Data[i] = float32(math.Inf(1))
		if l := Gaussian().Sum(y, data.Values(tensor.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{0}}), tensor.Matrix{}, 1); !math.IsInf(l, 1) {
			t.Errorf("loss of an infinite output %d is %v", i, l)
		}
	}
}

// TestGaussianOutputs expects an error for outputs that are not in pairs.
func TestGaussianOutputs(t *testing.T) {
	for _, cols := range []int{0, 1, 3} {
		target := data.Values(testMatrix(2, max(cols/2, 1), nought))
		var option *fault.HyperparameterError
		if err := Gaussian().Check(target, 2, cols); !errors.As(err, &option) {
			t.Errorf("%d outputs: %v, want a *HyperparameterError", cols, err)
		}
	}
	if err := Gaussian().Check(data.Values(testMatrix(2, 4, nought)), 2, 4); err == nil {
		t.Error("four targets for two means are taken")
	}
	if n := Gaussian().Outputs(3); n != 6 {
		t.Errorf("%d outputs for 3 targets, want 6", n)
	}
}
