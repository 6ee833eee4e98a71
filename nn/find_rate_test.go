package nn_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestFindRate: of least squares with a curvature known, rates beyond twice its inverse diverge, and what is suggested is below
// that and not far. Network and trainer stay as they are.
func TestFindRate(t *testing.T) {
	const rows, curvature = 64, 2.0 // of the mean of squares, for an input of ±1
	x := tensor.Matrix{Rows: rows, Cols: 1, Stride: 1, Data: make([]float32, rows)}
	y := tensor.Matrix{Rows: rows, Cols: 1, Stride: 1, Data: make([]float32, rows)}
	for i := range rows {
		x.Data[i] = float32(i%2*2 - 1)
		y.Data[i] = 5 * x.Data[i]
	}
	set := data.Set{X: x, Target: data.Values(y)}
	for _, rule := range []optim.Rule{optim.SGD(0.1), optim.Groups(optim.SGD(0.2), optim.ByRole(tensor.Bias).RateFactor(1))} {
		net := newNetwork(t, 1, []layer.Layer{layer.Dense(1)})
		tr, err := nn.NewTrainer(net, loss.MSE(), rule)
		if err != nil {
			t.Fatal(err)
		}
		before, err := net.Tensors()
		if err != nil {
			t.Fatal(err)
		}
		f, err := tr.FindRate(t.Context(), set, nn.RateSearch{From: 1e-5, To: 1e3}, nn.Batch(16))
		if err != nil {
			t.Fatal(err)
		}
		n := len(f.Rates)
		if n < 20 || n != len(f.Losses) || n != len(f.Smoothed) || !slices.IsSorted(f.Rates) || !(math.Abs(f.Rates[0]-1e-5) <= 1e-15) {
			t.Fatalf("%d rates, %d losses, %d of them smoothed, want as many, rising from 1e-5", n, len(f.Losses), len(f.Smoothed))
		}
		if !f.Diverged || !(f.Rates[n-1] > 2/curvature) {
			t.Errorf("diverged: %t, at a rate of %v, want beyond %v", f.Diverged, f.Rates[n-1], 2/curvature)
		}
		if !(f.Suggestion > 1e-3 && f.Suggestion < 2/curvature && f.Lowest >= f.Suggestion && f.Lowest < 10) {
			t.Errorf("suggests %v, lowest at %v, want something below %v", f.Suggestion, f.Lowest, 2/curvature)
		}
		after, err := net.Tensors()
		if err != nil {
			t.Fatal(err)
		}
		for i := range before {
			if !slices.Equal(before[i].Value, after[i].Value) {
				t.Errorf("%s has changed", before[i].Name)
			}
		}
		if tr.Optimizer().Steps() != 0 {
			t.Error("the trainer has taken steps")
		}
	}
}

// TestFindRateWithAll searches with what a training may have besides, and is cut short.
func TestFindRateWithAll(t *testing.T) {
	net := newNetwork(t, 20, []layer.Layer{layer.Dense(30), layer.BatchNorm(), activation.ReLU(), layer.Dropout(0.1), layer.Dense(6)})
	tr, err := nn.NewTrainer(net, loss.CrossEntropy(), optim.EMA(optim.AdamW(0.1), 0.9), nn.Accumulate(2), nn.ClipNorm(1), nn.Schedule(optim.Cosine()))
	if err != nil {
		t.Fatal(err)
	}
	set := classes(1, 100, 20, 6)
	f, err := tr.FindRate(t.Context(), set, nn.RateSearch{Steps: 40}, nn.Batch(32))
	if err != nil || len(f.Rates) < 20 || !(f.Suggestion > 0) {
		t.Errorf("%d rates, suggests %v, %v", len(f.Rates), f.Suggestion, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tr.FindRate(ctx, set, nn.RateSearch{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	shared := newNetwork(t, 2, []layer.Layer{&exchanger{p: tensor.Tensor{Name: "gain", Dims: []int{2}, Value: make([]float32, 2), Grad: make([]float32, 2)}}, layer.Dense(3)})
	tr, err = nn.NewTrainer(shared, loss.CrossEntropy(), optim.SGD(0.1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tr.FindRate(t.Context(), classes(1, 10, 2, 3), nn.RateSearch{}); err == nil {
		t.Error("two networks share parameters")
	}
}
