package main

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/klauspost/cpuid/v2"
	"github.com/neurona-ml/neurona/bench"
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/blas/blastest"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/loss"
)

var brief = timing{Sample: time.Microsecond, Samples: 1, Limit: time.Second}

func openInProcess(t *testing.T, backend string) rival {
	t.Helper()
	r, err := inProcessEntrant(backend, backend, products, training).open(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// TestProductsInProcess checks results of all operations and layouts, as a run does.
func TestProductsInProcess(t *testing.T) {
	for _, backend := range []string{"native", "gonum"} {
		r := openInProcess(t, backend)
		if d := r.describe(); d.Name != backend || d.Version == "" || d.Settings == "" {
			t.Errorf("described as %+v", d)
		}
		for _, op := range bench.Ops {
			for _, size := range [][3]int{{1, 1, 1}, {7, 13, 31}, {64, 10, 33}, {8, 100, 1}} {
				for _, layout := range []bench.Layout{bench.Plain, bench.Plan} {
					p := product{sized(op, size[0], size[1], size[2]), layout, "float32"}
					a, err := r.do(t.Context(), p, brief)
					var no *declined
					if backend != "native" && layout == bench.Plan {
						if !errors.As(err, &no) {
							t.Errorf("%s: %v %s: got %v, want a *declined", backend, p, layout, err)
						}
						continue
					}
					if err == nil {
						err = newChecker(p).check(true, a)
					}
					if err != nil || !(a.Nanos > 0) {
						t.Errorf("%s: %v %s: %v, %g ns", backend, p, layout, err, a.Nanos)
					}
				}
			}
		}
	}
}

func TestPrecisionsThatAreNotThereAreDeclined(t *testing.T) {
	r := openInProcess(t, "native")
	var no *declined
	if _, err := r.do(t.Context(), product{sized(bench.NN, 2, 2, 2), bench.Plain, "float7"}, brief); !errors.As(err, &no) {
		t.Errorf("got %v, want a *declined", err)
	}
	s := steps(true)[0]
	s.Precision = "float7"
	if _, err := r.do(t.Context(), s, brief); !errors.As(err, &no) {
		t.Errorf("got %v, want a *declined", err)
	}
	// gonum has bf16 on no machine.
	r = openInProcess(t, "gonum")
	s.Precision = "bf16"
	for _, task := range []task{s, product{sized(bench.NN, 2, 2, 2), bench.Plan, "bf16"}, newMNIST("not-there", "bf16", 1)} {
		const want = "bf16 would be float32: backend gonum multiplies in float32 only"
		if _, err := r.do(t.Context(), task, brief); !errors.As(err, &no) || no.why != want {
			t.Errorf("%v: got %v, want a *declined that says %s", task, err, want)
		}
	}
}

// TestBF16InProcess has products and steps done on a backend that says that it
// has bf16.
func TestBF16InProcess(t *testing.T) {
	be, err := backends.Open("native", backends.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer be.Close()
	all := &blastest.Claiming{Backend: be}
	r := &inProcess{backend: all}
	s := steps(true)[2]
	s.Precision = "bf16"
	for _, task := range []task{product{sized(bench.NN, 7, 13, 31), bench.Plan, "bf16"}, s} {
		all.Plans = nil
		a, err := r.do(t.Context(), task, brief)
		if err == nil {
			err = newChecker(task).check(true, a)
		}
		if err != nil || !(a.Nanos > 0) {
			t.Errorf("%v: %v, %g ns", task, err, a.Nanos)
		}
		if got := slices.Compact(slices.Clone(all.Plans)); !slices.Equal(got, []blas.Precision{blas.BF16}) {
			t.Errorf("%v: plans of %v, want bf16", task, all.Plans)
		}
	}
	var no *declined
	if _, err := r.do(t.Context(), product{sized(bench.NN, 2, 2, 2), bench.Plain, "bf16"}, brief); !errors.As(err, &no) {
		t.Errorf("a plain product in bf16: got %v, want a *declined", err)
	}
}

// TestFirstLossesInBF16 compares them with those in float32, where there is
// bf16.
func TestFirstLossesInBF16(t *testing.T) {
	be, err := backends.Open("native", backends.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer be.Close()
	if why := bench.Lacks(be, blas.BF16); why != "" {
		gains := kernels.MissingUnit("amx") == "" || kernels.MissingUnit("avx512_bf16") == "" && cpuid.CPU.VendorID == cpuid.AMD
		if gains && be.Kernels().ISA == "avx512" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	r := &inProcess{backend: be}
	largest := 0.0
	for _, s := range steps(false) {
		if s.FLOPs() > 1e9 {
			continue
		}
		var losses [2][]float64
		var no *declined
		for i, precision := range []string{"float32", "bf16"} {
			s.Precision = precision
			var a answer
			if a, err = r.do(t.Context(), s, brief); err != nil {
				break
			}
			losses[i] = a.Losses
		}
		if errors.As(err, &no) {
			continue // too small for bf16
		}
		if err != nil {
			t.Fatal(err)
		}
		d := lossDifference(losses[0], losses[1])
		if !(d <= s.lossTolerance()) {
			t.Errorf("%v: losses are %v in float32, %v in bf16 (%.0e off)", s, losses[0], losses[1], d)
		}
		largest = max(largest, d)
	}
	if largest == 0 {
		t.Error("bf16 gives the bits of float32 everywhere")
	}
}

// twin trains the step of sigmoids, squared error and plain descent in
// float64, one sample after the other, and returns the first losses.
func twin(s step, d *stepData) []float64 {
	type layer struct{ w, b, dw, db []float64 }
	widen := func(in []float32) []float64 {
		out := make([]float64, len(in))
		for i, v := range in {
			out[i] = float64(v)
		}
		return out
	}
	var layers []layer
	for i := range d.Weights {
		layers = append(layers, layer{w: widen(d.Weights[i].Data), b: widen(d.Biases[i])})
	}
	x, target := widen(d.X.Data), widen(d.Target.Values.Data)
	outputs := s.Sizes[len(s.Sizes)-1]
	var losses []float64
	for range firstLosses {
		for i := range layers {
			layers[i].dw, layers[i].db = make([]float64, len(layers[i].w)), make([]float64, len(layers[i].b))
		}
		loss, count := 0.0, float64(s.Batch*outputs)
		for row := range s.Batch {
			a := [][]float64{x[row*s.Sizes[0] : (row+1)*s.Sizes[0]]}
			for l, layer := range layers {
				y := make([]float64, s.Sizes[l+1])
				for j := range y {
					z := layer.b[j]
					for i, v := range a[l] {
						z += v * layer.w[i*len(y)+j]
					}
					y[j] = 1 / (1 + math.Exp(-z))
				}
				a = append(a, y)
			}
			grad := make([]float64, outputs)
			for j, y := range a[len(a)-1] {
				e := y - target[row*outputs+j]
				loss += e * e / count
				grad[j] = 2 * e / count
			}
			for l := len(layers) - 1; l >= 0; l-- {
				below := make([]float64, len(a[l]))
				for j, y := range a[l+1] {
					dz := grad[j] * y * (1 - y)
					layers[l].db[j] += dz
					for i, v := range a[l] {
						layers[l].dw[i*len(a[l+1])+j] += dz * v
						below[i] += dz * layers[l].w[i*len(a[l+1])+j]
					}
				}
				grad = below
			}
		}
		losses = append(losses, loss)
		for _, layer := range layers {
			for i := range layer.w {
				layer.w[i] -= s.Rate * layer.dw[i]
			}
			for i := range layer.b {
				layer.b[i] -= s.Rate * layer.db[i]
			}
		}
	}
	return losses
}

func TestFirstLossesAgainstFloat64(t *testing.T) {
	r := openInProcess(t, "native")
	for _, s := range steps(true)[:2] {
		s.Precision = "float32"
		a, err := r.do(t.Context(), s, brief)
		if err != nil {
			t.Fatal(err)
		}
		// A few roundings of 2⁻²⁴ in each of a handful of sums.
		if d := lossDifference(twin(s, newStepData(s)), a.Losses); !(d <= 2e-6) {
			t.Errorf("%v: losses are %v, want %v (%.1e off)", s, a.Losses, twin(s, newStepData(s)), d)
		}
	}
}

// TestStepsLearn runs every kind of step that is not large.
func TestStepsLearn(t *testing.T) {
	r := openInProcess(t, "native")
	for _, s := range steps(true) {
		if s.FLOPs() > 1e8 {
			continue
		}
		s.Precision = "float32"
		a, err := r.do(t.Context(), s, brief)
		if err != nil {
			t.Fatal(err)
		}
		for i := 1; i < len(a.Losses); i++ {
			if !(a.Losses[i] < a.Losses[i-1]) {
				t.Errorf("%v: losses %v do not fall", s, a.Losses)
			}
		}
	}
}

func TestStepDataFollowsFromTheStep(t *testing.T) {
	s := steps(true)[3]
	a, b := newStepData(s).encode(), newStepData(s).encode()
	if string(a) != string(b) {
		t.Error("two drafts of the same step differ")
	}
	d := newStepData(s)
	if err := loss.CrossEntropy().Check(d.Target, s.Batch, 10); err != nil {
		t.Error(err)
	}
}
