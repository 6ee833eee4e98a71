package nn

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// normed is a network that begins with a BatchNorm, a trainer of it, and batches of many sizes.
func normed(t *testing.T, opts ...OptimizerOption) (tr *Trainer, x []tensor.Matrix, y []data.Target) {
	t.Helper()
	net, err := New(tensor.Shape{3}, layer.Stack(layer.BatchNorm(), layer.Dense(40), activation.Tanh(), layer.Dense(2)), MaxBatch(4), Seed(5))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	if tr, err = NewTrainer(net, loss.MSE(), optim.SGD(0.01), opts...); err != nil {
		t.Fatal(err)
	}
	for i, rows := range []int{3, 4, 2, 9, 300} { // the last ones bring new plans
		x = append(x, testMatrix(rows, 3, func(r, c int) float32 { return float32((r*7+c*5+i*3)%13)/3 + float32(c) }))
		y = append(y, data.Values(testMatrix(rows, 2, func(r, c int) float32 { return float32((r+c+i)%5)/2 - 1 })))
	}
	return tr, x, y
}

// buffers are the running statistics of the first layer.
func buffers(t *testing.T, net *Network) (mean, variance []float32) {
	t.Helper()
	list, err := net.Tensors()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range list {
		switch b.Name {
		case "layers.0.running_mean":
			mean = b.Value
		case "layers.0.running_var":
			variance = b.Value
		}
	}
	if mean == nil || variance == nil {
		t.Fatalf("no running statistics among %v", list)
	}
	return mean, variance
}

