package nn

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestStepSeesWhatOthersChanged makes a parameter of each kind of network so large that the
// next step overflows, behind the optimizer's back: by each way in which others than it
// change parameters.
func TestStepSeesWhatOthersChanged(t *testing.T) {
	// A target this far away moves the outputs' biases by 4e37 at a rate of 50.
	x := testMatrix(1, 6, zero)
	target := data.Values(testMatrix(1, 3, func(_, _ int) float32 { return 1e36 }))
	const near = 3.4e38
	// raise sets the first bias of the last layer to near the limit, where there is a block.
	raise := func(net *Network) bool {
		for i := len(net.Layers()) - 1; i >= 0; i-- {
			if w, b, err := net.Weights(i); err == nil {
				b[0] = near
				if net.SetWeights(i, w, b) != nil {
					panic("SetWeights")
				}
				return i == len(net.Layers())-1
			}
		}
		return false
	}
	eachStepBackend(t, func(t *testing.T, b blas.Backend, opts ...Option) {
		for _, kind := range stepKinds {
			for _, way := range []string{"SetWeights", "LoadInto", "another optimizer", "a stage's own"} {
				build := func() (*Network, *Trainer) {
					net, err := New(tensor.Shape{6}, layer.Stack(kind.layers...), append(opts, Backend(b), Seed(7))...)
					if err != nil {
						t.Fatal(err)
					}
					t.Cleanup(func() { net.Close() })
					tr, err := NewTrainer(net, loss.MSE(), optim.SGD(1e-38))
					if err != nil {
						t.Fatal(err)
					}
					return net, tr
				}
				net, _ := build()
				tr, err := NewTrainer(net, loss.MSE(), optim.SGD(50))
				if err != nil {
					t.Fatal(err)
				}
				ordinary := data.Values(testMatrix(1, 3, zero))
				for range 2 {
					if _, err := tr.Step(x, ordinary); err != nil {
						t.Fatal(err)
					}
				}
				switch way {
				case "SetWeights", "another optimizer":
					if !raise(net) {
						continue
					}
					if way == "another optimizer" { // which knows what it steps on
						other, err := NewTrainer(net, loss.MSE(), optim.SGD(1e-38))
						if err != nil {
							t.Fatal(err)
						}
						there := data.Values(testMatrix(1, 3, zero))
						there.Values.Data[0] = near
						if _, err := other.Step(x, there); err != nil {
							t.Fatal(err)
						}
					}
				case "LoadInto":
					if slices.ContainsFunc(kind.layers, func(l layer.Layer) bool { _, own := l.(denseAlone); return own }) {
						continue
					}
					from, _ := build()
					if !raise(from) {
						continue
					}
					var file bytes.Buffer
					if err := from.Save(&file, nil); err != nil {
						t.Fatal(err)
					}
					if _, err := LoadInto(net, &file); err != nil {
						t.Fatal(err)
					}
				default:
					last, ok := net.last().op.(*staged)
					if !ok || len(last.params) == 0 {
						continue
					}
					last.params[1].Value[0] = near
				}
				// Away from the target, so that the bias has to grow.
				target.Values.Data[0] = math.MaxFloat32
				before, _ := state(tr)
				_, err = tr.Step(x, target)
				var nonFinite *NonFiniteError
				if after, _ := state(tr); err == nil && !allFinite(after) || err != nil && (!errors.As(err, &nonFinite) || !slices.Equal(before, after)) {
					t.Errorf("%s, %s: error %v, finite %t, changed %t", kind.name, way, err, allFinite(after), !slices.Equal(before, after))
				}
				if err == nil {
					t.Errorf("%s, %s: the step was taken, want it to overflow", kind.name, way)
				}
			}
		}
	})
}

// TestOptimizersKeepTheirGradients has an optimizer step while another one accumulates: it
// uses its own gradient alone.
func TestOptimizersKeepTheirGradients(t *testing.T) {
	x, target := chainData(loss.MSE(), 8)
	for _, layers := range [][]layer.Layer{{layer.Dense(3)}, {layer.Dense(60), activation.ReLU(), layer.Dense(3)}, {denseAlone{20}, layer.Dense(3)}} {
		for _, check := range [][]OptimizerOption{nil, {InspectGradients()}} {
			var want []float32
			for _, disturbed := range []bool{false, true} {
				net, err := New(tensor.Shape{6}, layer.Stack(layers...), Seed(4))
				if err != nil {
					t.Fatal(err)
				}
				defer net.Close()
				if disturbed {
					a, err := NewTrainer(net, loss.MSE(), optim.SGD(0.1), Accumulate(2))
					if err != nil {
						t.Fatal(err)
					}
					if _, err := a.Step(rowsOf(x, 0, 4), target.Rows(0, 4)); err != nil {
						t.Fatal(err)
					}
				}
				b, err := NewTrainer(net, loss.MSE(), optim.SGD(0.1), check...)
				if err != nil {
					t.Fatal(err)
				}
				if err := b.opt.Flush(); err != nil {
					t.Fatal(err)
				}
				if _, err := b.Step(x, target); err != nil {
					t.Fatal(err)
				}
				if want == nil {
					want = flatWeights(net)
				} else if !slices.Equal(flatWeights(net), want) {
					t.Errorf("%v, %d options: another optimizer's gradients took part", layers, len(check))
				}
			}
		}
	}
}

// TestNeighboursDoNotCount trains on columns of a table whose other columns hold what is no
// number: it is not looked at, and steps are foreseen.
func TestNeighboursDoNotCount(t *testing.T) {
	table := testMatrix(9, 7, func(i, j int) float32 { return float32(i+j) / 16 })
	for i := range table.Rows {
		rowOf(table, i)[6] = float32(math.NaN())
	}
	x := tensor.Matrix{Rows: 9, Cols: 6, Stride: table.Stride, Data: table.Data}
	net, err := New(tensor.Shape{6}, layer.Stack(layer.Dense(40), activation.ReLU(), layer.Dense(3)))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	if got := net.largest(x); got != float64(13)/16 {
		t.Errorf("the largest magnitude is said to be %v, want %v", got, 13.0/16)
	}
	wide := testMatrix(600, 300, func(i, j int) float32 { return -float32(i+j) * 1e4 })
	if got, want := net.largest(wide), 598e4+300e4; got != want {
		t.Errorf("the largest magnitude is said to be %v, want %v", fmt.Sprint(got), want)
	}
}
