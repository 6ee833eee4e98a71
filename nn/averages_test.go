package nn

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// averagesData is something to fit.
func averagesData() data.Set {
	x, target := ruleBatch(0)
	return data.Set{X: x, Target: target}
}

// TestFitOnAverages: with EMA, Fit trains as without, to the bit, in one call or in two; what it
// validates, calls back with and leaves are the averages, which float64 gives from the weights of each step.
func TestFitOnAverages(t *testing.T) {
	const decay = 0.6
	b := openRules(t, "native", "")
	set := averagesData()
	for _, kind := range ruleKinds {
		plain := ruleTrainer(t, b, kind.layers, optim.SGD(0.1, optim.Momentum(0.5)))
		var want []float64
		latest := func(*Run, *StepInfo) error {
			w := flatWeights(plain.net)
			for i, v := range w {
				if len(want) < len(w) {
					want = append(want, float64(v))
				} else {
					want[i] = decay*want[i] + (1-decay)*float64(v)
				}
			}
			return nil
		}
		if _, err := plain.Fit(t.Context(), set, Epochs(4), Batch(3), Callback{Step: latest}); err != nil {
			t.Fatal(err)
		}
		var once []float32
		for _, calls := range []int{1, 2, 4} {
			tr := ruleTrainer(t, b, kind.layers, optim.EMA(optim.SGD(0.1, optim.Momentum(0.5)), decay))
			for range calls {
				var seen []float64
				see := func(*Run, *EpochInfo) error {
					m, err := tr.Evaluate(set)
					seen = append(seen, m.Loss)
					return err
				}
				h, err := tr.Fit(t.Context(), set, Epochs(4/calls), Batch(3), Validate(set), Callback{Epoch: see})
				if err != nil {
					t.Fatal(err)
				}
				for i, e := range h.Epochs {
					if e.Validation.Loss != seen[i] {
						t.Errorf("%s: validation loss %v, in the callback %v", kind.name, e.Validation.Loss, seen[i])
					}
				}
				if m, err := tr.Evaluate(set); err != nil || m.Loss != seen[len(seen)-1] {
					t.Errorf("%s: loss %v after Fit (%v), want %v", kind.name, m.Loss, err, seen[len(seen)-1])
				}
			}
			got := flatWeights(tr.net)
			if once == nil {
				once = got
			}
			if !slices.Equal(got, once) {
				t.Errorf("%s: %d calls of Fit leave other averages than one", kind.name, calls)
			}
			for i, v := range got {
				if diff := math.Abs(float64(v) - want[i]); !(diff <= 0x1p-22*(1+math.Abs(want[i]))) {
					t.Fatalf("%s: average %d is %v, want %v", kind.name, i, v, want[i])
				}
			}
			if err := tr.opt.UseLatest(); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(flatWeights(tr.net), flatWeights(plain.net)) {
				t.Errorf("%s: averages change what is trained", kind.name)
			}
		}
	}
}

// TestBestAverages: early stopping goes back to the best averages.
func TestBestAverages(t *testing.T) {
	tr := ruleTrainer(t, openRules(t, "native", ""), []layer.Layer{layer.Dense(40), activation.Tanh(), layer.Dense(3)}, optim.EMA(optim.SGD(0.5), 0.5))
	x, _ := ruleBatch(0)
	_, far := ruleBatch(1)
	h, err := tr.Fit(t.Context(), averagesData(), Epochs(30), Batch(3), Validate(data.Set{X: x, Target: far}), EarlyStop(ValidationLoss(), 3))
	if err != nil {
		t.Fatal(err)
	}
	if !h.StoppedEarly || h.BestEpoch == len(h.Epochs) {
		t.Fatalf("it went on for %d epochs, the best is %d: the test says nothing", len(h.Epochs), h.BestEpoch)
	}
	m, err := tr.Evaluate(data.Set{X: x, Target: far})
	if err != nil || m.Loss != h.Epochs[h.BestEpoch-1].Validation.Loss {
		t.Errorf("the loss is %v (%v), that of the best epoch %v", m.Loss, err, h.Epochs[h.BestEpoch-1].Validation.Loss)
	}
	// Training goes on from there.
	before := flatWeights(tr.net)
	if err := tr.opt.UseLatest(); err != nil || !slices.Equal(before, flatWeights(tr.net)) {
		t.Errorf("UseLatest takes back what early stopping has put there (%v)", err)
	}
}

