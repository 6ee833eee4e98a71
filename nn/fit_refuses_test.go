package nn_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

func TestFitRefusesBadData(t *testing.T) {
	good := classes(1, 20, 6, 3)
	poisoned := func(v float32) data.Set {
		d := classes(1, 20, 6, 3)
		d.X.Data[13*6+5] = v
		return d
	}
	labels := func(l ...int) data.Set { return data.Set{X: part(good, 0, len(l)).X, Target: data.Labels(l)} }
	for _, c := range []struct {
		name  string
		data  data.Set
		opts  []nn.FitOption
		want  string
		typed any
	}{
		{"no samples", data.Set{X: tensor.Matrix{Cols: 6}}, nil, "training data: layer 0 (dense 6→12 + relu): data: x is 0×6, want at least one row", new(*nn.ShapeError)},
		{"width", classes(1, 20, 7, 3), nil, "x is 20×7, want 6 columns", new(*nn.ShapeError)},
		{"short slice", data.Set{X: tensor.Matrix{Rows: 9, Cols: 6, Stride: 6, Data: make([]float32, 50)}, Target: data.Labels(make([]int, 9))}, nil, "only 50 elements", new(*nn.ShapeError)},
		{"NaN", poisoned(float32(math.NaN())), nil, "training data: x: row 13, column 5 is NaN", new(*nn.DataError)},
		{"Inf", poisoned(float32(math.Inf(-1))), nil, "row 13, column 5 is -Inf", new(*nn.DataError)},
		{"label out of range", labels(0, 1, 3), nil, "target in row 2 is label 3", new(*loss.TargetError)},
		{"negative label", labels(-1), nil, "label -1", new(*loss.TargetError)},
		{"too few labels", data.Set{X: good.X, Target: data.Labels([]int{1})}, nil, "1 labels, want 20", new(*loss.TargetError)},
		{"no target", data.Set{X: good.X}, nil, "0 labels", new(*loss.TargetError)},
		{"validation", good, []nn.FitOption{nn.Validate(poisoned(float32(math.Inf(1))))}, "validation data: x: row 13", new(*nn.DataError)},
		{"batch", good, []nn.FitOption{nn.Batch(0)}, "batch is 0", new(*nn.HyperparameterError)},
		{"epochs", good, []nn.FitOption{nn.Epochs(-1)}, "epochs is -1", new(*nn.HyperparameterError)},
		{"nothing left", good, []nn.FitOption{nn.DropLast(), nn.Batch(21)}, "DropLast", new(*nn.HyperparameterError)},
		{"patience", good, []nn.FitOption{nn.Validate(good), nn.EarlyStop(nn.ValidationLoss(), 0)}, "patience is 0", new(*nn.HyperparameterError)},
		{"improvement", good, []nn.FitOption{nn.Validate(good), nn.EarlyStop(nn.ValidationLoss(), 1, nn.MinDelta(math.NaN()))}, "improvement is NaN", new(*nn.HyperparameterError)},
		{"nothing to watch", good, []nn.FitOption{nn.EarlyStop(nn.ValidationLoss(), 1)}, "Validate", new(*nn.HyperparameterError)},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr := newTrainer(t)
			before := allWeights(t, tr.Network())
			h, err := tr.Fit(context.Background(), c.data, c.opts...)
			if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, c.typed) {
				t.Errorf("Fit returned %v, want a %T that says %q", err, c.typed, c.want)
			}
			if h == nil || h.Steps != 0 {
				t.Errorf("history %+v, want an empty one", h)
			}
			sameBits(t, "weights", allWeights(t, tr.Network()), before)
		})
	}
	if h := fit(t, newTrainer(t), part(good, 0, 1), nn.Epochs(2)); h.Steps != 2 {
		t.Errorf("a single sample: %d steps in two epochs", h.Steps)
	}
}
