package nn

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// partWidth is the width of the networks that parts are tried in, and partRows that of their largest
// batches: enough for more than one worker.
const (
	partWidth = 64
	partRows  = 300
)

// partNetworks are networks that have each part of the catalogue in every place: alone, behind a block,
// where values are summed, where they are set beside each other, first and last.
func partNetworks(t testing.TB, width int) map[string]layer.Layer {
	t.Helper()
	networks := map[string]layer.Layer{}
	var spellings []string
	for _, p := range Layers().Parts() {
		spellings = append(spellings, cmp.Or(p.Example, p.Name))
	}
	for _, spelling := range append(spellings, "prelu(per_feature=true)", "dense(3, init=he_normal)") {
		l, err := Layers().Parse(spelling)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := l.(layer.Categorical); ok { // which reads nothing but a network's input
			networks[spelling+" alone"] = l
			networks[spelling+" beside numbers"] = layer.Stack(layer.Concat(layer.Select(0, 2), l, layer.Select(5)), layer.Dense(3))
			continue
		}
		same := l
		net, err := New(tensor.Shape{width}, l)
		if err != nil {
			t.Fatal(err)
		}
		if net.Outputs() != width {
			same = layer.Stack(l, layer.Dense(width))
		}
		net.Close()
		for name, root := range map[string]layer.Layer{
			"alone":        l,
			"behind dense": layer.Stack(layer.Dense(width), l),
			"residual":     layer.Stack(layer.Dense(width), layer.Residual(same), layer.Dense(3)),
			"concat":       layer.Stack(layer.Dense(width), layer.Concat(l, layer.Stack(layer.Dense(2), l), layer.Stack()), layer.Dense(3)),
			"around":       layer.Stack(same, layer.Dense(width), activation.Tanh(), l),
		} {
			networks[spelling+" "+name] = root
		}
	}
	return networks
}

// trainedParts calls test for each network of partNetworks that can be trained, and has something to train.
func trainedParts(t *testing.T, test func(t *testing.T, name string, root layer.Layer)) {
	t.Helper()
	trained := 0
	for name, root := range partNetworks(t, partWidth) {
		net, err := New(tensor.Shape{partWidth}, root)
		if err != nil {
			t.Fatal(err)
		}
		trains := net.trains() && net.untrainable == nil
		net.Close()
		if trains {
			trained++
			test(t, name, root)
		}
	}
	if trained < 50 {
		t.Errorf("%d networks, want more", trained)
	}
}

// partBatch is a batch for a network of partNetworks.
func partBatch(rows, outputs, number int) (tensor.Matrix, data.Target) {
	x := testMatrix(rows, partWidth, func(i, j int) float32 {
		if j == 1 { // where an embedding has categories
			return float32((i*3 + number) % 5)
		}
		return float32((i*31+j*17+number*5)%97)/32 - 1.5
	})
	y := testMatrix(rows, outputs, func(i, j int) float32 { return float32((i*13+j*7+number)%11)/5 - 1 })
	return x, data.Values(y)
}

// partTrainer is a trainer of a network of its own.
func partTrainer(t *testing.T, root layer.Layer, rule optim.Rule, b blas.Backend, netOpts []Option, opts ...OptimizerOption) *Trainer {
	t.Helper()
	net, err := New(tensor.Shape{partWidth}, root, append(slices.Clone(netOpts), Backend(b), Seed(11))...)
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

// train takes steps on batches of these rows.
func (t *Trainer) train(test *testing.T, name string, rows ...int) {
	test.Helper()
	for i, n := range rows {
		x, y := partBatch(n, t.net.Outputs(), i)
		if _, err := t.Step(x, y); err != nil {
			test.Fatalf("%s: %v", name, err)
		}
	}
}

// TestPartsAreSaved: a network that is read predicts as the one that was written, after a few steps.
func TestPartsAreSaved(t *testing.T) {
	b := openBackend(t, "native")
	for name, root := range partNetworks(t, partWidth) {
		net, err := New(tensor.Shape{partWidth}, root, Backend(b), Seed(3))
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		if net.trains() && net.untrainable == nil {
			tr, err := NewTrainer(net, loss.MSE(), optim.Adam(0.01))
			if err != nil {
				t.Fatal(err)
			}
			tr.train(t, name, 9, 5, 7)
		}
		var file bytes.Buffer
		if err := net.Save(&file, nil); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		read, _, err := Load(&file, Backend(b))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		defer read.Close()
		if got, want := read.Layer().String(), root.String(); got != want {
			t.Errorf("%s: %s was read, want %s", name, got, want)
		}
		x, _ := partBatch(19, 1, 8)
		want, err := net.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		got, err := read.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Data, want.Data) || !slices.Equal(everyTensor(t, read), everyTensor(t, net)) {
			t.Errorf("%s: the network that was read is another", name)
		}
	}
}

