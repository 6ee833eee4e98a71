package native

import (
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/cpu"
	"github.com/neurona-ml/neurona/kernels"
)

// TestTunings: every ISA has one row for all microarchitectures that have none, every row
// says what its figures come from, and sizes fit the kernels.
func TestTunings(t *testing.T) {
	type key struct {
		isa cpu.ISA
		of  cpu.Microarchitecture
	}
	rows := map[key]int{}
	for _, r := range tunings {
		if !strings.Contains(r.basis, "measured") {
			t.Errorf("%s, %v: %q does not say whether that was measured", r.isa, r.of, r.basis)
		}
		if min(r.kc, r.mc, r.inPlaceStride, r.prefetchFrom) <= 0 || !(min(r.rate, r.bandwidth, r.shareWork, r.wakeWork) > 0) || r.wakeWork < r.shareWork {
			t.Errorf("%s, %v: %+v", r.isa, r.of, r.tuning)
		}
		if r.of == nil {
			rows[key{r.isa, cpu.Unknown}]++
		}
		for _, m := range r.of {
			rows[key{r.isa, m}]++
			if got := tuningOf(r.isa, m); got != r.tuning {
				t.Errorf("%s, %s: %+v, want its row's %+v", r.isa, m, got, r.tuning)
			}
		}
	}
	for k, n := range rows {
		if n != 1 {
			t.Errorf("%s, %q: %d rows", k.isa, k.of, n)
		}
	}
	for _, isa := range []cpu.ISA{cpu.Generic, cpu.AVX2, cpu.AVX512, cpu.NEON} {
		if rows[key{isa, cpu.Unknown}] != 1 {
			t.Errorf("%s has no row for unknown microarchitectures", isa)
		}
	}
	for _, set := range kernels.Sets() {
		for _, r := range tunings {
			if r.isa == cpu.ISA(set.ISA) && r.mc%set.Product.MR != 0 {
				t.Errorf("%s, %v: tasks of %d rows, tiles of %d", r.isa, r.of, r.mc, set.Product.MR)
			}
		}
	}
}

// TestTuningChangesNoBit compares products of plans and plain ones at odd sizes and
// thresholds with those of this machine's.
func TestTuningChangesNoBit(t *testing.T) {
	for _, set := range kernels.Sets() {
		want := resultsOf(t, set.ISA, func(*tuning) {})
		for name, change := range map[string]func(*tuning){
			"short parts":     func(u *tuning) { u.kc = 2 },
			"odd parts":       func(u *tuning) { u.kc = 37 },
			"low tasks":       func(u *tuning) { u.mc = 1 },
			"all shared":      func(u *tuning) { u.shareWork, u.wakeWork, u.rate = 0, 0, 1e-3 },
			"nothing shared":  func(u *tuning) { u.shareWork, u.wakeWork = 1e12, 1e12 },
			"A copied":        func(u *tuning) { u.inPlaceStride = 1 },
			"fetching always": func(u *tuning) { u.prefetchFrom = 0 },
		} {
			for i, got := range resultsOf(t, set.ISA, change) {
				if err := sameBits(name, got, want[i]); err != nil {
					t.Errorf("%s, result %d: %v", set.ISA, i, err)
				}
			}
		}
	}
}

// resultsOf are results of some products and updates with a changed tuning.
func resultsOf(t *testing.T, isa string, change func(*tuning)) (results [][]float32) {
	t.Helper()
	b := openFor(t, Options{ISA: isa, Workers: 2})
	change(&b.kern.tuning)
	for _, s := range [][3]int{{3, 5, 4}, {70, 90, 45}, {33, 120, 65}, {90, 270, 9}} {
		rows, in, out := s[0], s[1], s[2]
		x, dz, w := random(rows, in), random(rows, out), random(in, out)
		for _, tA := range []blas.Transpose{blas.NoTrans, blas.Trans} {
			a, y := x, random(rows, out)
			if tA == blas.Trans {
				a = random(in, rows)
			}
			if err := b.Gemm(tA, blas.NoTrans, 1, a, w, 1, y); err != nil {
				t.Fatal(err)
			}
			results = append(results, y.Data)
		}
		p, err := b.Dense(blas.DenseSpec{In: in, Out: out, MaxBatch: rows, Activation: kernels.ReLU})
		if err != nil {
			t.Fatal(err)
		}
		y, dx := random(rows, out), random(rows, in)
		for range 2 {
			for _, err := range []error{
				blas.SetWeights(p, w, random(1, out).Data),
				p.Forward(x, y),
				p.BackwardData(dz, dx, blas.Slope{}, false),
				p.BackwardWeights(x, dz, false, nil),
				p.BackwardWeights(x, dz, false, newMomentum(p)),
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		results = append(results, y.Data, dx.Data, p.Gradients(), p.Parameters())
	}
	return results
}
