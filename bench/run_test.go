package bench

import (
	"errors"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
)

func TestLayers(t *testing.T) {
	for _, tt := range []struct {
		step TrainStep
		want []string
	}{
		{TrainStep{Sizes: []int{2, 1}, Activation: "relu", Output: "identity"}, []string{"dense(1)"}},
		{TrainStep{Sizes: []int{2, 3, 1}, Activation: "relu", Output: "identity"}, []string{"dense(3)", "relu", "dense(1)"}},
		{TrainStep{Sizes: []int{2, 3, 4, 1}, Activation: "tanh", Output: "sigmoid"}, []string{"dense(3)", "tanh", "dense(4)", "tanh", "dense(1)", "sigmoid"}},
	} {
		layers, err := tt.step.Layers()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range layers {
			got = append(got, l.String())
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%v: %v, want %v", tt.step, got, tt.want)
		}
	}
}

func TestNewTrainerErrors(t *testing.T) {
	good := TrainStep{[]int{3, 2, 1}, 4, "relu", "sigmoid", "mse", "sgd"}
	for kind, spoil := range map[string]func(*TrainStep){
		"hidden": func(s *TrainStep) { s.Activation = "rellu" },
		"output": func(s *TrainStep) { s.Output = "sigmod" },
		"loss":   func(s *TrainStep) { s.Loss = "msse" },
		"rule":   func(s *TrainStep) { s.Optimizer = "adan" },
	} {
		s := good
		spoil(&s)
		var unknown *names.UnknownError
		if _, err := s.NewTrainer(0.1); !errors.As(err, &unknown) {
			t.Errorf("%s: got %v, want an *UnknownError", kind, err)
		}
	}
	var impossible *catalog.ArgumentError
	if _, err := good.NewTrainer(-1); !errors.As(err, &impossible) {
		t.Errorf("rate -1: got %v, want an *ArgumentError", err)
	}
}

// thresholdBackend has plans that multiply in bf16 from so many multiply-adds on, and
// predict so always.
type thresholdBackend struct {
	blas.Backend
	work int
}

func (b thresholdBackend) PairUnit(blas.Precision) (*kernels.Pairs, int) { return &kernels.Pairs{}, 1 }

func (b thresholdBackend) Dense(spec blas.DenseSpec) (blas.Dense, error) {
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	return thresholdPlan{spec: spec, work: b.work}, nil
}

type thresholdPlan struct {
	blas.Dense
	spec blas.DenseSpec
	work int
}

func (p thresholdPlan) Explain(w blas.Which, batch int) blas.How {
	if w != blas.PredictProduct && batch*p.spec.In*p.spec.Out < p.work {
		return blas.How{}
	}
	return blas.How{Unit: &kernels.Pairs{}}
}

// TestMultipliesIn asks backends that know what they do, and one that does not.
func TestMultipliesIn(t *testing.T) {
	gonum, err := backends.Open("gonum", backends.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer gonum.Close()
	large := thresholdBackend{work: 1000}
	training := []blas.Which{blas.ForwardProduct, blas.DataProduct, blas.WeightsProduct}
	for i, tt := range []struct {
		be        blas.Backend
		precision blas.Precision
		sizes     []int
		batch     int
		kinds     []blas.Which
		want      bool
	}{
		{large, blas.Float32, []int{2, 1}, 1, training, true},
		{large, blas.BF16, []int{10, 10, 10}, 9, training, false},
		{large, blas.BF16, []int{10, 10, 10}, 10, training, true},
		{large, blas.BF16, []int{1, 10, 100}, 1, training, true}, // its last layer
		{large, blas.BF16, []int{10, 10}, 1, []blas.Which{blas.PredictProduct}, true},
		{gonum, blas.BF16, []int{2, 1}, 1, training, true}, // Effective has said no before
	} {
		got, err := MultipliesIn(tt.be, tt.precision, tt.sizes, tt.batch, tt.kinds...)
		if err != nil || got != tt.want {
			t.Errorf("%d: %v, %v, want %v", i, got, err, tt.want)
		}
	}
	if _, err := MultipliesIn(large, blas.BF16, []int{0, 1}, 1, training...); err == nil {
		t.Error("a layer of no inputs is no error")
	}
}
