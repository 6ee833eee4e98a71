package nn

import (
	"math"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestGraphsStep trains random networks by every way that a step can be taken, on one worker and on three, with plans
// made beforehand and as batches grow: all give the same bits. Inputs stay what they are.
func TestGraphsStep(t *testing.T) {
	graphs := uint64(150)
	if testing.Short() {
		graphs = 30
	}
	var on []blas.Backend
	for _, workers := range []int{1, 3} {
		b, err := backends.Open("native", backends.Options{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		on = append(on, b)
	}
	rules := []optim.Rule{optim.SGD(0.01), optim.AdamW(0.001), strangersRule{optim.SGD(0.01)}}
	inferred := 0
	for number := range graphs {
		var want []uint32
		for _, how := range []struct {
			name    string
			backend blas.Backend
			rows    int // that plans are made for
			input   bool
			opts    []OptimizerOption
		}{
			{"looking at gradients", on[0], 40, false, []OptimizerOption{InspectGradients()}},
			{"fused", on[0], 40, false, nil},
			{"fused, three workers", on[1], 40, false, nil},
			{"as batches grow", on[1], 2, false, nil},
			{"with a gradient at the input", on[0], 40, true, nil},
		} {
			opts := []Option{Backend(how.backend)}
			if how.input {
				opts = append(opts, InputGradient())
			}
			net, root, _, _ := randomGraph(t, 5000+number, how.rows, opts...)
			if !net.trains() {
				net.Close()
				break
			}
			if how.name == "fused" && net.infers {
				inferred++
			}
			tr, err := NewTrainer(net, loss.MSE(), rules[number%3], how.opts...)
			if err != nil {
				t.Fatal(err)
			}
			tr.chain = nil // which rounds otherwise
			var failed error
			for i, rows := range []int{2, 5, 40, 3} {
				x := testMatrix(rows, net.Inputs(), func(r, c int) float32 { return float32((r*7+c*3+i)%19)/8 - 1 })
				y := testMatrix(rows, net.Outputs(), func(r, c int) float32 { return float32((r+c*5+i)%7)/4 - 1 })
				before := slices.Clone(x.Data)
				if _, failed = tr.Step(x, data.Values(y)); failed != nil {
					break
				}
				if !slices.Equal(x.Data, before) {
					t.Errorf("graph %d, %s: the step has changed its input: %v", 5000+number, how.name, root)
				}
				out := testMatrix(rows, net.Outputs(), zero)
				if err := net.PredictInto(x, out); err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(x.Data, before) {
					t.Errorf("graph %d: the prediction has changed its input: %v", 5000+number, root)
				}
				for r := range rows - 1 {
					for _, v := range out.Data[r*out.Stride+out.Cols : (r+1)*out.Stride] {
						if v != slack {
							t.Fatalf("graph %d: the prediction has written between rows: %v", 5000+number, root)
						}
					}
				}
			}
			got := everyTensor(t, net)
			_, slots := state(tr)
			for _, v := range slots {
				got = append(got, math.Float32bits(v))
			}
			if want == nil {
				want = got
			} else if !slices.Equal(got, want) {
				t.Errorf("graph %d, %s, %s: other bits than by looking at gradients (%v): %v", 5000+number, rules[number%3], how.name, failed, root)
			}
			net.Close()
		}
	}
	if inferred < 5 {
		t.Errorf("bounds were inferred of %d networks: the test does not say much", inferred)
	}
}

// TestGraphsAreBounded: what is inferred about a pass before its way back holds, for values and for gradients, of blocks
// and of everything between them.
func TestGraphsAreBounded(t *testing.T) {
	b := openBackend(t, "native")
	seen := 0
	for number := uint64(0); number < 3000 && seen < 60; number++ {
		net, root, x, dy := randomGraph(t, 20_000+number, 4, Backend(b), InputGradient())
		if !net.infers || !net.trains() {
			net.Close()
			continue
		}
		seen++
		for _, size := range []float32{1, 1e-3, 1e4} {
			for _, m := range []tensor.Matrix{x, dy} {
				for i := range m.Rows {
					net.backend.Kernels().Scale(size, rowOf(m, i))
				}
			}
			if _, err := net.Forward(x); err != nil {
				t.Fatal(err)
			}
			param := 0.0
			for _, b := range net.blocks {
				param = max(param, float64(net.backend.Kernels().MaxAbs(b.plan.Parameters())))
			}
			bound := net.inferredBound(dy, param)
			largest := slices.Clone(net.work.largest)
			net.gathered = gathered{}
			if err := net.Backward(dy); err != nil {
				t.Fatal(err)
			}
			for v := range net.values {
				if !net.kept(v) || v == 0 {
					continue
				}
				if got := net.largest(net.work.values[v]); !(got <= largest[v]) {
					t.Errorf("graph %d: value %d reaches %v, more than the %v that were inferred: %v", 20_000+number, v, got, largest[v], root)
				}
			}
			for _, b := range net.blocks {
				if got := float64(net.backend.Kernels().MaxAbs(b.plan.Gradients())); !(got <= bound) {
					t.Errorf("graph %d: a gradient of %s is %v, more than the %v that were inferred: %v", 20_000+number, b.name, got, bound, root)
				}
				if seen, got := net.seenBound(), float64(net.backend.Kernels().MaxAbs(b.plan.Gradients())); !(got <= seen) {
					t.Errorf("graph %d: a gradient of %s is %v, more than the %v that were seen: %v", 20_000+number, b.name, got, seen, root)
				}
			}
			net.dropGradients()
		}
		net.Close()
	}
	if seen < 30 {
		t.Errorf("%d networks, want more", seen)
	}
}
