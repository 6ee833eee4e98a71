package nn_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// gradients returns those of all Dense layers.
func gradients(t *testing.T, net *nn.Network) []float32 {
	t.Helper()
	var all []float32
	for i, l := range net.Layers() {
		if !isDense(l) {
			continue
		}
		w, b, err := net.Gradients(i)
		if err != nil {
			t.Fatal(err)
		}
		all = append(append(all, w.Data...), b...)
	}
	return all
}

func forwardBackward(t *testing.T, net *nn.Network, x, dy tensor.Matrix) {
	t.Helper()
	if _, err := net.Forward(x); err != nil {
		t.Fatal(err)
	}
	if err := net.Backward(dy); err != nil {
		t.Fatal(err)
	}
}

func step(t *testing.T, opt *nn.Optimizer) {
	t.Helper()
	if err := opt.Step(); err != nil {
		t.Fatal(err)
	}
}

func newOptimizer(t *testing.T, net *nn.Network, rule optim.Rule, opts ...nn.OptimizerOption) *nn.Optimizer {
	t.Helper()
	opt, err := nn.NewOptimizer(net, rule, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return opt
}

// With SGD at rate 1, a step is the gradient that the rule was given.
func TestClipNorm(t *testing.T) {
	eachBackend(t, func(t *testing.T, b blas.Backend) {
		for _, limit := range []float64{1e-3, 0.5, 1e6, math.Inf(1)} {
			rng := rand.New(rand.NewPCG(1, 2))
			net := newNetwork(t, 200, []layer.Layer{layer.Dense(100), activation.Tanh(), gain{}, layer.Dense(3)}, nn.Backend(b))
			opt := newOptimizer(t, net, optim.SGD(1), nn.ClipNorm(limit))
			x, dy := randomMatrix(rng, 9, 200, 0), randomMatrix(rng, 9, 3, 0)
			forwardBackward(t, net, x, dy)
			g, before := gradients(t, net), allWeights(t, net)
			// The gradients of the gains count too. They are at a gain of 1,
			// so that they follow from those of the layer above: Σᵢ dyᵢⱼ·xᵢⱼ is
			// Σₖ W[j][k]·dW[j][k].
			w, _, err := net.Weights(3)
			if err != nil {
				t.Fatal(err)
			}
			dw, _, err := net.Gradients(3)
			if err != nil {
				t.Fatal(err)
			}
			squares := 0.0
			for j := range w.Rows {
				d := 0.0
				for k := range w.Cols {
					d += float64(w.Data[j*w.Stride+k]) * float64(dw.Data[j*dw.Stride+k])
				}
				squares += d * d
			}
			for _, v := range g {
				squares += float64(v) * float64(v)
			}
			coefficient := min(1, limit/(math.Sqrt(squares)+1e-6))
			step(t, opt)
			for i, after := range allWeights(t, net) {
				want := float64(before[i]) - coefficient*float64(g[i])
				// The coefficient is rounded, and inherits the error of the
				// gains' gradients, a sum of 9 products in place of 3; then
				// come two products and a difference.
				tolerance := unit * (30*coefficient*math.Abs(float64(g[i])) + math.Abs(want))
				if !(math.Abs(float64(after)-want) <= tolerance) {
					t.Fatalf("limit %v: parameter %d is %v after the step, want %v ± %v", limit, i, after, want, tolerance)
				}
			}
		}
	})
}

// n passes make a step with the mean of their gradients.
func TestAccumulation(t *testing.T) {
	eachBackend(t, func(t *testing.T, b blas.Backend) {
		rng := rand.New(rand.NewPCG(1, 2))
		net := newNetwork(t, 20, []layer.Layer{layer.Dense(33), activation.ReLU(), layer.Dense(3)}, nn.Backend(b))
		opt := newOptimizer(t, net, optim.SGD(1), nn.Accumulate(3))
		for _, passes := range []int{3, 3, 2} { // the last by Flush
			before := allWeights(t, net)
			mean, size := make([]float64, len(before)), make([]float64, len(before))
			for range passes {
				sameBits(t, "weights while gathering", allWeights(t, net), before)
				x, dy := randomMatrix(rng, 5, 20, 0), randomMatrix(rng, 5, 3, 0)
				// The gradients of this pass alone, from a network of the
				// same weights.
				other := newNetwork(t, 20, []layer.Layer{layer.Dense(33), activation.ReLU(), layer.Dense(3)}, nn.Backend(b))
				for _, l := range []int{0, 2} {
					w, bias, err := net.Weights(l)
					if err != nil {
						t.Fatal(err)
					}
					if err := other.SetWeights(l, w, bias); err != nil {
						t.Fatal(err)
					}
				}
				forwardBackward(t, other, x, dy)
				for i, g := range gradients(t, other) {
					mean[i] += float64(g) / float64(passes)
					size[i] += math.Abs(float64(g)) / float64(passes)
				}
				// Accumulating goes on in the chain of the sum, so partial
				// sums may cancel: allow for the size of the products.
				for i := range size {
					size[i] += 20
				}
				forwardBackward(t, net, x, dy)
				step(t, opt)
			}
			if passes < 3 {
				if err := opt.Flush(); err != nil {
					t.Fatal(err)
				}
			}
			for i, after := range allWeights(t, net) {
				want := float64(before[i]) - mean[i]
				if tolerance := unit * (20*size[i] + math.Abs(want)); !(math.Abs(float64(after)-want) <= tolerance) {
					t.Fatalf("parameter %d is %v after the step, want %v ± %v", i, after, want, tolerance)
				}
			}
		}
		if opt.Steps() != 3 {
			t.Errorf("%d steps, want 3", opt.Steps())
		}
		if err := opt.Flush(); err != nil || opt.Steps() != 3 {
			t.Errorf("Flush with nothing gathered: %v, %d steps", err, opt.Steps())
		}
	})
}

func TestRateFollowsSchedule(t *testing.T) {
	net := newNetwork(t, 1, []layer.Layer{layer.Dense(1)})
	schedule := optim.Warmup(3, optim.Cosine(optim.Over(4), optim.Floor(0.1)))
	opt := newOptimizer(t, net, optim.SGD(0.5), nn.Schedule(schedule))
	x := tensor.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{0}}
	dy := tensor.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{1}}
	if opt.Rate() != 0 {
		t.Errorf("rate %v before the first step, want 0", opt.Rate())
	}
	for i := 1; i <= 9; i++ {
		_, before, _ := net.Weights(0)
		forwardBackward(t, net, x, dy)
		step(t, opt)
		_, after, _ := net.Weights(0)
		rate := schedule.Rate(0.5, optim.Progress{Step: i})
		if opt.Rate() != rate || after[0] != before[0]-float32(rate) {
			t.Errorf("step %d: rate %v and a bias that fell from %v to %v, want %v", i, opt.Rate(), before[0], after[0], rate)
		}
	}
}

