package nn

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// catalogueRules are all rules of the catalogue that take any tensor, as their names and examples
// spell them, and, around each of them, those that take other rules.
func catalogueRules(t *testing.T) (list []optim.Rule) {
	t.Helper()
	seen := map[string]bool{}
	add := func(r optim.Rule) {
		for _, p := range optim.Rules().Parts() {
			seen[p.Name] = seen[p.Name] || strings.HasPrefix(r.String(), p.Name)
		}
		list = append(list, r)
	}
	var plain []optim.Rule
	for _, p := range optim.Rules().Parts() {
		for _, text := range []string{p.Name, p.Example} {
			r, err := optim.Rules().Parse(text)
			if err != nil || p.Name == "muon" { // it needs another one
				continue
			}
			if _, divides := r.(optim.Assigner); !divides {
				plain = append(plain, r)
			}
		}
	}
	for i, r := range plain {
		add(r)
		if i%2 == 0 { // the next has the same rules around it
			add(optim.Muon(0.02, optim.On("layers.0.weight"), optim.Others(r)))
			continue
		}
		biases, first := optim.ByRole(tensor.Bias).RateFactor(0.5), optim.ByName("layers.0.*").RateFactor(2)
		if _, decays := r.(optim.Decayer); decays {
			biases, first = biases.Decay(0), optim.ByName("layers.0.*").Decay(0.1)
		}
		add(optim.Groups(r, biases, first))
		add(optim.EMA(r, 0.9))
		add(optim.EMA(optim.Groups(optim.Muon(0.02, optim.On("*.weight"), optim.Others(r)), optim.ByName("layers.0.bias").Freeze()), 0.8))
	}
	for _, p := range optim.Rules().Parts() {
		if !seen[p.Name] {
			t.Errorf("no rule is a %s", p.Name)
		}
	}
	return list
}

// ruleKinds are networks that rules are tried on: a chain, plans, and stages among them.
var ruleKinds = []struct {
	name   string
	layers []layer.Layer
}{
	{"chain", []layer.Layer{layer.Dense(5), activation.Tanh(), layer.Dense(3)}},
	{"plans", []layer.Layer{layer.Dense(37), activation.ReLU(), layer.Dense(41), activation.Tanh(), layer.Dense(3)}},
	{"stages", []layer.Layer{layer.Dense(33), activation.Tanh(), denseAlone{20}, activation.Tanh(), layer.Dense(3)}},
	{"wide", []layer.Layer{layer.Dense(300), activation.Tanh(), layer.Dense(250), layer.Dense(3)}}, // shared out
}

// ruleWays are the ways in which a step is taken.
var ruleWays = []struct {
	name string
	opts []OptimizerOption
}{
	{"as it goes", nil},
	{"gathered", []OptimizerOption{InspectGradients()}},
	{"accumulated", []OptimizerOption{Accumulate(2)}},
	{"clipped", []OptimizerOption{ClipNorm(0.1)}},
}

