package nn

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestStepIsWhole takes steps on numbers of all sizes: each leaves parameters and the
// optimizer's state finite, or as they were with a *NonFiniteError. It is
// refused only if something would not have been finite, and what it does is what
// a step does that looks at every gradient first.
func TestStepIsWhole(t *testing.T) {
	sizes := []float64{1, 1, 1e5, 1e12, 1e18, 1e19, 1e24, 1e30, 1e37, 3e38}
	special := []float32{float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), 3e38, -3e38, 1e20}
	rounds := 3
	if testing.Short() {
		rounds = 1
	}
	eachStepBackend(t, func(t *testing.T, b blas.Backend, opts ...Option) {
		taken, refused := 0, 0
		for k, kind := range stepKinds {
			for l, r := range stepRules {
				if testing.Short() && (k+l)%3 != 0 {
					continue
				}
				rng := rand.New(rand.NewPCG(uint64(len(kind.name)), uint64(len(r.name))))
				pick := func() float32 { return float32(sizes[rng.IntN(len(sizes))]) }
				for round := range rounds {
					fill := func(m tensor.Matrix, scale float32) {
						for i := range m.Rows {
							for j := range rowOf(m, i) {
								rowOf(m, i)[j] = scale * float32(rng.Float64()*2-1)
							}
						}
					}
					rows := 1 + rng.IntN(9)
					x, values := newMatrix(rows, 6), newMatrix(rows, 3)
					weights := pick()
					if round%2 == 0 {
						weights = 1
					}
					trainers := make([]*Trainer, 2)
					for i, check := range [][]OptimizerOption{nil, {InspectGradients()}} {
						net, err := New(tensor.Shape{6}, layer.Stack(kind.layers...), append(opts, Backend(b), Seed(uint64(round)))...)
						if err != nil {
							t.Fatal(err)
						}
						defer net.Close()
						net.eachParameter(func(values []float32) { net.backend.Kernels().Scale(weights, values) })
						for _, b := range net.blocks {
							b.plan.Refresh()
						}
						if trainers[i], err = NewTrainer(net, loss.MSE(), r.rule, check...); err != nil {
							t.Fatal(err)
						}
					}
					for step := range 4 {
						fill(x, pick())
						fill(values, pick())
						if rng.IntN(3) == 0 {
							rowOf(x, rng.IntN(rows))[rng.IntN(6)] = special[rng.IntN(len(special))]
						}
						if rng.IntN(4) == 0 { // nothing to learn: gradients of 0 times what may be infinite
							if y, err := trainers[0].net.Predict(x); err == nil && allFinite(y.Data) {
								copyRows(values, y)
							}
						}
						what := fmt.Sprintf("%s, %s, round %d, step %d", kind.name, r.name, round, step)
						target := data.Values(values)
						var bits [2][2][]float32
						var errs [2]error
						for i, tr := range trainers {
							want := raw(t, tr, x, target)
							params, slots := state(tr)
							steps := tr.opt.Steps()
							_, errs[i] = tr.Step(x, target)
							newParams, newSlots := state(tr)
							bits[i] = [2][]float32{newParams, newSlots}
							if errs[i] == nil {
								taken++
								if !want && tr.chain == nil { // whose gradients are rounded otherwise
									t.Fatalf("%s: the step was taken, want an error", what)
								}
								if !allFinite(newParams) || !allFinite(newSlots) || tr.opt.Steps() != steps+1 {
									t.Fatalf("%s: not everything is finite after %d steps", what, tr.opt.Steps())
								}
								continue
							}
							refused++
							var nonFinite *NonFiniteError
							if !errors.As(errs[i], &nonFinite) || nonFinite.Step != steps+1 {
								t.Fatalf("%s: %v, want a *NonFiniteError of step %d", what, errs[i], steps+1)
							}
							if want && tr.chain == nil {
								t.Fatalf("%s: %v, but everything would have been finite", what, errs[i])
							}
							if !slices.Equal(newParams, params) || !slices.Equal(newSlots, slots) || tr.opt.Steps() != steps {
								t.Fatalf("%s: %v, and something has changed", what, errs[i])
							}
						}
						if (errs[0] == nil) != (errs[1] == nil) {
							t.Fatalf("%s: error %v, with a gradient check %v", what, errs[0], errs[1])
						}
						for i := range bits[0] {
							if !slices.Equal(bits[0][i], bits[1][i]) {
								t.Fatalf("%s: the bits are not those of a step with a gradient check", what)
							}
						}
					}
				}
			}
		}
		if taken < 100 || refused < 100 {
			t.Errorf("%d steps taken, %d refused: the test does not say much", taken, refused)
		}
	})
}

