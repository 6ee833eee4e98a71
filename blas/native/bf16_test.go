package native_test

import (
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"runtime/pprof"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/blastest"
	"github.com/neurona-ml/neurona/blas/native"
	"github.com/neurona-ml/neurona/kernels"
)

// eachUnit runs f with a backend of two workers on each unit of this machine.
func eachUnit(t *testing.T, f func(t *testing.T, b *native.Backend, unit string)) {
	blastest.EachUnit(t, func(t *testing.T, unit string) {
		b, err := native.Open(native.Options{Workers: 2, Unit: unit})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		f(t, b, unit)
	})
}

// layerIn returns a plan with weights, biases zero.
func layerIn(t *testing.T, b *native.Backend, p blas.Precision, w blas.Matrix, batch int) blas.Dense {
	t.Helper()
	plan, err := b.Dense(blas.DenseSpec{In: w.Rows, Out: w.Cols, MaxBatch: batch, Activation: kernels.Identity, Precision: p})
	if err != nil {
		t.Fatal(err)
	}
	if err := blas.SetWeights(plan, w, make([]float32, w.Cols)); err != nil {
		t.Fatal(err)
	}
	return plan
}

func empty(rows, cols int) blas.Matrix {
	return blas.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
}

// TestPieces compares the largest errors of products of random numbers with
// that of a product in float32, against float64.
//
// bf16x6 is more accurate than a chain of multiply-adds: the small products are
// added up first, and tiles add up those of 16 pairs before they round a sum.
func TestPieces(t *testing.T) {
	eachUnit(t, func(t *testing.T, b *native.Backend, unit string) {
		rng := rand.New(rand.NewPCG(31, 32))
		depths := []int{32, 64, 128, 512, 784, 1024, 2048}
		if testing.Short() || unit == kernels.UnitGeneric {
			depths = []int{32, 512}
		}
		for _, k := range depths {
			const m, n = 48, 40
			x, w := randomMatrix(rng, m, k), randomMatrix(rng, k, n)
			exact := make([]float64, m*n)
			for i := range m {
				for j := range n {
					for p := range k {
						exact[i*n+j] += float64(x.Data[i*k+p]) * float64(w.Data[p*n+j])
					}
				}
			}
			errors := map[blas.Precision]float64{}
			for _, p := range blas.Precisions() {
				y := empty(m, n)
				if err := layerIn(t, b, p, w, m).Forward(x, y); err != nil {
					t.Fatal(err)
				}
				for i, want := range exact {
					errors[p] = max(errors[p], math.Abs(float64(y.Data[i])-want))
				}
			}
			t.Logf("k=%d: bf16x6 %.2g, float32 %.2g, bf16x3 %.2g, bf16 %.2g", k, errors[blas.BF16x6], errors[blas.Float32], errors[blas.BF16x3], errors[blas.BF16])
			// A hundred times what is lost of one operand with 16 or 8 bits: far
			// more than random signs add up to, far less than the next precision
			// loses.
			for _, c := range []struct {
				precision blas.Precision
				bound     float64
			}{{blas.BF16x6, errors[blas.Float32]}, {blas.BF16x3, 100 * 0x1p-16}, {blas.BF16, 100 * 0x1p-8}} {
				if got := errors[c.precision]; !(got <= c.bound) || got == 0 {
					t.Errorf("k=%d: the error of %s is %.3g, want at most %.3g and some", k, c.precision, got, c.bound)
				}
			}
		}
	})
}

// TestSpecial puts infinities, NaN and numbers at the ends of float32 into the
// operands of all three products, and expects what float32 gives: NaN and
// infinities in the same places, numbers within what the precision loses.
func TestSpecial(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	special := map[string][]float32{
		"infinities": {inf, -inf},
		"NaN":        {nan},
		"huge":       {1e38, -1e38, 3e38},
		"tiny":       {1e-40, -1e-45, 1.2e-38},
	}
	relative := map[blas.Precision]float64{blas.BF16: 0x1p-6, blas.BF16x3: 0x1p-13, blas.BF16x6: 0x1p-18}
	eachUnit(t, func(t *testing.T, b *native.Backend, unit string) {
		const batch, in, out = 7, 33, 35
		for name, values := range special {
			for operand := range 3 {
				rng := rand.New(rand.NewPCG(33, uint64(operand)))
				x, w, dz := randomMatrix(rng, batch, in), randomMatrix(rng, in, out), randomMatrix(rng, batch, out)
				// Exact in bf16, so that pieces but the first are zero: infinity times
				// such a piece must not make a NaN.
				for i := 0; i < len(w.Data); i += 3 {
					w.Data[i] = 0.5
				}
				to := []blas.Matrix{x, w, dz}[operand]
				for i, v := range values {
					to.Data[rng.IntN(len(to.Data))] = v
					to.Data[i] = v
				}
				want := passes(t, b, blas.Float32, x, w, dz)
				sizes := passes(t, b, blas.Float32, magnitudes(x), magnitudes(w), magnitudes(dz))
				for p, r := range relative {
					for i, got := range passes(t, b, p, x, w, dz) {
						for e := range got {
							g, f := float64(got[e]), float64(want[i][e])
							if math.IsNaN(f) && math.IsNaN(g) || math.IsInf(f, 0) && f == g {
								continue
							}
							if !(math.Abs(g-f) <= r*float64(sizes[i][e])) {
								t.Fatalf("%s in operand %d, %s, product %d: element %d is %v, want %v", name, operand, p, i, e, g, f)
							}
						}
					}
				}
			}
		}
	})
}