func ruleTrainer(t *testing.T, b blas.Backend, layers []layer.Layer, rule optim.Rule, opts ...OptimizerOption) *Trainer {
	t.Helper()
	net, err := New(tensor.Shape{6}, layer.Stack(layers...), Backend(b), Seed(11), Init(initial.GlorotUniform()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	tr, err := NewTrainer(net, loss.MSE(), rule, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// ruleBatch is a batch, of an odd number of rows, that depends on nothing but its number.
func ruleBatch(i int) (tensor.Matrix, data.Target) {
	rng := rand.New(rand.NewPCG(5, uint64(i)))
	normal := func(_, _ int) float32 { return float32(rng.NormFloat64()) }
	return testMatrix(7, 6, normal), data.Values(testMatrix(7, 3, normal))
}

func ruleSteps(t *testing.T, tr *Trainer, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		x, target := ruleBatch(i)
		if _, err := tr.Step(x, target); err != nil {
			t.Fatal(err)
		}
	}
}

// TestGroupsOfOneRate: groups whose factor float32 cannot tell from 1 change not a bit, though they are
// groups, nor does a group that is all of the rule.
func TestGroupsOfOneRate(t *testing.T) {
	near := math.Nextafter(1, 2)
	eachRuleBackend(t, func(t *testing.T, b blas.Backend) {
		for _, rule := range catalogueRules(t) {
			if strings.HasPrefix(rule.String(), "groups(") {
				continue // whose own factors a later group would replace
			}
			for _, kind := range ruleKinds {
				if kind.name == "wide" && (testing.Short() || b.Kernels().Width == 1) {
					continue // Muon takes half a second for a step
				}
				for _, way := range ruleWays {
					want := ruleTrainer(t, b, kind.layers, rule, way.opts...)
					ruleSteps(t, want, 0, 4)
					for _, f := range []float64{1, near} {
						got := ruleTrainer(t, b, kind.layers, optim.Groups(rule, optim.ByRole(tensor.Bias).RateFactor(f)), way.opts...)
						cut := slices.ContainsFunc(got.opt.trainables, func(t *trainable) bool { return t.param != nil || t.cut })
						if f == 1 && len(got.opt.groups) != len(want.opt.groups) || f != 1 && !cut {
							t.Fatalf("%s: a factor of %v makes %d groups of %d", rule, f, len(got.opt.groups), len(want.opt.groups))
						}
						ruleSteps(t, got, 0, 4)
						if !slices.Equal(flatWeights(got.net), flatWeights(want.net)) {
							t.Errorf("%s, %s, %s: a factor of %v changes bits", rule, kind.name, way.name, f)
						}
					}
				}
			}
		}
	})
}

// eachRuleBackend runs a subtest on native, with and without chains, on the lowest and the highest ISA.
func eachRuleBackend(t *testing.T, test func(t *testing.T, b blas.Backend)) {
	sets := kernels.Sets()
	for _, k := range []*kernels.Set{sets[0], sets[len(sets)-1]} {
		t.Run("isa="+k.ISA, func(t *testing.T) { test(t, openRules(t, "native", k.ISA)) })
	}
}

// counted counts the calls of a rule.
type counted struct {
	optim.Rule
	calls *atomic.Int64
}

func (r counted) Bind(k *kernels.Set) optim.Stepper {
	return &countedStepper{optim.Bind(r.Rule, k).(optim.Elementwise), r.calls}
}

type countedStepper struct {
	optim.Elementwise
	calls *atomic.Int64
}

func (s *countedStepper) Update(p, grad []float32, slots [optim.MaxSlots][]float32) {
	s.calls.Add(1)
	s.Elementwise.Update(p, grad, slots)
}

func (s *countedStepper) Bound(b *optim.Bounds, grad float64) float64 {
	return s.Elementwise.(optim.Bounder).Bound(b, grad)
}

// TestOneGroupIsOneCall: without groups, and with one, a rule is called as often; with a group of biases,
// once more for each panel.
func TestOneGroupIsOneCall(t *testing.T) {
	b := openRules(t, "native", "")
	for _, kind := range ruleKinds {
		var calls [3]int64
		for i, groups := range [][]optim.Group{nil, {optim.ByRole(tensor.Bias, tensor.Weight).RateFactor(0.5)}, {optim.ByRole(tensor.Bias).RateFactor(0.5)}} {
			n := new(atomic.Int64)
			tr := ruleTrainer(t, b, kind.layers, optim.Groups(counted{optim.Adam(0.01), n}, groups...))
			ruleSteps(t, tr, 0, 2)
			calls[i] = n.Load()
		}
		if calls[0] == 0 || calls[1] != calls[0] || calls[2] <= calls[0] || kind.name != "stages" && calls[2] > 2*calls[0] {
			t.Errorf("%s: %d calls without groups, %d with one, %d with two", kind.name, calls[0], calls[1], calls[2])
		}
	}
}

// oracle is what a tensor is in float64.
type oracle struct {
	p, m, v []float64
	factor  float64
	decay   float64
	frozen  bool
}

// TestGroupsAgainstFloat64 takes steps by AdamW's formula with the rate and the decay of each tensor,
// from gradients that Backward gives on a second network.
func TestGroupsAgainstFloat64(t *testing.T) {
	const rate, epsilon, beta1, beta2 = 0.01, 1e-2, 0.9, 0.99
	rule := optim.Groups(optim.AdamW(rate, optim.Betas(beta1, beta2), optim.Epsilon(epsilon), optim.Decay(0.3)),
		optim.ByRole(tensor.Bias).Decay(0).RateFactor(3),
		optim.ByName("layers.0.*").RateFactor(0.5),
		optim.ByName("layers.2.weight").Freeze())
	settings := func(name string) oracle {
		o := oracle{factor: 1, decay: 0.3}
		if strings.HasSuffix(name, "bias") {
			o.factor, o.decay = 3, 0
		}
		if strings.HasPrefix(name, "layers.0.") {
			o.factor = 0.5
		}
		o.frozen = name == "layers.2.weight"
		return o
	}
	eachRuleBackend(t, func(t *testing.T, b blas.Backend) {
		for _, kind := range ruleKinds {
			for _, way := range ruleWays {
				t.Run(kind.name+"/"+way.name, func(t *testing.T) {
					tr := ruleTrainer(t, b, kind.layers, rule, way.opts...)
					probe := ruleTrainer(t, b, kind.layers, optim.SGD(0)).net
					tensors := map[string]*oracle{}
					list, err := tr.net.copyTensors()
					if err != nil {
						t.Fatal(err)
					}
					for _, f := range list {
						o := settings(f.name)
						for _, v := range f.data {
							o.p = append(o.p, float64(v))
						}
						o.m, o.v = make([]float64, len(o.p)), make([]float64, len(o.p))
						tensors[f.name] = &o
					}
					const steps = 5
					passes := tr.opt.accumulate
					for step := 1; step <= steps; step++ {
						if err := probe.CopyFrom(tr.net); err != nil {
							t.Fatal(err)
						}
						for pass := range passes {
							x, target := ruleBatch(step*passes + pass)
							y, err := probe.Forward(x)
							if err != nil {
								t.Fatal(err)
							}
							dy := newMatrix(y.Rows, y.Cols)
							tr.loss.mean(y, target, dy)
							if err := probe.Backward(dy); err != nil {
								t.Fatal(err)
							}
							if _, err := tr.Step(x, target); err != nil {
								t.Fatal(err)
							}
						}
						stepOracle(t, probe, tensors, step, 1/float64(passes), tr.opt.clip.limit, rate, epsilon, beta1, beta2)
						probe.dropGradients()
					}
					if list, err = tr.net.copyTensors(); err != nil {
						t.Fatal(err)
					}
					for _, f := range list {
						o := tensors[f.name]
						for i, v := range f.data {
							// Gradients are off by 1e-6 of the largest, which is about 1, and 1e-2 divides
							// them, so that each step is off by 1e-4 rates at most, and of numbers of about 1
							// a few roundings.
							if diff := math.Abs(float64(v) - o.p[i]); !(diff <= steps*(3*rate*1e-4+4*0x1p-24)) || o.frozen && diff != 0 {
								t.Fatalf("%s: element %d is %v, want %v", f.name, i, v, o.p[i])
							}
						}
					}
				})
			}
		}
	})
}

// stepOracle takes a step from the gradients of net, times scale.
func stepOracle(t *testing.T, net *Network, tensors map[string]*oracle, step int, scale, clip, rate, epsilon, beta1, beta2 float64) {
	t.Helper()
	grads := map[string][]float64{}
	squares := 0.0
	add := func(name string, values []float32) {
		for _, g := range values {
			grads[name] = append(grads[name], float64(g)*scale)
			if !tensors[name].frozen {
				squares += float64(g) * scale * float64(g) * scale
			}
		}
	}
	for _, n := range net.nodes {
		switch op := n.op.(type) {
		case *block:
			w, b, err := op.unpack(op.plan.Gradients())
			if err != nil {
				t.Fatal(err)
			}
			add(tensorName(n.name, "weight"), transposed(w.Data, op.in, op.out))
			add(tensorName(n.name, "bias"), b)
		case *staged:
			for _, p := range op.params {
				add(tensorName(n.name, p.Name), p.Grad)
			}
		}
	}
	coefficient := 1.0
	if clip > 0 {
		coefficient = min(1, clip/(math.Sqrt(squares)+1e-6))
	}
	for name, o := range tensors {
		if o.frozen {
			continue
		}
		own := rate * o.factor
		for i, g := range grads[name] {
			g *= coefficient
			o.p[i] *= 1 - own*o.decay
			o.m[i] = beta1*o.m[i] + (1-beta1)*g
			o.v[i] = beta2*o.v[i] + (1-beta2)*g*g
			m, v := o.m[i]/(1-math.Pow(beta1, float64(step))), o.v[i]/(1-math.Pow(beta2, float64(step)))
			o.p[i] -= own * m / (math.Sqrt(v) + epsilon)
		}
	}
}

// TestFrozen: what is frozen keeps its bits, has no state, is not looked at, and does not count in the
// norm.
func TestFrozen(t *testing.T) {
	b := openRules(t, "native", "")
	freeze := func(r optim.Rule) optim.Rule { return optim.Groups(r, optim.ByName("layers.0.*").Freeze()) }
	for _, rule := range catalogueRules(t) {
		for _, kind := range ruleKinds {
			for _, way := range ruleWays {
				tr := ruleTrainer(t, b, kind.layers, freeze(rule), way.opts...)
				before, err := tr.net.copyTensors()
				if err != nil {
					t.Fatal(err)
				}
				ruleSteps(t, tr, 0, 4)
				after, err := tr.net.copyTensors()
				if err != nil {
					t.Fatal(err)
				}
				for i := range before {
					frozen := strings.HasPrefix(before[i].name, "layers.0.")
					if slices.Equal(before[i].data, after[i].data) != frozen {
						t.Errorf("%s, %s, %s: %s is frozen: %t, changed: %t", rule, kind.name, way.name, before[i].name, frozen, frozen)
					}
				}
				s, err := tr.opt.State()
				if err != nil {
					t.Fatal(err)
				}
				for _, x := range s.Tensors {
					if strings.HasPrefix(x.Name, "layers.0.") {
						t.Errorf("%s: the state has %s", rule, x.Name)
					}
				}
			}
		}
	}
	// An input so large that the gradient of the first layer is infinite.
	tr := ruleTrainer(t, b, []layer.Layer{layer.Dense(40), activation.Tanh(), layer.Dense(3)}, freeze(optim.SGD(0.1)), InspectGradients())
	x, target := ruleBatch(0)
	for i := range x.Rows {
		rowOf(x, i)[0] = 3e38
	}
	if _, err := tr.Step(x, target); err != nil {
		t.Errorf("a gradient of what is frozen stops the step: %v", err)
	}
}

func TestGroupsRefuse(t *testing.T) {
	net := ruleTrainer(t, openRules(t, "native", ""), []layer.Layer{layer.Dense(40), denseAlone{3}}, optim.SGD(1)).net
	unknown := new(names.UnknownError)
	if _, err := NewOptimizer(net, optim.Groups(optim.SGD(1), optim.ByName("layer.0.weight").Freeze())); !errors.As(err, &unknown) || unknown.Nearest != "layers.0.weight" {
		t.Errorf("error %v, want one that suggests layers.0.weight", err)
	}
	for want, rule := range map[string]optim.Rule{
		"is not frozen": optim.Groups(optim.SGD(1), optim.ByRole(tensor.Weight, tensor.Bias).Freeze()),
		"layers.0.bias, a bias with dimensions [40], is no matrix":            optim.Muon(0.02, optim.On("layers.0.bias")),
		"none between the first and the last":                                 optim.Muon(0.02, optim.Others(optim.SGD(1))),
		"want an optim.Elementwise, an optim.Normwise or an optim.Matrixwise": neither{optim.SGD(1)},
		"rule that Assign has returned is nil":                                giver{optim.SGD(1), optim.Assignment{}},
		"factor of the rate is -1":                                            giver{optim.SGD(1), optim.Assignment{Rule: optim.SGD(1), RateFactor: -1}},
		"sgd: lr is NaN":                                                      giver{optim.SGD(1), optim.Assignment{Rule: optim.SGD(math.NaN())}},
		"ema(sgd(lr=1), decay=0.8) keeps an average already":                  optim.EMA(giver{optim.SGD(1), optim.Assignment{Rule: optim.EMA(optim.SGD(1), 0.8)}}, 0.5),
		"ema(sgd(lr=1), decay=0.9) keeps an average already":                  optim.EMA(optim.Muon(0.02, optim.On("layers.0.weight"), optim.Others(optim.Groups(optim.EMA(optim.SGD(1), 0.9)))), 0.5),
	} {
		if _, err := NewOptimizer(net, rule); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	// A factor may make a rate of what is one that is none.
	tr := ruleTrainer(t, net.backend, []layer.Layer{layer.Dense(3)}, optim.Groups(optim.SGD(1e30), optim.ByRole(tensor.Bias).RateFactor(1e30)))
	before := flatWeights(tr.net)
	x, target := ruleBatch(0)
	if _, err := tr.Step(x, target); err == nil || !strings.Contains(err.Error(), "rate is 1.0000000000000001e+60") || !slices.Equal(before, flatWeights(tr.net)) {
		t.Errorf("error %v, want one about a rate of 1e60, and no step", err)
	}
}

// neither is a rule whose stepper does nothing.
type neither struct{ optim.Rule }

func (neither) Stepper() optim.Stepper          { return beginner{} }
func (neither) Bind(*kernels.Set) optim.Stepper { return beginner{} }

type beginner struct{}

func (beginner) Begin(int, float64) {}

// giver assigns the same to all.
type giver struct {
	optim.Rule
	what optim.Assignment
}

func (g giver) Assign(list []tensor.Tensor) ([]optim.Assignment, error) {
	return slices.Repeat([]optim.Assignment{g.what}, len(list)), nil
}

// TestScheduleScalesGroups: a schedule is asked about each rate that a rule has, and a factor comes
// after it.
func TestScheduleScalesGroups(t *testing.T) {
	tr := ruleTrainer(t, openRules(t, "native", ""), []layer.Layer{layer.Dense(3)},
		optim.Groups(optim.SGD(0.5), optim.ByRole(tensor.Bias).RateFactor(4)), Schedule(optim.Warmup(2, optim.Constant())))
	for step, want := range []float64{0.25, 0.5, 0.5} {
		w, bias, err := tr.net.Weights(0)
		if err != nil {
			t.Fatal(err)
		}
		x, target := ruleBatch(step)
		y, err := tr.net.Forward(x)
		if err != nil {
			t.Fatal(err)
		}
		dy := newMatrix(y.Rows, y.Cols)
		tr.loss.mean(y, target, dy)
		if err := tr.net.Backward(dy); err != nil {
			t.Fatal(err)
		}
		dw, db, err := tr.net.Gradients(0)
		if err != nil {
			t.Fatal(err)
		}
		if err := tr.opt.Step(); err != nil {
			t.Fatal(err)
		}
		newW, newBias, err := tr.net.Weights(0)
		if err != nil {
			t.Fatal(err)
		}
		near := func(got, from, rate float64, g float32) bool {
			return math.Abs(got-(from-rate*float64(g))) <= 4*0x1p-24*(math.Abs(from)+rate*math.Abs(float64(g)))
		}
		if !near(float64(newW.Data[0]), float64(w.Data[0]), want, dw.Data[0]) || !near(float64(newBias[0]), float64(bias[0]), 4*want, db[0]) || tr.opt.Rate() != want {
			t.Errorf("step %d: rate %v, want %v, and 4 times that for biases", step+1, tr.opt.Rate(), want)
		}
	}
}

func openRules(t *testing.T, name, isa string) blas.Backend {
	t.Helper()
	b, err := openFor(name, isa)
	if err != nil {
		t.Fatal(fmt.Errorf("%s on %s: %w", name, isa, err))
	}
	t.Cleanup(func() { b.Close() })
	return b
}