// TestStatisticsFollowPasses: each training pass whose gradient is finite goes into the running
// statistics, once, and nothing else does.
func TestStatisticsFollowPasses(t *testing.T) {
	parent := t
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	gradient := func(rows int, v float32) tensor.Matrix {
		return testMatrix(rows, 2, func(r, c int) float32 { return v * float32(r%3-c) })
	}
	pass := func(net *Network, x tensor.Matrix, backwards int) {
		t.Helper()
		_, err := net.Forward(x)
		must(err)
		for range backwards {
			must(net.Backward(gradient(x.Rows, 0.1)))
		}
	}
	nan := data.Values(testMatrix(3, 2, func(int, int) float32 { return float32(math.NaN()) }))
	for _, c := range []struct {
		name string
		opts []OptimizerOption
		do   func(tr *Trainer, x []tensor.Matrix, y []data.Target)
		want []int // batches that count
	}{
		{"steps", nil, func(tr *Trainer, x []tensor.Matrix, y []data.Target) {
			for i := range x {
				_, err := tr.Step(x[i], y[i])
				must(err)
			}
		}, []int{0, 1, 2, 3, 4}},
		{"steps that look at gradients", []OptimizerOption{InspectGradients(), ClipNorm(0.1)}, func(tr *Trainer, x []tensor.Matrix, y []data.Target) {
			for i := range x {
				_, err := tr.Step(x[i], y[i])
				must(err)
			}
		}, []int{0, 1, 2, 3, 4}},
		{"accumulated steps, the last one by Flush", []OptimizerOption{Accumulate(3)}, func(tr *Trainer, x []tensor.Matrix, y []data.Target) {
			for i := range x {
				_, err := tr.Step(x[i], y[i])
				must(err)
			}
			must(tr.opt.Flush())
		}, []int{0, 1, 2, 3, 4}},
		{"Forward, Backward, Step", nil, func(tr *Trainer, x []tensor.Matrix, _ []data.Target) {
			for i := range x {
				pass(tr.net, x[i], 1)
				must(tr.opt.Step())
			}
		}, []int{0, 1, 2, 3, 4}},
		{"several Backward of one Forward", nil, func(tr *Trainer, x []tensor.Matrix, _ []data.Target) {
			pass(tr.net, x[0], 3)
			must(tr.opt.Step())
			pass(tr.net, x[4], 2)
			must(tr.opt.Step())
		}, []int{0, 4}},
		{"several passes in a step", nil, func(tr *Trainer, x []tensor.Matrix, _ []data.Target) {
			pass(tr.net, x[0], 1)
			pass(tr.net, x[4], 2)
			pass(tr.net, x[3], 1)
			must(tr.opt.Step())
		}, []int{0, 4, 3}},
		{"a pass that Fit finds", nil, func(tr *Trainer, x []tensor.Matrix, y []data.Target) {
			pass(tr.net, x[1], 1)
			_, err := tr.Fit(context.Background(), data.Set{X: x[4], Target: y[4]}, Batch(300), Epochs(1), NoShuffle())
			must(err)
		}, []int{1, 4}},
		{"no way back", nil, func(tr *Trainer, x []tensor.Matrix, _ []data.Target) {
			for i := range x {
				pass(tr.net, x[i], 0)
			}
		}, nil},
		{"predictions and evaluations", nil, func(tr *Trainer, x []tensor.Matrix, y []data.Target) {
			_, err := tr.net.Predict(x[0])
			must(err)
			_, err = tr.Evaluate(data.Set{X: x[1], Target: y[1]})
			must(err)
			_, err = tr.Step(x[3], y[3])
			must(err)
		}, []int{3}},
		{"gradients that are dropped", nil, func(tr *Trainer, x []tensor.Matrix, _ []data.Target) {
			pass(tr.net, x[0], 1)
			w, b, err := tr.net.Weights(1)
			must(err)
			must(tr.net.SetWeights(1, w, b))
			pass(tr.net, x[1], 1)
			must(tr.opt.Step())
		}, []int{1}},
		{"gradients that another optimizer drops", []OptimizerOption{Accumulate(2)}, func(tr *Trainer, x []tensor.Matrix, y []data.Target) {
			_, err := tr.Step(x[0], y[0])
			must(err)
			other, err := NewTrainer(tr.net, loss.MSE(), optim.SGD(0.1))
			must(err)
			_, err = other.Step(x[1], y[1])
			must(err)
		}, []int{0, 1}},
		{"a loss that is NaN", nil, func(tr *Trainer, x []tensor.Matrix, y []data.Target) {
			refused(t, tr, x[0], nan)
			_, err := tr.Step(x[1], y[1])
			must(err)
		}, []int{1}},
		{"a loss that is NaN in an accumulated step", []OptimizerOption{Accumulate(3)}, func(tr *Trainer, x []tensor.Matrix, y []data.Target) {
			_, err := tr.Step(x[1], y[1])
			must(err)
			refused(t, tr, x[0], nan)
			must(tr.opt.Flush())
		}, []int{1}},
		{"gradients that overflow", []OptimizerOption{InspectGradients()}, func(tr *Trainer, x []tensor.Matrix, _ []data.Target) {
			scaleWeights(t, tr.net, 3, 1e4)
			y := testMatrix(x[1].Rows, 2, func(int, int) float32 { return math.MaxFloat32 })
			refused(t, tr, x[1], data.Values(y))
		}, nil},
		{"a loss that is NaN by its output", nil, func(tr *Trainer, x []tensor.Matrix, y []data.Target) {
			for _, bias := range []float32{float32(math.NaN()), 0} {
				w, b, err := tr.net.Weights(3)
				must(err)
				b[0] = bias
				must(tr.net.SetWeights(3, w, b))
				if bias != 0 {
					refused(t, tr, x[0], y[0])
				}
			}
			_, err := tr.Step(x[1], y[1])
			must(err)
		}, []int{1}},
		{"a step that would overflow", nil, func(tr *Trainer, x []tensor.Matrix, _ []data.Target) {
			far, err := NewTrainer(tr.net, loss.MSE(), optim.SGD(1e30))
			must(err)
			refused(t, far, x[1], data.Values(testMatrix(x[1].Rows, 2, func(int, int) float32 { return 1e20 })))
		}, nil},
		{"an infinite gradient of a stage alone", nil, func(tr *Trainer, x []tensor.Matrix, _ []data.Target) {
			scaleWeights(t, tr.net, 1, 1e4)
			scaleWeights(t, tr.net, 3, 1e4)
			for i := range 3 { // tanh is where it bends
				tr.net.stages[0].params[0].Value[i] = 1e-5
			}
			_, err := tr.net.Forward(x[0])
			must(err)
			must(tr.net.Backward(gradient(x[0].Rows, 2e33)))
			if k := tr.net.backend.Kernels(); k.MaxAbs(tr.net.stages[0].params[0].Grad) <= math.MaxFloat32 || !(tr.net.gathered.bound <= math.MaxFloat32) {
				t.Fatalf("gradients of %v, bound %v", tr.net.stages[0].params[0].Grad, tr.net.gathered.bound)
			}
			pass(tr.net, x[1], 0)
		}, nil},
	} {
		parent.Run(c.name, func(sub *testing.T) {
			t = sub // for must and pass
			tr, x, y := normed(t, c.opts...)
			c.do(tr, x, y)
			mean, variance := []float64{0, 0, 0}, []float64{1, 1, 1}
			for _, i := range c.want {
				n := float64(x[i].Rows)
				for j := range 3 {
					m, v := 0.0, 0.0
					for r := range x[i].Rows {
						m += float64(rowOf(x[i], r)[j]) / n
					}
					for r := range x[i].Rows {
						d := float64(rowOf(x[i], r)[j]) - m
						v += d * d / (n - 1)
					}
					mean[j] = 0.9*mean[j] + 0.1*m
					variance[j] = 0.9*variance[j] + 0.1*v
				}
			}
			gotMean, gotVariance := buffers(t, tr.net)
			for j := range 3 {
				// A rounding for each operation of a pass, and as many of its weight and the batch's.
				tolerance := float64(5*len(c.want)) * 0x1p-24
				if d := math.Abs(float64(gotMean[j]) - mean[j]); !(d <= tolerance*math.Abs(mean[j])) {
					t.Errorf("running mean %d is %v, want %v", j, gotMean[j], mean[j])
				}
				if d := math.Abs(float64(gotVariance[j]) - variance[j]); !(d <= tolerance*variance[j]) {
					t.Errorf("running variance %d is %v, want %v", j, gotVariance[j], variance[j])
				}
			}
		})
	}
}