// brokenSchedule gives a rate that no step can be taken with.
type brokenSchedule struct{ optim.Schedule }

func (brokenSchedule) Rate(float64, optim.Progress) float64 { return math.NaN() }

func TestBadRateLeavesWeights(t *testing.T) {
	data := classes(1, 10, 6, 3)
	for name, opts := range map[string][]nn.OptimizerOption{"fused": nil, "unfused": {nn.ClipNorm(1)}} {
		t.Run(name, func(t *testing.T) {
			tr := newTrainer(t, append(opts, nn.Schedule(brokenSchedule{optim.Constant()}))...)
			before := allWeights(t, tr.Network())
			_, err := tr.Step(data.X, data.Target)
			var bad *nn.HyperparameterError
			if !errors.As(err, &bad) || !strings.Contains(err.Error(), "step 1") {
				t.Errorf("Step returned %v, want a *HyperparameterError that names the step", err)
			}
			sameBits(t, "weights", allWeights(t, tr.Network()), before)
		})
	}
}

// A sample that is no number makes a loss that is none. The step before it
// stands, and training can go on.
func TestNonFiniteLossLeavesWeights(t *testing.T) {
	for name, opts := range map[string][]nn.OptimizerOption{"fused": nil, "unfused": {nn.InspectGradients()}} {
		t.Run(name, func(t *testing.T) {
			net := newNetwork(t, 2, []layer.Layer{layer.Dense(3), layer.Dense(1)})
			tr, err := nn.NewTrainer(net, loss.MSE(), optim.SGD(0.1), opts...)
			if err != nil {
				t.Fatal(err)
			}
			x := tensor.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{1, 2, 3, 4}}
			target := data.Values(tensor.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{1, 2}})
			if _, err := tr.Step(x, target); err != nil {
				t.Fatal(err)
			}
			before := allWeights(t, net)
			for _, v := range []float32{float32(math.Inf(1)), float32(math.NaN())} {
				bad := tensor.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{1, v, v, v}}
				_, err := tr.Step(bad, target)
				var non *nn.NonFiniteError
				if !errors.As(err, &non) || non.What != "loss" || non.Step != 2 || !(non.Value != non.Value || math.IsInf(non.Value, 0)) {
					t.Errorf("Step on %v returned %v, want a *NonFiniteError about the loss of step 2", v, err)
				}
				sameBits(t, "weights", allWeights(t, net), before)
			}
			if _, err := tr.Step(x, target); err != nil || tr.Optimizer().Steps() != 2 {
				t.Errorf("the next step: %v, %d steps", err, tr.Optimizer().Steps())
			}
		})
	}
}