// TestUseAverages is about who sees what outside of Fit.
func TestUseAverages(t *testing.T) {
	b := openRules(t, "native", "")
	for _, kind := range ruleKinds {
		for _, rule := range []optim.Rule{optim.SGD(0.1), optim.EMA(optim.SGD(0.1), 0.9)} {
			tr := ruleTrainer(t, b, kind.layers, rule)
			use := func() {
				t.Helper()
				if err := tr.opt.UseAverages(); err != nil {
					t.Fatal(err)
				}
			}
			first := flatWeights(tr.net)
			use()
			if !slices.Equal(first, flatWeights(tr.net)) {
				t.Errorf("%s: there are averages before the first step", rule)
			}
			ruleSteps(t, tr, 0, 3)
			trained := flatWeights(tr.net)
			use()
			use() // once is enough
			if slices.Equal(trained, flatWeights(tr.net)) != !tr.opt.averages.kept {
				t.Errorf("%s: averages are in use: %t", rule, !tr.opt.averages.kept)
			}
			if !tr.opt.averages.kept {
				continue
			}
			x, _ := ruleBatch(0)
			y, err := tr.net.Forward(x)
			if err != nil {
				t.Fatal(err)
			}
			if err := tr.net.Backward(testMatrix(y.Rows, y.Cols, zero)); err != nil {
				t.Fatal(err)
			}
			average := flatWeights(tr.net)
			if err := tr.opt.Step(); !errors.Is(err, ErrAverages) || !slices.Equal(average, flatWeights(tr.net)) {
				t.Errorf("a step at averages: %v, want ErrAverages", err)
			}
			// A step goes on from what is trained.
			other := ruleTrainer(t, b, kind.layers, optim.SGD(0.1))
			ruleSteps(t, tr, 3, 5)
			ruleSteps(t, other, 0, 5)
			if !slices.Equal(flatWeights(tr.net), flatWeights(other.net)) {
				t.Errorf("%s: the steps after averages are others", kind.name)
			}
			// Unless somebody has put something else there.
			use()
			if err := tr.net.CopyFrom(ruleTrainer(t, b, kind.layers, optim.SGD(0.1)).net); err != nil {
				t.Fatal(err)
			}
			other = ruleTrainer(t, b, kind.layers, optim.SGD(0.1))
			ruleSteps(t, tr, 0, 2)
			ruleSteps(t, other, 0, 2)
			if !slices.Equal(flatWeights(tr.net), flatWeights(other.net)) {
				t.Errorf("%s: the steps after a copy are not from there", kind.name)
			}
		}
	}
}

// TestAveragesOfGrowingBatches: plans that are replaced for larger batches keep what there is.
func TestAveragesOfGrowingBatches(t *testing.T) {
	b := openRules(t, "native", "")
	rule := optim.EMA(optim.Muon(0.02, optim.On("layers.0.weight"), optim.Others(optim.AdamW(0.01))), 0.9)
	var want []float32
	for _, rows := range []int{2, 500} {
		net, err := New(tensor.Shape{6}, layer.Stack(layer.Dense(40), activation.Tanh(), layer.Dense(3)), Backend(b), MaxBatch(rows), Seed(3))
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		opt, err := NewOptimizer(net, rule)
		if err != nil {
			t.Fatal(err)
		}
		for i, n := range []int{1, 2, 3, 300} {
			x := testMatrix(n, 6, func(i, j int) float32 { return float32(i*7+j) / float32(300+i+j) })
			y, err := net.Forward(x)
			if err != nil {
				t.Fatal(err)
			}
			if err := net.Backward(testMatrix(y.Rows, y.Cols, func(_, j int) float32 { return float32(j+i) / 100 })); err != nil {
				t.Fatal(err)
			}
			if err := opt.Step(); err != nil {
				t.Fatal(err)
			}
		}
		if err := opt.UseAverages(); err != nil {
			t.Fatal(err)
		}
		if got := flatWeights(net); want == nil {
			want = got
		} else if !slices.Equal(got, want) {
			t.Error("averages are others if plans were replaced")
		}
	}
}
