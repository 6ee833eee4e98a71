package native

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// TestScratchGet shows whose memory a worker gets: its own before others', then the
// smallest that is large enough, then what was given back last.
func TestScratchGet(t *testing.T) {
	size := func(n, worker int) *scratch { return &scratch{mem: make([]float32, n), worker: worker} }
	mine, other, large, later, tiny := size(100, 1), size(100, 0), size(500, 0), size(100, 0), size(10, 1)
	s := scratches{free: []*scratch{mine, other, large, later, tiny}}
	for i, want := range []*scratch{mine, later, other, large} {
		got := s.get(50, 1)
		if got != want || got.worker != 1 {
			t.Fatalf("get %d: %d floats that worker %d had, want others", i, len(got.mem), got.worker)
		}
	}
	if got := s.get(50, 1); got != tiny || len(got.mem) != 50 {
		t.Errorf("what is too small did not grow to 50: %d floats", len(got.mem))
	}
	if len(s.free) != 0 {
		t.Errorf("%d left", len(s.free))
	}
}

// TestNothingIsKeptAlive shows that neither scratch memory nor the backend names a network's
// memory after a step.
func TestNothingIsKeptAlive(t *testing.T) {
	for _, p := range []blas.Precision{blas.Float32, blas.BF16} {
		b := openFor(t, Options{Workers: 2, Unit: kernels.UnitGeneric})
		d, err := b.Dense(blas.DenseSpec{In: 300, Out: 150, MaxBatch: 64, Precision: p})
		if err != nil {
			t.Fatal(err)
		}
		if d.Spec().In*d.Spec().Out*2 < b.kern.prefetchFrom {
			t.Fatal("the layer is so small that nothing is fetched")
		}
		data, out := make([]float32, 64*300), make([]float32, 64*300)
		x, dz := blas.Matrix{Rows: 64, Cols: 300, Stride: 300, Data: data}, blas.Matrix{Rows: 64, Cols: 150, Stride: 150, Data: data}
		y, dx := blas.Matrix{Rows: 64, Cols: 150, Stride: 150, Data: out}, blas.Matrix{Rows: 64, Cols: 300, Stride: 300, Data: out}
		for _, err := range []error{
			d.Forward(x, y),
			d.BackwardData(dz, dx, blas.Slope{}, false),
			d.BackwardWeights(x, dz, false, newMomentum(d)),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if len(b.scratch.free) == 0 {
			t.Fatal("no scratch memory was used")
		}
		for _, s := range b.scratch.free {
			for _, r := range s.prefetch.ranges {
				if unsafe.SliceData(r) != nil {
					t.Fatalf("%s: scratch memory names what a task fetched", p)
				}
			}
		}
		if err := namesNothing(b); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
}

// TestScratchIsReserved shows that steps find all the scratch memory that they need
// after the first ones, whoever does which task.
func TestScratchIsReserved(t *testing.T) {
	steps := 40
	if testing.Short() {
		steps = 10
	}
	for _, tt := range []struct {
		workers   int
		tiles     bool
		precision blas.Precision
		sink      bool
	}{
		{4, true, blas.BF16, true}, {4, true, blas.BF16, false}, {4, false, blas.BF16, true},
		{6, true, blas.BF16, false}, {4, true, blas.BF16x3, true}, {4, false, blas.Float32, true},
	} {
		b := openFor(t, Options{Workers: tt.workers, Unit: kernels.UnitGeneric})
		if tt.tiles {
			b.useUnit(likeTiles(b))
		}
		h := &history{T: t, rng: rand.New(rand.NewPCG(64, 65)), b: b}
		h.spec = blas.DenseSpec{In: 200, Out: 60, MaxBatch: 96, Precision: tt.precision}
		p, err := b.Dense(h.spec)
		h.check(err)
		x, dz, dx, y := h.draw(96, 200), h.draw(96, 60), h.draw(96, 200), h.draw(96, 60)
		for _, m := range []blas.Matrix{x, dz} {
			for i, v := range m.Data {
				if v-v != 0 { // bf16x3 would be float32
					m.Data[i] = 1
				}
			}
		}
		made := 0
		for step := range steps {
			h.check(p.Forward(x, y))
			h.check(p.BackwardData(dz, dx, blas.Slope{}, false))
			if tt.sink {
				h.check(p.BackwardWeights(x, dz, false, &still{}))
			} else {
				h.check(p.BackwardWeights(x, dz, false, nil))
			}
			h.check(b.Gemm(blas.NoTrans, blas.Trans, 1, x, x, 0, blas.Matrix{Rows: 96, Cols: 96, Stride: 96, Data: make([]float32, 96*96)}))
			p.Refresh()
			floats := 0
			for _, s := range b.scratch.free {
				floats += len(s.mem)
			}
			if step > 1 && floats != made {
				t.Fatalf("%+v, step %d: %d floats of scratch memory, %d before", tt, step, floats, made)
			}
			made = floats
		}
	}
}

// TestTransposingScratch shows that there is memory for all workers to transpose what they
// round at the same time.
func TestTransposingScratch(t *testing.T) {
	for workers, in := range map[int]int{4: 60, 6: 2600} { // each for itself, and shared
		b := openFor(t, Options{Workers: workers, Unit: kernels.UnitGeneric})
		b.useUnit(likeTiles(b))
		h := &history{T: t, rng: rand.New(rand.NewPCG(68, 69)), b: b}
		h.spec = blas.DenseSpec{In: in, Out: 20, MaxBatch: 96, Precision: blas.BF16}
		p := h.fresh(b)
		h.check(p.BackwardWeights(random(96, in), random(96, 20), false, nil))
		there := 0
		for _, s := range b.scratch.free {
			if len(s.mem) >= roundPairs*roundColumns {
				there++
			}
		}
		if there < workers {
			t.Errorf("%d workers: memory for %d to transpose", workers, there)
		}
	}
}

// still is a sink that changes nothing.
type still struct{}

func (*still) Update(int, int, []float32, []float32) {}
func (*still) State() [][]float32                    { return nil }