// TestStepRefuses lists what a step has to see before it writes.
func TestStepRefuses(t *testing.T) {
	const inf, huge = math.MaxFloat32 * 2, 3e38
	ones := func(rows, cols int) tensor.Matrix { return testMatrix(rows, cols, func(_, _ int) float32 { return 1 }) }
	with := func(m tensor.Matrix, v float64) tensor.Matrix { m.Data[0] = float32(v); return m }
	for _, c := range []struct {
		name   string
		layers []layer.Layer
		rule   optim.Rule
		before func(*Network)
		x, t   tensor.Matrix
	}{
		{"a target of 3e38", []layer.Layer{layer.Dense(3)}, optim.SGD(100), nil, ones(2, 6), with(ones(2, 3), huge)},
		{"a target of 3e38, Adam", []layer.Layer{layer.Dense(40), activation.ReLU(), layer.Dense(3)}, optim.Adam(0.1), nil, ones(2, 6), with(ones(2, 3), huge)},
		{"an input of +Inf under ReLU", []layer.Layer{layer.Dense(40), activation.ReLU(), layer.Dense(3)}, optim.SGD(0.1), func(n *Network) { first(n, 40, -1) }, with(ones(2, 6), inf), ones(2, 3)},
		{"an input of -Inf under ReLU", []layer.Layer{layer.Dense(40), activation.ReLU(), layer.Dense(3)}, optim.SGD(0.1), func(n *Network) { first(n, 40, 1) }, with(ones(2, 6), -inf), ones(2, 3)},
		{"a square that overflows Adam's v", []layer.Layer{layer.Dense(40), layer.Dense(3)}, optim.Adam(0.1), nil, with(ones(2, 6), 1e25), ones(2, 3)},
		// y = 3.4e36, the gradients of this output are -4.4e36 times an input.
		{"a parameter near the limit", []layer.Layer{layer.Dense(3)}, optim.SGD(50), func(n *Network) { first(n, 1, 3.4e38) }, with(testMatrix(1, 6, zero), 1e-2), with(ones(1, 3), 1e37)},
		{"overflow in the first layer only", []layer.Layer{layer.Dense(40), activation.Tanh(), layer.Dense(3)}, optim.SGD(1e5), func(n *Network) { first(n, 40, 1e-37) }, with(testMatrix(1, 6, zero), 1e37), ones(1, 3)},
		// The first layer's sums overflow, the second makes zeros of them.
		{"an activation that is infinite and hidden", []layer.Layer{layer.Dense(40), activation.ReLU(), layer.Dense(40), activation.ReLU(), layer.Dense(3)}, optim.SGD(0.1), func(n *Network) { first(n, 40, 10); setAll(n, 2, -1) },
			with(testMatrix(1, 6, zero), huge), testMatrix(1, 3, func(_, _ int) float32 { return 1e-30 })},
		{"all of it in a small network", []layer.Layer{layer.Dense(4), activation.ReLU(), layer.Dense(3)}, optim.Adam(0.1), nil, with(ones(2, 6), 1e25), ones(2, 3)},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachStepBackend(t, func(t *testing.T, b blas.Backend, opts ...Option) {
				net, err := New(tensor.Shape{6}, layer.Stack(c.layers...), append(opts, Backend(b), Seed(7))...)
				if err != nil {
					t.Fatal(err)
				}
				defer net.Close()
				if c.before != nil {
					c.before(net)
				}
				tr, err := NewTrainer(net, loss.MSE(), c.rule)
				if err != nil {
					t.Fatal(err)
				}
				before, _ := state(tr)
				_, err = tr.Step(c.x, data.Values(c.t))
				var nonFinite *NonFiniteError
				if !errors.As(err, &nonFinite) || isFinite(float32(nonFinite.Value)) {
					t.Fatalf("got %v, want a *NonFiniteError", err)
				}
				if after, slots := state(tr); !slices.Equal(before, after) || slices.ContainsFunc(slots, func(v float32) bool { return v != 0 }) {
					t.Error("something has changed")
				}
				// It goes on as if nothing had been.
				if !strings.Contains(c.name, "parameter") {
					if _, err := tr.Step(ones(2, 6), data.Values(ones(2, 3))); err != nil {
						t.Error(err)
					}
				}
			})
		})
	}
}

// first sets the weights of input 0 to the first outputs.
func first(n *Network, outputs int, v float32) {
	w, b, err := n.Weights(0)
	if err != nil {
		panic(err)
	}
	for j := range outputs {
		w.Data[j] = v
	}
	if err := n.SetWeights(0, w, b); err != nil {
		panic(err)
	}
}

// setAll sets all weights of a layer.
func setAll(n *Network, which int, v float32) {
	w, b, err := n.Weights(which)
	if err != nil {
		panic(err)
	}
	for i := range w.Data {
		w.Data[i] = v
	}
	if err := n.SetWeights(which, w, b); err != nil {
		panic(err)
	}
}

func zero(_, _ int) float32 { return 0 }

