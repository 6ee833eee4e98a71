package nn_test

import (
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestMarginsOfBothKinds: to metrics, targets of -1 and 1 are what those of 0 and 1 are, as to the loss.
func TestMarginsOfBothKinds(t *testing.T) {
	const rows = 300 // more than a part
	x, zero, minus := make([]float32, rows), make([]float32, rows), make([]float32, rows)
	for i := range rows {
		x[i], minus[i] = float32(i%7)-3, -1
		if i%3 != 0 {
			zero[i], minus[i] = 1, 1
		}
	}
	column := func(v []float32) tensor.Matrix { return tensor.Matrix{Rows: rows, Cols: 1, Stride: 1, Data: v} }
	net, err := nn.New(tensor.Shape{1}, layer.Dense(1), nn.Seed(3))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	tr, err := nn.NewTrainer(net, loss.Hinge(), optim.SGD(0.1))
	if err != nil {
		t.Fatal(err)
	}
	metrics := []metric.Metric{metric.Accuracy(), metric.F1(metric.Macro), metric.ROCAUC(), metric.MCC()}
	var want nn.Metrics
	for i, targets := range [][]float32{zero, minus} {
		got, err := tr.Evaluate(data.Set{X: column(x), Target: data.Values(column(targets))}, metrics...)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			want = got
		} else if !slices.Equal(got.Values, want.Values) || got.Loss != want.Loss {
			t.Errorf("metrics are %v of -1 and 1, %v of 0 and 1", got, want)
		}
	}
	if !slices.Equal(minus[:3], []float32{-1, 1, 1}) {
		t.Error("the targets have changed")
	}
}
