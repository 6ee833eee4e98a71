package nn

import (
	"errors"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
)

// TestClassWeightsThatDoNotFit: a weight for each output, or no step is taken; a batch
// none of whose classes counts is an error too.
func TestClassWeightsThatDoNotFit(t *testing.T) {
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		net := chainNet(t, b)
		x, target := chainData(loss.CrossEntropy(), 8)
		tr := newChainTrainer(t, net, loss.CrossEntropy(loss.ClassWeights(1, 2)), optim.SGD(0.1))
		var option *fault.HyperparameterError
		if _, err := tr.Step(x, target); !errors.As(err, &option) {
			t.Errorf("Step with two weights for three classes: %v, want a *HyperparameterError", err)
		}
		d := data.Set{X: x, Target: target}
		if _, err := tr.Fit(t.Context(), d, Epochs(1)); !errors.As(err, &option) {
			t.Errorf("Fit: %v, want a *HyperparameterError", err)
		}
		if _, err := tr.Evaluate(d); !errors.As(err, &option) {
			t.Errorf("Evaluate: %v, want a *HyperparameterError", err)
		}
		if tr.Optimizer().Steps() != 0 {
			t.Errorf("%d steps were taken", tr.Optimizer().Steps())
		}

		tr = newChainTrainer(t, net, loss.CrossEntropy(loss.ClassWeights(0, 1, 1)), optim.SGD(0.1))
		var wrong *loss.TargetError
		if _, err := tr.Step(x, data.Labels(make([]int, 8))); !errors.As(err, &wrong) {
			t.Errorf("a batch of weight 0: %v, want a *TargetError", err)
		}
		if _, err := tr.Evaluate(data.Set{X: x, Target: data.Labels(make([]int, 8))}); !errors.As(err, &wrong) {
			t.Errorf("an evaluation of weight 0: %v, want a *TargetError", err)
		}
	})
}
