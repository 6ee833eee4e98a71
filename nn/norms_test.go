package nn

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestNormwiseWorkers: steps of rules that need norms of tensors have the same bits for any number of workers, in networks
// whose update is shared out, also beside tensors of another rule, or none.
func TestNormwiseWorkers(t *testing.T) {
	layers := []layer.Layer{layer.Dense(311), activation.Tanh(), layer.LayerNorm(), layer.Dense(257), activation.Tanh(), layer.Dense(3)}
	for _, rule := range []optim.Rule{
		optim.LAMB(0.01), optim.EMA(optim.LAMB(0.01), 0.9),
		optim.Groups(optim.LAMB(0.01), optim.ByRole(tensor.Bias).RateFactor(0.5), optim.ByName("layers.3.bias").Freeze()),
		optim.Muon(0.02, optim.On("layers.3.weight"), optim.Others(optim.LAMB(0.01))),
	} {
		var want []tensor.Tensor
		for _, workers := range []int{1, 2, 3} {
			b, err := backends.Open("native", backends.Options{Workers: workers})
			if err != nil {
				t.Fatal(err)
			}
			tr := ruleTrainer(t, b, layers, rule, ClipNorm(0.5))
			ruleSteps(t, tr, 0, 4)
			got, err := tr.Network().Tensors()
			if err != nil {
				t.Fatal(err)
			}
			state, err := tr.Optimizer().State()
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, state.Tensors...)
			if err := errors.Join(tr.Network().Close(), b.Close()); err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = got
				continue
			}
			for i, w := range want {
				for j, v := range w.Value {
					if math.Float32bits(v) != math.Float32bits(got[i].Value[j]) {
						t.Fatalf("%s: element %d of %s is %v with %d workers, %v with one", rule, j, w.Name, got[i].Value[j], workers, v)
					}
				}
			}
		}
	}
}

// swelling is LAMB that makes infinite what it is told to at the second step.
type swelling struct {
	optim.Rule
	state bool // an element of the state, rather than of the parameters
}

func (r swelling) Stepper() optim.Stepper {
	return &swellingStepper{Normwise: r.Rule.Stepper().(optim.Normwise), state: r.state}
}

type swellingStepper struct {
	optim.Normwise
	state bool
	step  int
}

func (s *swellingStepper) Begin(step int, rate float64) {
	s.step = step
	s.Normwise.Begin(step, rate)
}

func (s *swellingStepper) Follow(d, p []float32, slots [optim.MaxSlots][]float32, own, along float64) {
	s.Normwise.Follow(d, p, slots, own, along)
	if s.step == 2 && len(d) == 3 { // the last bias
		if s.state {
			d = slots[1]
		}
		d[1] = float32(math.Inf(1))
	}
}

// TestNormwiseRefuses: a step that would leave something infinite is refused by its place, and nothing is written.
func TestNormwiseRefuses(t *testing.T) {
	for _, state := range []bool{false, true} {
		tr := ruleTrainer(t, openRules(t, "native", ""), []layer.Layer{layer.Dense(5), activation.Tanh(), layer.Dense(3)}, swelling{optim.LAMB(0.01), state})
		ruleSteps(t, tr, 0, 1)
		all := func() []tensor.Tensor {
			list, err := tr.Network().Tensors()
			if err != nil {
				t.Fatal(err)
			}
			s, err := tr.Optimizer().State()
			if err != nil {
				t.Fatal(err)
			}
			return append(list, s.Tensors...)
		}
		before := all()
		x, target := ruleBatch(1)
		bad, want := new(NonFiniteError), "bias [0][1] after the step"
		if state {
			want = "the optimizer's mean_square of bias [0][1] after the step"
		}
		if _, err := tr.Step(x, target); !errors.As(err, &bad) || !strings.Contains(bad.What, want) || bad.Step != 2 {
			t.Errorf("error %v, want one of %q at step 2", err, want)
		}
		for i, after := range all() {
			for j, v := range after.Value {
				if math.Float32bits(v) != math.Float32bits(before[i].Value[j]) {
					t.Fatalf("element %d of %s was %v, and is %v after a step that was refused", j, after.Name, before[i].Value[j], v)
				}
			}
		}
	}
}
