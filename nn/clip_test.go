package nn

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

var clips = map[string]OptimizerOption{
	"norm": ClipNorm(0.05), "inf norm": ClipInfNorm(0.02), "value": ClipValue(0.02), "adaptive": ClipAdaptive(0.01, 0.001),
}

// TestClippingCountsTheWhole: accumulated halves of a batch are clipped as the batch is, also with stages, frozen tensors
// and rules of matrices, and any number of workers gives the same bits.
func TestClippingCountsTheWhole(t *testing.T) {
	rule := optim.Groups(optim.Muon(0.05, optim.On("layers.2.weight"), optim.Others(optim.SGD(0.5))), optim.ByName("layers.1.bias").Freeze())
	layers := []layer.Layer{layer.Dense(300), layer.LayerNorm(), layer.Dense(250), denseAlone{20}, layer.Dense(3)}
	x, target := ruleBatch(1)
	x.Rows = 6
	target.Values.Rows = 6
	half := func(i int) (tensor.Matrix, data.Target) {
		rows := func(m tensor.Matrix) tensor.Matrix {
			return tensor.Matrix{Rows: 3, Cols: m.Cols, Stride: m.Stride, Data: m.Data[3*i*m.Stride:]}
		}
		return rows(x), data.Values(rows(target.Values))
	}
	for name, clip := range clips {
		t.Run(name, func(t *testing.T) {
			var all [][]float32
			for _, workers := range []int{1, 3, 1} {
				b, err := backends.Open("native", backends.Options{Workers: workers})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { b.Close() })
				if len(all) < 2 {
					tr := ruleTrainer(t, b, layers, rule, clip)
					for range 3 {
						if _, err := tr.Step(x, target); err != nil {
							t.Fatal(err)
						}
					}
					all = append(all, flatWeights(tr.net))
					continue
				}
				tr := ruleTrainer(t, b, layers, rule, clip, Accumulate(2))
				for i := range 6 {
					if _, err := tr.Step(half(i % 2)); err != nil {
						t.Fatal(err)
					}
				}
				all = append(all, flatWeights(tr.net))
			}
			if !slices.Equal(all[0], all[1]) {
				t.Error("three workers give other bits than one")
			}
			for i, want := range all[0] {
				if diff := math.Abs(float64(all[2][i] - want)); !(diff <= 1e-4*(1+math.Abs(float64(want)))) {
					t.Fatalf("parameter %d is %v of halves, want %v", i, all[2][i], want)
				}
			}
		})
	}
}

// TestClippingLimits: what is beyond a limit is within it afterwards, and gradients that are not finite are errors rather
// than clipped. With a rate of 1, SGD takes the gradient off the parameters.
func TestClippingLimits(t *testing.T) {
	b := openRules(t, "native", "")
	x, target := ruleBatch(2)
	for name, clip := range clips {
		tr := ruleTrainer(t, b, []layer.Layer{layer.Dense(3)}, optim.SGD(1), clip)
		before := flatWeights(tr.net)
		if _, err := tr.Step(x, target); err != nil {
			t.Fatal(err)
		}
		sum, top := 0.0, 0.0
		for i, v := range flatWeights(tr.net) {
			d := math.Abs(float64(v - before[i]))
			sum, top = sum+d*d, max(top, d)
		}
		norm := math.Sqrt(sum)
		limits := map[string]float64{"norm": 0.05 - norm, "inf norm": 0.02 - top, "value": 0.02 - top, "adaptive": 0.05 - norm}
		if room := limits[name]; !(room >= -1e-6 && top > 0) {
			t.Errorf("%s: a gradient of norm %v, largest %v, is beyond its limit", name, norm, top)
		}
		huge := testMatrix(7, 6, func(i, j int) float32 { return 3e38 })
		before = flatWeights(tr.net)
		var bad *NonFiniteError
		if _, err := tr.Step(huge, target); !errors.As(err, &bad) || !slices.Equal(before, flatWeights(tr.net)) {
			t.Errorf("%s: error %v of a gradient that is infinite, want a *NonFiniteError and no step", name, err)
		}
	}
	net := ruleTrainer(t, b, []layer.Layer{layer.Dense(3)}, optim.SGD(1)).net
	if _, err := NewTrainer(net, loss.MSE(), optim.SGD(1), ClipNorm(1), ClipValue(1)); err == nil {
		t.Error("two ways to clip go into one optimizer")
	}
}

// TestAdaptiveClippingByNeuron: a tensor's neurons are limited each for itself, whatever dimensions it has: here those of
// each feature, of three inputs. With a rate of 1, SGD takes the gradient off the parameters.
func TestAdaptiveClippingByNeuron(t *testing.T) {
	const factor, least, in = 0.01, 0.001, 3
	tr := ruleTrainer(t, openRules(t, "native", ""), []layer.Layer{layer.FeatureDense(2, 4), layer.Dense(3)}, optim.SGD(1), ClipAdaptive(factor, least))
	before := slices.Clone(tr.net.stages[0].params[0].Value)
	if _, err := tr.Step(ruleBatch(1)); err != nil {
		t.Fatal(err)
	}
	for lo := 0; lo < len(before); lo += in {
		weights, change := 0.0, 0.0
		for i := lo; i < lo+in; i++ {
			d := float64(tr.net.stages[0].params[0].Value[i] - before[i])
			weights, change = weights+float64(before[i])*float64(before[i]), change+d*d
		}
		if limit := factor * max(math.Sqrt(weights), least); !(math.Sqrt(change) <= limit*(1+1e-3)) || change == 0 {
			t.Errorf("neuron %d moves by %v, want up to %v", lo/in, math.Sqrt(change), limit)
		}
	}
}

// TestAdaptiveClippingOfFrozen: a block that is frozen, the largest one, is left alone.
func TestAdaptiveClippingOfFrozen(t *testing.T) {
	rule := optim.Groups(optim.SGD(0.1), optim.ByName("layers.0.*").Freeze())
	tr := ruleTrainer(t, openRules(t, "native", ""), []layer.Layer{layer.Dense(40), layer.Dense(3)}, rule, ClipAdaptive(0.01, 0.001))
	ruleSteps(t, tr, 0, 2)
}
