package native

import (
	"math"
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
		if !strings.Contains(r.basis, "not measured: from ") {
			t.Errorf("%s, %v: %q does not say what was measured and where the rest is from", r.isa, r.of, r.basis)
		}
		if min(r.kc, r.mc, r.copyBFrom, r.inPlaceStride, r.prefetchFrom) <= 0 || !(min(r.rate, r.bandwidth, r.shareWork, r.wakeWork) > 0) || r.wakeWork < r.shareWork {
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
	for isa, all := range map[cpu.ISA][]cpu.Microarchitecture{
		cpu.AVX512: {cpu.Zen4, cpu.Zen5, cpu.SkylakeX, cpu.CascadeLake, cpu.CooperLake, cpu.IceLake, cpu.SapphireRapids, cpu.GraniteRapids},
		cpu.AVX2:   {cpu.Zen2, cpu.Zen3, cpu.Zen4, cpu.Zen5, cpu.Haswell, cpu.Skylake, cpu.GoldenCove, cpu.LionCove},
		cpu.NEON:   {cpu.NeoverseN1, cpu.NeoverseV1, cpu.NeoverseN2, cpu.NeoverseV2, cpu.Apple},
	} {
		for _, m := range all {
			if rows[key{isa, m}] != 1 {
				t.Errorf("%s has no row for %s", isa, m)
			}
		}
		for _, r := range tunings {
			if r.isa == isa && r.of == nil && (tuningOf(isa, cpu.Unknown) != r.tuning || tuningOf(isa, "a core to come") != r.tuning) {
				t.Errorf("%s: unknown machines do not get its row", isa)
			}
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

// TestTuningsOfUnits: sizes fit the units' kernels, and kc, which sums of terms depend on, is the
// same whatever float32 is tuned to.
func TestTuningsOfUnits(t *testing.T) {
	for unit, want := range map[string]struct{ kc, step, rows, most int }{
		cpu.UnitAMX: {128, 16, 32, 384}, cpu.UnitAVX512: {1024, 1, 14, 504}, kernels.UnitGeneric: {256, 1, 4, 128},
	} {
		for _, r := range tunings {
			if got := tuningOfUnit(unit, r.tuning); got.kc != want.kc || got.kc%want.step != 0 || got.mc%want.rows != 0 || got.mc != want.most {
				t.Errorf("%s beside %s, %v: kc %d and mc %d", unit, r.isa, r.of, got.kc, got.mc)
			}
		}
	}
	for _, name := range kernels.PairUnits() {
		if kernels.MissingUnit(name) != "" {
			continue
		}
		b := openFor(t, Options{Unit: name})
		if u, k := b.bf16.unit, &b.bf16.kern; k.kc%u.KStep != 0 || k.mc%k.MR != 0 || u.Panels1 != nil && k.mc > u.MaxRows {
			t.Errorf("%s: kc %d, mc %d; steps of %d, tiles of %d rows, at most %d", name, k.kc, k.mc, u.KStep, k.MR, u.MaxRows)
		}
	}
}

// TestTuningChangesNoBit compares products of plans, of chains and plain ones at odd sizes and
// thresholds with those of this machine's.
func TestTuningChangesNoBit(t *testing.T) {
	for i, set := range kernels.Sets() {
		if testing.Short() && i > 0 {
			break // the generic one, of which the race detector sees everything
		}
		want := resultsOf(t, set.ISA, func(*tuning) {})
		for name, change := range map[string]func(*tuning){
			"short parts":     func(u *tuning) { u.kc = 2 },
			"odd parts":       func(u *tuning) { u.kc = 37 },
			"low tasks":       func(u *tuning) { u.mc = 1 },
			"all shared":      func(u *tuning) { u.shareWork, u.wakeWork, u.rate = 0, 0, 1e-3 },
			"nothing shared":  func(u *tuning) { u.shareWork, u.wakeWork = 1e12, 1e12 },
			"B packed":        func(u *tuning) { u.copyBFrom = 1 },
			"B in place":      func(u *tuning) { u.copyBFrom = 1000 },
			"A copied":        func(u *tuning) { u.inPlaceStride = 1 },
			"fetching always": func(u *tuning) { u.prefetchFrom = 0 },
			"fetching never":  func(u *tuning) { u.prefetchFrom = math.MaxInt32 },
			"slow memory":     func(u *tuning) { u.bandwidth = 1e-3 },
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
	b := openFor(t, Options{ISA: isa, Workers: 2, Unit: kernels.UnitGeneric})
	kc := b.bf16.kern.kc
	change(&b.kern.tuning)
	change(&b.bf16.kern.tuning)
	b.bf16.kern.kc = kc // sums of terms depend on it
	for _, s := range [][3]int{{3, 5, 4}, {70, 90, 45}, {33, 120, 65}, {90, 270, 9}} {
		rows, in, out := s[0], s[1], s[2]
		x, dz, w := random(rows, in), random(rows, out), random(in, out)
		for form := range 8 {
			tA, a := blas.NoTrans, x
			if form&1 != 0 {
				tA, a = blas.Trans, random(in, rows)
			}
			tB, bm := blas.NoTrans, w
			if form&2 != 0 {
				tB, bm = blas.Trans, random(out, in)
			}
			y := random(rows, out)
			if err := b.Gemm(tA, tB, 1+float32(form/4), a, bm, 1, y); err != nil {
				t.Fatal(err)
			}
			results = append(results, y.Data)
		}
		for _, precision := range []blas.Precision{blas.Float32, blas.BF16x3} {
			results = append(results, passesOf(t, b, blas.DenseSpec{In: in, Out: out, MaxBatch: rows, Activation: kernels.ReLU, Precision: precision}, x, dz, w)...)
		}
	}
	return append(results, chainOf(t, b)...)
}

// passesOf are results of a plan.
func passesOf(t *testing.T, b *Backend, spec blas.DenseSpec, x, dz, w blas.Matrix) [][]float32 {
	t.Helper()
	p, err := b.Dense(spec)
	if err != nil {
		t.Fatal(err)
	}
	y, dx := random(x.Rows, spec.Out), random(x.Rows, spec.In)
	for range 2 {
		for _, err := range []error{
			blas.SetWeights(p, w, random(1, spec.Out).Data),
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
	return [][]float32{y.Data, dx.Data, p.Gradients(), p.Parameters()}
}

// chainOf says how many parameters networks have that are chains: results of plans and of
// chains differ.
func chainOf(t *testing.T, b *Backend) (results [][]float32) {
	t.Helper()
	for _, width := range []int{2, 20, 29, 30, 32} {
		var plans []blas.Dense
		for range 2 {
			p, err := b.Dense(blas.DenseSpec{In: width, Out: width, MaxBatch: 1, Activation: kernels.ReLU})
			if err != nil {
				t.Fatal(err)
			}
			plans = append(plans, p)
		}
		chained := float32(0)
		if b.Chain(plans, kernels.ChainSquaredError) != nil {
			chained = 1
		}
		results = append(results, []float32{chained})
	}
	return results
}