// TestPartsPredictRowsAlone: a row is predicted with the same bits in any company.
func TestPartsPredictRowsAlone(t *testing.T) {
	eachStepBackend(t, func(t *testing.T, b blas.Backend, opts ...Option) {
		for name, root := range partNetworks(t, partWidth) {
			net, err := New(tensor.Shape{partWidth}, root, append(opts, Backend(b), Seed(3))...)
			if err != nil {
				t.Fatal(err)
			}
			x, _ := partBatch(partRows, 1, 2)
			whole, err := net.Predict(x)
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range [][2]int{{0, 1}, {17, 18}, {partRows - 1, partRows}, {3, 10}, {5, 261}, {1, partRows}} {
				y, err := net.Predict(rowsOf(x, part[0], part[1]))
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(y.Data, whole.Data[part[0]*whole.Stride:part[1]*whole.Stride]) {
					t.Errorf("%s: rows %v are predicted otherwise alone", name, part)
				}
			}
			net.Close()
		}
	})
}

// TestPartsWorkers: any number of workers trains with the same bits.
func TestPartsWorkers(t *testing.T) {
	var shared []blas.Backend
	for _, workers := range []int{1, 2, 5} {
		b, err := backends.Open("native", backends.Options{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		shared = append(shared, b)
	}
	trainedParts(t, func(t *testing.T, name string, root layer.Layer) {
		var want []uint32
		for i, b := range shared {
			tr := partTrainer(t, root, optim.SGD(0.01), b, nil)
			tr.train(t, name, partRows, 19, partRows)
			if got := everyTensor(t, tr.net); i == 0 {
				want = got
			} else if !slices.Equal(got, want) {
				t.Errorf("%s: %d workers train otherwise than one", name, b.Workers())
			}
		}
	})
}

// TestPartsStep: steps by the fused way, on plans made for large batches or as batches grow, do
// what steps do that look at all gradients first.
func TestPartsStep(t *testing.T) {
	rules := []optim.Rule{optim.SGD(0.01, optim.Momentum(0.9)), optim.AdamW(0.01), strangersRule{optim.Adam(0.01)}}
	eachStepBackend(t, func(t *testing.T, b blas.Backend, opts ...Option) {
		number := 0
		trainedParts(t, func(t *testing.T, name string, root layer.Layer) {
			number++
			rule := rules[number%len(rules)]
			var want []uint32
			for i, how := range []struct {
				name string
				net  []Option
				opts []OptimizerOption
			}{
				{"looking at gradients", []Option{MaxBatch(partRows)}, []OptimizerOption{InspectGradients()}},
				{"fused", []Option{MaxBatch(partRows)}, nil},
				{"growing", []Option{MaxBatch(1)}, nil},
				{"with a gradient at the input", []Option{InputGradient()}, nil},
			} {
				tr := partTrainer(t, root, rule, b, append(slices.Clone(opts), how.net...), how.opts...)
				tr.chain = nil                   // which rounds otherwise
				tr.train(t, name, 3, 9, 200, 12) // 200: enough for bf16
				params, slots := state(tr)
				got := everyTensor(t, tr.net)
				for _, v := range append(params, slots...) {
					got = append(got, math.Float32bits(v))
				}
				if i == 0 {
					want = got
				} else if !slices.Equal(got, want) {
					t.Errorf("%s, %s, %s: other bits than by looking at gradients", name, rule, how.name)
				}
			}
		})
	})
}

// TestPartsFail: a step that is not taken leaves all tensors as they were, buffers too.
func TestPartsFail(t *testing.T) {
	b := openBackend(t, "native")
	trainedParts(t, func(t *testing.T, name string, root layer.Layer) {
		for _, opts := range [][]OptimizerOption{nil, {ClipNorm(1)}, {InspectGradients()}} {
			tr := partTrainer(t, root, optim.SGD(1e30), b, nil, opts...)
			x, y := partBatch(9, tr.net.Outputs(), 1)
			for i := range y.Values.Rows {
				for j := range min(2, y.Values.Cols) { // of two bins one has a slope
					rowOf(y.Values, i)[j] = float32(i%2*2-1) * math.MaxFloat32
				}
			}
			before := everyTensor(t, tr.net)
			_, err := tr.Step(x, y)
			if err == nil && len(opts) == 0 {
				t.Errorf("%s: the step was taken, want it to overflow", name)
			}
			if err != nil && !slices.Equal(everyTensor(t, tr.net), before) {
				t.Errorf("%s: %v, and something has changed", name, err)
			}
			rowOf(x, 3)[1], rowOf(x, 3)[5] = float32(math.NaN()), float32(math.NaN())
			_, y = partBatch(9, tr.net.Outputs(), 1)
			before = everyTensor(t, tr.net)
			if _, err := tr.Step(x, y); err == nil || !slices.Equal(everyTensor(t, tr.net), before) {
				t.Errorf("%s: a NaN comes in: %v, changed: %t", name, err, !slices.Equal(everyTensor(t, tr.net), before))
			}
		}
	})
}

// TestPartsAllocateNothing: neither a training step nor a prediction does, once there is memory.
func TestPartsAllocateNothing(t *testing.T) {
	b := openBackend(t, "native")
	trainedParts(t, func(t *testing.T, name string, root layer.Layer) {
		tr := partTrainer(t, root, optim.Adam(0.001), b, nil)
		x, y := partBatch(partRows, tr.net.Outputs(), 0)
		out := newMatrix(partRows, tr.net.Outputs())
		for what, f := range map[string]func() error{
			"a step":       func() error { _, err := tr.Step(x, y); return err },
			"a prediction": func() error { return tr.net.PredictInto(x, out) },
		} {
			var most float64
			for range 3 { // the runtime allocates now and then for goroutines that wait
				if most = testing.AllocsPerRun(2, func() {
					for range 2 {
						if err := f(); err != nil {
							t.Fatalf("%s: %v", name, err)
						}
					}
				}); most == 0 {
					break
				}
			}
			if most > 0 {
				t.Errorf("%s: %v allocations in two of %s", name, most, what)
			}
		}
	})
}

// TestPartsPredictWhileTraining predicts on several goroutines while steps write weights and
// buffers, and batches bring new plans: what it looks for is found by the race detector.
func TestPartsPredictWhileTraining(t *testing.T) {
	root, err := Layers().Parse("stack(dense(64), batch_norm, gelu, residual(layer_norm, dense(64), prelu(per_feature=true), dropout(0.1)), concat(stack(batch_norm, relu), dense(4), dropout(0.2)), prelu, dense(3))")
	if err != nil {
		t.Fatal(err)
	}
	b, err := backends.Open("native", backends.Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	tr := partTrainer(t, root, optim.SGD(0.001), b, []Option{MaxBatch(2)})
	done := make(chan struct{})
	var predicting sync.WaitGroup
	for i := range 2 {
		predicting.Go(func() {
			x, _ := partBatch(300+i, 3, i)
			for {
				if y, err := tr.net.Predict(x); err != nil || !allFinite(y.Data) {
					t.Errorf("prediction: %v", err)
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for rows := 2; rows < 500; rows *= 2 {
		tr.train(t, fmt.Sprint(rows), rows, rows)
	}
	close(done)
	predicting.Wait()
}