// TestFunctionsAreBounded: no function of the catalogue is steeper than it says, nor larger.
func TestFunctionsAreBounded(t *testing.T) {
	z := []float32{0}
	for v := float32(1e-30); v < 1e30; v *= 1.1 {
		z = append(z, v, -v)
	}
	for _, k := range kernels.Sets() {
		for _, name := range activation.Catalog().Names() {
			l, err := activation.Catalog().Parse(name)
			if err != nil {
				t.Fatal(err)
			}
			g, err := build(tensor.Shape{len(z)}, l, &config{backend: withKernels{openBackend(t, "gonum"), k}})
			if err != nil {
				t.Fatal(err)
			}
			f := g.nodes[0].f
			if f == nil { // it has parameters
				continue
			}
			y, slope := make([]float32, len(z)), make([]float32, len(z))
			f.activate(y, z)
			if f.Slope != nil {
				predicted := slices.Clone(y)
				f.Slope(y, slope, z)
				if !slices.Equal(predicted, y) {
					t.Errorf("%s, %s: Apply and Slope differ", k.ISA, name)
				}
			} else if f.Trainable() {
				for i := range slope {
					slope[i] = 1
				}
				f.derive(slope, slices.Clone(slope), y)
			}
			for i := range z {
				if !(math.Abs(float64(y[i])) <= f.Steepest*(math.Abs(float64(z[i]))+1)) {
					t.Fatalf("%s, %s: f(%v) = %v", k.ISA, name, z[i], y[i])
				}
				if !(math.Abs(float64(slope[i])) <= f.Steepest*(1+1e-6)) {
					t.Fatalf("%s, %s: f'(%v) = %v", k.ISA, name, z[i], slope[i])
				}
			}
		}
	}
}

// withKernels is a backend with kernels of another ISA.
type withKernels struct {
	blas.Backend
	set *kernels.Set
}

func (b withKernels) Kernels() *kernels.Set { return b.set }

// TestBoundsHold trains for thousands of steps and sees that no parameter and no state
// exceeds its bounds, and that bounds are of use: they are seldom measured.
func TestBoundsHold(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, r := range stepRules {
		net, err := New(tensor.Shape{6}, layer.Stack(layer.Dense(40), activation.ReLU(), layer.Dense(3)), Seed(5))
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		tr, err := NewTrainer(net, loss.MSE(), r.rule)
		if err != nil {
			t.Fatal(err)
		}
		if !tr.opt.bounded {
			continue
		}
		unforeseen := 0
		for step := range 2000 {
			x := testMatrix(8, 6, func(_, _ int) float32 { return float32(rng.NormFloat64()) })
			y := testMatrix(8, 3, func(_, _ int) float32 { return float32(rng.NormFloat64()) })
			if _, err := tr.Step(x, data.Values(y)); err != nil {
				break // some rates are absurd
			}
			if tr.opt.version != net.version {
				unforeseen++
				continue
			}
			for _, tr := range tr.opt.trainables {
				for _, p := range tr.pieces {
					g := p.member.group
					if g == nil || g.elements == nil {
						continue
					}
					if top := tr.largest(tr.values()[p.lo:p.hi]); !(top <= g.bounds.Param) {
						t.Fatalf("%s, step %d: parameter %v exceeds its bounds %v", r.name, step, top, g.bounds)
					}
					for s := range g.slots {
						if top := tr.largest(tr.slots[s][p.lo:p.hi]); !(top <= g.bounds.Slots[s]) {
							t.Fatalf("%s, step %d: slot %d, %v, exceeds its bounds %v", r.name, step, s, top, g.bounds)
						}
					}
				}
			}
		}
		if unforeseen > 100 {
			t.Errorf("%s: %d of 2000 steps were not foreseen", r.name, unforeseen)
		}
	}
}

// TestFusedStagesOfThePackage trains parameters that are no block's with updates on the
// spot and by way of gathered gradients: every parameter learns, to the same bits.
func TestFusedStagesOfThePackage(t *testing.T) {
	eachStepBackend(t, func(t *testing.T, b blas.Backend, opts ...Option) {
		for _, kind := range stepKinds {
			for _, r := range stepRules {
				var want []float32
				for _, check := range [][]OptimizerOption{nil, {InspectGradients()}} {
					net, err := New(tensor.Shape{6}, layer.Stack(kind.layers...), append(opts, Backend(b), Seed(3))...)
					if err != nil {
						t.Fatal(err)
					}
					defer net.Close()
					tr, err := NewTrainer(net, loss.MSE(), r.rule, check...)
					if err != nil {
						t.Fatal(err)
					}
					before := flatWeights(net)
					rng := rand.New(rand.NewPCG(8, 9))
					for range 3 {
						x := testMatrix(7, 6, func(_, _ int) float32 { return float32(rng.NormFloat64()) })
						y := testMatrix(7, 3, func(_, _ int) float32 { return float32(rng.NormFloat64()) })
						if _, err := tr.Step(x, data.Values(y)); err != nil {
							break // of absurd rates
						}
					}
					after := flatWeights(net)
					if want == nil {
						want = after
						i := 0
						for _, tr := range tr.opt.trainables {
							n := len(tr.values())
							still := !slices.ContainsFunc(tr.members, func(m *member) bool { return m.group != nil })
							if slices.Equal(before[i:i+n], after[i:i+n]) != still && kind.name != "what shrinks" {
								t.Errorf("%s, %s: %s has not learnt", kind.name, r.name, tr.node.desc)
							}
							i += n
						}
					}
					if !slices.Equal(after, want) {
						t.Errorf("%s, %s: fused and gathered steps differ", kind.name, r.name)
					}
				}
			}
		}
	})
}
