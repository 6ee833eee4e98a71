package nn

import (
	"errors"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestStateThatNoStepsLeadTo: numbers that are finite, but that the rule could not have made, are an
// error of SetState, and nothing is changed.
func TestStateThatNoStepsLeadTo(t *testing.T) {
	x := testMatrix(4, 3, func(i, j int) float32 { return float32(i - j) })
	y := data.Values(testMatrix(4, 2, func(i, j int) float32 { return float32(i + j) }))
	for _, c := range []struct {
		rule  optim.Rule
		slot  string
		value float32
	}{
		{optim.Adam(0.1), "mean_square", -5},
		{optim.AdamW(0.1), "mean_square", -1e-20},
		{optim.Adam(0.1), "mean", 1e38},
		{optim.RMSProp(0.1), "mean_square", -5},
		{optim.Adagrad(0.1), "sum", -5},
		{optim.EMA(optim.Adam(0.1), 0.9), "mean_square", -5},
		{optim.AdamW(0.1, optim.NoDecay(tensor.Bias)), "mean_square", -5},
	} {
		net, err := New(tensor.Shape{3}, layer.Stack(layer.Dense(4), activation.Tanh(), layer.Dense(2)), Backend(openBackend(t, "gonum")))
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		tr, err := NewTrainer(net, loss.MSE(), c.rule)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tr.Step(x, y); err != nil {
			t.Fatal(err)
		}
		before, err := tr.opt.State()
		if err != nil {
			t.Fatal(err)
		}
		if err := tr.opt.SetState(before); err != nil {
			t.Errorf("%s: its own state: %v", c.rule, err)
		}
		foreign, err := tr.opt.State()
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, s := range foreign.Tensors {
			if strings.HasSuffix(s.Name, "."+c.slot) && !found {
				s.Value[0], found = c.value, true
			}
		}
		var refused *StateError
		if err := tr.opt.SetState(foreign); !found || !errors.As(err, &refused) {
			t.Errorf("%s, a %s of %v (%t): %v, want a *StateError", c.rule, c.slot, c.value, found, err)
		}
		if _, err := tr.Step(x, y); err != nil {
			t.Errorf("%s, after a state that was refused: %v", c.rule, err)
		}
	}
}
