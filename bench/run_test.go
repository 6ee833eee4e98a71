package bench

import (
	"errors"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn"
)

func TestLayers(t *testing.T) {
	for _, tt := range []struct {
		step TrainStep
		want []string
	}{
		{TrainStep{Sizes: []int{2, 1}, Activation: "relu", Output: "identity"}, []string{"dense"}},
		{TrainStep{Sizes: []int{2, 3, 1}, Activation: "relu", Output: "identity"}, []string{"dense", "relu", "dense"}},
		{TrainStep{Sizes: []int{2, 3, 4, 1}, Activation: "tanh", Output: "sigmoid"}, []string{"dense", "tanh", "dense", "tanh", "dense", "sigmoid"}},
	} {
		layers, err := tt.step.Layers()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range layers {
			got = append(got, l.Kind())
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
	var impossible *nn.HyperparameterError
	if _, err := good.NewTrainer(-1); !errors.As(err, &impossible) {
		t.Errorf("rate -1: got %v, want a *HyperparameterError", err)
	}
}

// TestMultipliesIn shows what is too small for bf16, where that is to be had.
func TestMultipliesIn(t *testing.T) {
	be, err := backends.Open("native", backends.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer be.Close()
	if as, why := blas.Effective(be, blas.BF16); as != blas.BF16 {
		t.Skip(why)
	}
	for _, tt := range []struct {
		precision blas.Precision
		sizes     []int
		batch     int
		kind      blas.Which
		want      bool
	}{
		{blas.Float32, []int{2, 1}, 1, blas.ForwardProduct, true},
		{blas.BF16, []int{30, 64, 32, 1}, 32, blas.ForwardProduct, false},
		{blas.BF16, []int{30, 64, 32, 1}, 1024, blas.ForwardProduct, true},
		{blas.BF16, []int{784, 512, 10}, 1, blas.WeightsProduct, false},
		{blas.BF16, []int{784, 512, 10}, 1, blas.PredictProduct, true},
	} {
		got, err := MultipliesIn(be, tt.precision, tt.sizes, tt.batch, tt.kind)
		if err != nil || got != tt.want {
			t.Errorf("%s of %v, batch %d, %s: %v, %v, want %v", tt.kind, tt.sizes, tt.batch, tt.precision, got, err, tt.want)
		}
	}
}