// refused expects a step not to be taken, and all tensors to stay what they are.
func refused(t *testing.T, tr *Trainer, x tensor.Matrix, y data.Target) {
	t.Helper()
	before := everyTensor(t, tr.net)
	_, err := tr.Step(x, y)
	var nonFinite *NonFiniteError
	var target *loss.TargetError
	if !errors.As(err, &nonFinite) && !errors.As(err, &target) {
		t.Fatalf("Step returned %v, want a *NonFiniteError or a *TargetError", err)
	}
	if !slices.Equal(everyTensor(t, tr.net), before) {
		t.Error("something has changed")
	}
}

// scaleWeights multiplies the weights of a layer.
func scaleWeights(t *testing.T, net *Network, which int, by float32) {
	t.Helper()
	w, b, err := net.Weights(which)
	if err != nil {
		t.Fatal(err)
	}
	net.backend.Kernels().Scale(by, w.Data)
	if err := net.SetWeights(which, w, b); err != nil {
		t.Fatal(err)
	}
}

// everyTensor is the bits of all numbers of all tensors, buffers too.
func everyTensor(t *testing.T, net *Network) (all []uint32) {
	t.Helper()
	list, err := net.Tensors()
	if err != nil {
		t.Fatal(err)
	}
	for _, tensor := range list {
		for _, v := range tensor.Value {
			all = append(all, math.Float32bits(v))
		}
	}
	return all
}

// TestBatchesTooSmall: a batch of one row has no variance, and Fit says so before it trains.
func TestBatchesTooSmall(t *testing.T) {
	rows := func(n int) data.Set {
		return data.Set{X: testMatrix(n, 3, func(r, c int) float32 { return float32(r * (c + 1) % 5) }), Target: data.Values(testMatrix(n, 2, zero))}
	}
	for _, c := range []struct {
		name  string
		rows  int
		opts  []FitOption
		wants []string // nothing: it trains
	}{
		{"a short last batch", 9, []FitOption{Batch(4)}, []string{"layer 0 (batch_norm)", "the last one of an epoch has 1", "DropLast"}},
		{"left out", 9, []FitOption{Batch(4), DropLast()}, nil},
		{"a last batch of two", 10, []FitOption{Batch(4)}, nil},
		{"one row", 1, nil, []string{"layer 0 (batch_norm)", "at least 2 rows, these have 1"}},
		{"batches of one", 8, []FitOption{Batch(1)}, []string{"layer 0 (batch_norm)", "these have 1"}},
		{"batches of one, without the last", 8, []FitOption{Batch(1), DropLast()}, []string{"these have 1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			// Each batch of an accumulated step counts alone.
			for _, opts := range [][]OptimizerOption{nil, {Accumulate(8)}} {
				tr, _, _ := normed(t, opts...)
				before := everyTensor(t, tr.net)
				h, err := tr.Fit(context.Background(), rows(c.rows), append(c.opts, Epochs(1))...)
				if c.wants == nil {
					if err != nil {
						t.Error(err)
					}
					continue
				}
				var which *LayerError
				if !errors.As(err, &which) || h.Steps != 0 || !slices.Equal(everyTensor(t, tr.net), before) {
					t.Errorf("after %d steps: %v", h.Steps, err)
				}
				for _, want := range c.wants {
					if err == nil || !strings.Contains(err.Error(), want) {
						t.Errorf("Fit returned %v, want it to say %q", err, want)
					}
				}
			}
		})
	}
	tr, _, _ := normed(t)
	d := rows(1)
	if _, err := tr.Step(d.X, d.Target); err == nil || !strings.Contains(err.Error(), "layer 0 (batch_norm): it trains on batches of at least 2 rows, this one has 1") {
		t.Errorf("Step returned %v", err)
	}
	if _, err := tr.net.Forward(d.X); err == nil || !strings.Contains(err.Error(), "at least 2 rows") {
		t.Errorf("Forward returned %v", err)
	}
	if _, err := tr.net.Predict(d.X); err != nil {
		t.Errorf("Predict returned %v", err)
	}
}

// TestStatisticsThatOverflow: a batch whose variance float32 cannot hold is an error, not a running
// statistic.
func TestStatisticsThatOverflow(t *testing.T) {
	tr, _, _ := normed(t)
	before := everyTensor(t, tr.net)
	for _, v := range []float32{1e20, float32(math.Inf(1)), float32(math.NaN())} {
		x := testMatrix(4, 3, func(r, c int) float32 { return v * float32(r-1) })
		_, err := tr.Step(x, data.Values(testMatrix(4, 2, zero)))
		var which *LayerError
		if !errors.As(err, &which) || which.Name != "0" || !slices.Equal(everyTensor(t, tr.net), before) {
			t.Errorf("%v: %v", v, err)
		}
	}
}