// magnitudes is |m|.
func magnitudes(m blas.Matrix) blas.Matrix {
	m.Data = slices.Clone(m.Data)
	for i, x := range m.Data {
		m.Data[i] = float32(math.Abs(float64(x)))
	}
	return m
}

// passes are the results of the three products of a layer.
func passes(t *testing.T, b *native.Backend, p blas.Precision, x, w, dz blas.Matrix) [3][]float32 {
	t.Helper()
	plan := layerIn(t, b, p, w, x.Rows)
	y, dx, dw := empty(x.Rows, w.Cols), empty(x.Rows, w.Rows), empty(w.Rows, w.Cols)
	if err := plan.Forward(x, y); err != nil {
		t.Fatal(err)
	}
	if err := plan.BackwardData(dz, dx, blas.Slope{}, false); err != nil {
		t.Fatal(err)
	}
	if err := plan.BackwardWeights(x, dz, false, nil); err != nil {
		t.Fatal(err)
	}
	if err := plan.Unpack(plan.Gradients(), dw, make([]float32, w.Cols)); err != nil {
		t.Fatal(err)
	}
	return [3][]float32{y.Data, dx.Data, dw.Data}
}

// TestStress multiplies on more goroutines than there are processors, while the
// collector stops the world and the profiler interrupts, and fails at one wrong
// element: a unit's state must not leak from one to another.
func TestStress(t *testing.T) {
	eachUnit(t, func(t *testing.T, b *native.Backend, unit string) {
		rounds := 400
		if testing.Short() || unit == kernels.UnitGeneric {
			rounds = 4
		}
		stress(t, b, rounds)
	})
}

func stress(t *testing.T, b *native.Backend, rounds int) {
	if err := pprof.StartCPUProfile(io.Discard); err == nil { // somebody else may be profiling
		defer pprof.StopCPUProfile()
	}
	stop := make(chan struct{})
	var collector, workers sync.WaitGroup
	collector.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	})
	var wrong atomic.Int32
	for g := range 4 * runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			rng := rand.New(rand.NewPCG(35, uint64(g)))
			m, k, n := 1+rng.IntN(70), 1+rng.IntN(150), 1+rng.IntN(70)
			x, w := randomMatrix(rng, m, k), randomMatrix(rng, k, n)
			plan := layerIn(t, b, []blas.Precision{blas.BF16, blas.BF16x3, blas.BF16x6}[g%3], w, m)
			want, got := empty(m, n), empty(m, n)
			if err := plan.Forward(x, want); err != nil {
				t.Error(err)
			}
			for range rounds {
				if err := plan.Forward(x, got); err != nil {
					t.Error(err)
				}
				if !slices.Equal(got.Data, want.Data) {
					wrong.Add(1)
				}
				_ = make([]byte, 64<<10) // work for the collector
			}
		})
	}
	workers.Wait()
	close(stop)
	collector.Wait()
	if n := wrong.Load(); n > 0 {
		t.Errorf("%d results differ from the first", n)
	}
}

// TestForwardDuringBackwardData lets predictions read the pairs of weights while
// the first BackwardData makes those that it needs. The race detector sees what
// the unit in Go writes.
func TestForwardDuringBackwardData(t *testing.T) {
	b, err := native.Open(native.Options{Workers: 2, Unit: kernels.UnitGeneric})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	rng := rand.New(rand.NewPCG(37, 38))
	x, w, dz := randomMatrix(rng, 9, 70), randomMatrix(rng, 70, 50), randomMatrix(rng, 9, 50)
	plan := layerIn(t, b, blas.BF16x3, w, 9)
	want := empty(9, 50)
	if err := plan.Forward(x, want); err != nil {
		t.Fatal(err)
	}
	var predictions sync.WaitGroup
	for range 3 {
		predictions.Go(func() {
			got := empty(9, 50)
			for range 20 {
				if err := plan.Forward(x, got); err != nil || !slices.Equal(got.Data, want.Data) {
					t.Errorf("a prediction differs from the first (%v)", err)
				}
			}
		})
	}
	if err := plan.BackwardData(dz, empty(9, 70), blas.Slope{}, false); err != nil {
		t.Error(err)
	}
	predictions.Wait()
}

// TestGradientsHaveNoHistory: gradients do not depend on the weights, nor on what
// these were once.
func TestGradientsHaveNoHistory(t *testing.T) {
	eachUnit(t, func(t *testing.T, b *native.Backend, unit string) {
		rng := rand.New(rand.NewPCG(39, 40))
		x, w, dz := randomMatrix(rng, 9, 40), randomMatrix(rng, 40, 41), randomMatrix(rng, 9, 41)
		gradients := func(plan blas.Dense) []float32 {
			if err := plan.BackwardWeights(x, dz, false, nil); err != nil {
				t.Fatal(err)
			}
			return slices.Clone(plan.Gradients())
		}
		want := gradients(layerIn(t, b, blas.BF16x3, w, 9))
		bad := empty(40, 41)
		bad.Data[7] = float32(math.Inf(1))
		plan := layerIn(t, b, blas.BF16x3, bad, 9)
		if err := plan.Forward(x, empty(9, 41)); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(gradients(plan), want) {
			t.Error("with infinite weights gradients differ")
		}
		if err := blas.SetWeights(plan, w, make([]float32, 41)); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(gradients(plan), want) {
			t.Error("after infinite weights gradients differ")
		}
	})
}
