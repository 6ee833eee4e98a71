package nn

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// trainings are n of networks that differ, small ones and larger ones, on samples that they share.
func trainings(t *testing.T, n int, b blas.Backend, opts ...FitOption) []Training {
	t.Helper()
	samples, err := data.FromMemory(
		testMatrix(300, 30, func(i, j int) float32 { return float32((i*7+j*13)%23)/10 - 1 }),
		data.Values(testMatrix(300, 1, func(i, _ int) float32 { return float32(i % 2) })))
	if err != nil {
		t.Fatal(err)
	}
	var list []Training
	for i := range n {
		width := 16 + 200*(i%2)
		net, err := New(tensor.Shape{30}, layer.Stack(layer.Dense(width), activation.ReLU(), layer.BatchNorm(), layer.Dropout(0.1), layer.Dense(1)), Backend(b), Seed(uint64(i)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { net.Close() })
		tr, err := NewTrainer(net, loss.BinaryCrossEntropy(), optim.Adam(0.001*float64(i+1)))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, Training{tr, samples, append([]FitOption{Epochs(3), Batch(128)}, opts...)})
	}
	return list
}

// TestTrainMany: networks that are trained at the same time, on one backend, are those that they are
// alone, to the bit, and the backend has its workers again afterwards.
func TestTrainMany(t *testing.T) {
	for _, name := range []string{"native", "gonum"} {
		b, err := backends.Open(name, backends.Options{Workers: 3})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		alone, many := trainings(t, 5, b), trainings(t, 5, b)
		var histories []*History
		for _, one := range alone {
			h, err := one.Trainer.Fit(t.Context(), one.Source, one.Options...)
			if err != nil {
				t.Fatal(err)
			}
			histories = append(histories, h)
		}
		got, err := TrainMany(t.Context(), many, AtOnce(3))
		if err != nil {
			t.Fatal(err)
		}
		for i := range many {
			if !slices.Equal(everyTensor(t, many[i].Trainer.net), everyTensor(t, alone[i].Trainer.net)) {
				t.Errorf("%s: network %d is another one than alone", name, i)
			}
			if len(got[i].Epochs) != 3 || got[i].Epochs[2].Loss != histories[i].Epochs[2].Loss {
				t.Errorf("%s: history %d is %+v, want %+v", name, i, got[i], histories[i])
			}
		}
		end := b.(blas.Soloist).Solo()
		end()
	}
	if h, err := TrainMany(t.Context(), nil); err != nil || len(h) != 0 {
		t.Errorf("nothing to train: %v, %v", h, err)
	}
}

// TestTrainManyFails: one that fails leaves the others as they are; all end when the context does, and who
// cannot run beside each other are refused.
func TestTrainManyFails(t *testing.T) {
	b := openBackend(t, "native")
	list := trainings(t, 4, b)
	list[2].Options = []FitOption{Epochs(-1)}
	h, err := TrainMany(t.Context(), list)
	var of *TrainingError
	if !errors.As(err, &of) || of.Index != 2 || !errors.As(err, new(*fault.HyperparameterError)) {
		t.Errorf("one that fails: %v", err)
	}
	for _, i := range []int{0, 1, 3} {
		if len(h[i].Epochs) != 3 {
			t.Errorf("training %d has %d epochs, want all", i, len(h[i].Epochs))
		}
	}

	ctx, cancel := context.WithCancel(t.Context())
	list = trainings(t, 6, b)
	list[0].Options = append(list[0].Options, Callback{Epoch: func(*Run, *EpochInfo) error { cancel(); return nil }})
	h, err = TrainMany(ctx, list, AtOnce(1))
	if !errors.Is(err, context.Canceled) || len(h[0].Epochs) != 1 || h[1] != nil {
		t.Errorf("cancelled: %v, histories %v", err, h)
	}
	if n := strings.Count(err.Error(), "training "); n != 6 {
		t.Errorf("cancelled: errors of %d trainings, want all: %v", n, err)
	}

	list = trainings(t, 2, b)
	var noContext context.Context
	for name, f := range map[string]func() error{
		"the same twice": func() error { _, err := TrainMany(t.Context(), []Training{list[0], list[0]}); return err },
		"no trainer":     func() error { _, err := TrainMany(t.Context(), []Training{{}}); return err },
		"none at once":   func() error { _, err := TrainMany(t.Context(), list, AtOnce(0)); return err },
		"a nil option":   func() error { _, err := TrainMany(t.Context(), list, nil); return err },
		"no context":     func() error { _, err := TrainMany(noContext, list); return err },
	} {
		if f() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