// The gradient of one bias is made infinite; the loss knows nothing of it.
func TestNonFiniteGradientNamesItsPlace(t *testing.T) {
	for name, opt := range map[string]nn.OptimizerOption{"check": nn.InspectGradients(), "clip": nn.ClipNorm(1)} {
		t.Run(name, func(t *testing.T) {
			net := newNetwork(t, 2, []layer.Layer{layer.Dense(3), activation.ReLU(), layer.Dense(2)})
			o := newOptimizer(t, net, optim.Adam(0.1), opt)
			before := allWeights(t, net)
			x := tensor.Matrix{Rows: 1, Cols: 2, Stride: 2, Data: []float32{0, 0}}
			dy := tensor.Matrix{Rows: 1, Cols: 2, Stride: 2, Data: []float32{0, float32(math.Inf(1))}}
			forwardBackward(t, net, x, dy)
			err := o.Step()
			var non *nn.NonFiniteError
			if !errors.As(err, &non) || non.Step != 1 {
				t.Fatalf("Step returned %v, want a *NonFiniteError about step 1", err)
			}
			if !strings.Contains(err.Error(), "gradient of ") || !strings.Contains(err.Error(), "layer ") {
				t.Errorf("Step returned %q, want it to name layer and parameter", err)
			}
			sameBits(t, "weights", allWeights(t, net), before)
			if err := o.Step(); !errors.Is(err, nn.ErrNoGradient) {
				t.Errorf("the next Step returned %v, want ErrNoGradient: the gradients are dropped", err)
			}
		})
	}
	t.Run("place", func(t *testing.T) {
		net := newNetwork(t, 2, []layer.Layer{layer.Dense(3), activation.Sigmoid(), layer.Dropout(0), layer.Dense(40)})
		o := newOptimizer(t, net, optim.SGD(0.1), nn.InspectGradients())
		if err := net.SetWeights(3, tensor.Matrix{Rows: 3, Cols: 40, Stride: 40, Data: make([]float32, 120)}, make([]float32, 40)); err != nil {
			t.Fatal(err)
		}
		// 2e38 twice overflows in the sum of the bias' gradient, while the
		// weights' gradients are halves of it, the first layer's zero.
		x := tensor.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: make([]float32, 4)}
		dy := tensor.Matrix{Rows: 2, Cols: 40, Stride: 40, Data: make([]float32, 80)}
		dy.Data[37], dy.Data[40+37] = 2e38, 2e38
		forwardBackward(t, net, x, dy)
		if err := o.Step(); err == nil || !strings.Contains(err.Error(), "layer 3 (dense 3→40): gradient of bias [0][37] is +Inf") {
			t.Errorf("Step returned %v, want it to name element 37 of the bias of layer 3", err)
		}
	})
}

func TestOptimizerNeedsGradients(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	net := newNetwork(t, 4, []layer.Layer{layer.Dense(2)})
	opt := newOptimizer(t, net, optim.SGD(0.1))
	x, dy := randomMatrix(rng, 3, 4, 0), randomMatrix(rng, 3, 2, 0)
	if err := opt.Step(); !errors.Is(err, nn.ErrNoGradient) {
		t.Errorf("Step before Backward: %v, want ErrNoGradient", err)
	}
	if err := net.Backward(dy); !errors.Is(err, nn.ErrNoForward) {
		t.Errorf("Backward before Forward: %v, want ErrNoForward", err)
	}
	// Two Backwards add up.
	forwardBackward(t, net, x, dy)
	once := gradients(t, net)
	if err := net.Backward(dy); err != nil {
		t.Fatal(err)
	}
	for i, g := range gradients(t, net) {
		if !(math.Abs(float64(g-2*once[i])) <= 16*unit*math.Abs(float64(g))+8*unit) {
			t.Errorf("gradient %d is %v after two passes, want twice %v", i, g, once[i])
		}
	}
	step(t, opt)
	if err := net.Backward(dy); !errors.Is(err, nn.ErrNoForward) {
		t.Errorf("Backward with activations of weights that are no more: %v, want ErrNoForward", err)
	}
	if _, _, err := net.Gradients(0); !errors.Is(err, nn.ErrNoGradient) {
		t.Errorf("Gradients after the step: %v, want ErrNoGradient", err)
	}
	// What is gathered after a step starts afresh.
	forwardBackward(t, net, x, dy)
	sameBits(t, "gradients", gradients(t, net), once)
}

func TestOptimizerValidates(t *testing.T) {
	net := newNetwork(t, 2, []layer.Layer{layer.Dense(2)})
	for name, f := range map[string]func() error{
		"no rule":  func() error { _, err := nn.NewOptimizer(net, nil); return err },
		"bad rule": func() error { _, err := nn.NewOptimizer(net, optim.SGD(math.NaN())); return err },
		"bad schedule": func() error {
			_, err := nn.NewOptimizer(net, optim.SGD(1), nn.Schedule(optim.Cosine(optim.Over(0))))
			return err
		},
		"clip zero":  func() error { _, err := nn.NewOptimizer(net, optim.SGD(1), nn.ClipNorm(0)); return err },
		"clip NaN":   func() error { _, err := nn.NewOptimizer(net, optim.SGD(1), nn.ClipNorm(math.NaN())); return err },
		"accumulate": func() error { _, err := nn.NewOptimizer(net, optim.SGD(1), nn.Accumulate(0)); return err },
		"no loss":    func() error { _, err := nn.NewTrainer(net, nil, optim.SGD(1)); return err },
		"nothing to train": func() error {
			_, err := nn.NewOptimizer(newNetwork(t, 2, []layer.Layer{activation.ReLU()}), optim.SGD(1))
			return err
		},
	} {
		var bad *nn.HyperparameterError
		if err := f(); !errors.As(err, &bad) {
			t.Errorf("%s: %v, want a *HyperparameterError", name, err)
		}
	}
}

func TestStepActivationPredictsButDoesNotTrain(t *testing.T) {
	// AND: the neuron fires if both inputs are 1.
	net := newNetwork(t, 2, []layer.Layer{layer.Dense(1), activation.Heaviside()})
	if err := net.SetWeights(0, tensor.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{1, 1}}, []float32{-1.5}); err != nil {
		t.Fatal(err)
	}
	x := tensor.Matrix{Rows: 4, Cols: 2, Stride: 2, Data: []float32{0, 0, 0, 1, 1, 0, 1, 1}}
	y, err := net.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	sameBits(t, "AND", y.Data, []float32{0, 0, 0, 1})
	_, errForward := net.Forward(x)
	_, errTrainer := nn.NewTrainer(net, loss.MSE(), optim.SGD(1))
	_, errOptimizer := nn.NewOptimizer(net, optim.SGD(1))
	for what, err := range map[string]error{"Forward": errForward, "NewTrainer": errTrainer, "NewOptimizer": errOptimizer} {
		var where *nn.LayerError
		if !errors.Is(err, nn.ErrUntrainable) || !errors.As(err, &where) || where.Name != "0" || !strings.Contains(err.Error(), "derivative") {
			t.Errorf("%s: %v, want a *LayerError about layer 0 that says why", what, err)
		}
	}
}
