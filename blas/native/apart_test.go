package native

import (
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// TestRoundApart is when workers round for themselves.
func TestRoundApart(t *testing.T) {
	for _, tt := range []struct {
		workers, m, n, k int
		gradient         bool
		precision        blas.Precision
		want             bool
	}{
		{2, 64, 512, 512, false, blas.BF16, true},
		{4, 64, 512, 512, false, blas.BF16, true},
		{1, 64, 512, 512, false, blas.BF16, false},
		{5, 64, 512, 512, false, blas.BF16, false},
		{2, 64, 512, 512, false, blas.Float32, false},
		{2, 1024, 512, 512, false, blas.BF16, true},
		{2, 1026, 512, 512, false, blas.BF16, false}, // more than 2^18 pairs
		{2, 512, 512, 64, true, blas.BF16, true},
		{2, 32, 8192, 64, true, blas.BF16, true},
		{2, 32, 8194, 64, true, blas.BF16, false}, // likewise, of B
	} {
		b := openFor(t, Options{Workers: tt.workers, Unit: kernels.UnitGeneric})
		in, out, rows := tt.k, tt.n, tt.m
		if tt.gradient {
			in, rows = tt.m, tt.k
		}
		d, err := b.Dense(blas.DenseSpec{In: in, Out: out, MaxBatch: rows, Precision: tt.precision})
		if err != nil {
			t.Fatal(err)
		}
		x, y := blas.Matrix{Rows: rows, Cols: in, Stride: in}, blas.Matrix{Rows: rows, Cols: out, Stride: out}
		p := d.(*plan)
		product := p.forward(x, y).product
		switch {
		case tt.gradient:
			product = p.gradientPairs(x, y)
		case tt.precision != blas.Float32:
			product = p.forwardPairs(x, y).product
		}
		kern := product.kernel(b.set)
		g := product.cut(kern, product.hands(kern, tt.workers, true))
		if got := product.roundApart(&g); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

// TestApartStrips shows that a worker rounds what its tasks read, once, in memory of its
// own.
func TestApartStrips(t *testing.T) {
	b := openFor(t, Options{Workers: 3, Unit: kernels.UnitGeneric})
	d, err := b.Dense(blas.DenseSpec{In: 40, Out: 70, MaxBatch: 60, Precision: blas.BF16})
	if err != nil {
		t.Fatal(err)
	}
	x, y := blas.Matrix{Rows: 60, Cols: 40, Stride: 40, Data: make([]float32, 60*40)}, blas.Matrix{Rows: 60, Cols: 70, Stride: 70, Data: make([]float32, 60*70)}
	for i := range x.Data {
		x.Data[i] = 1
	}
	j := d.(*plan).forwardPairs(x, y)
	j.backend = b
	j.grid = grid{height: 60, width: 3, rows: 30, columns: 2, down: 2, tasks: 4, most: 3}
	b.apart.begin(b, &j.product, 3)
	defer b.apart.end(b)
	for _, step := range []struct {
		task, worker int
		want         [3]uint64 // strips that workers have
	}{{3, 2, [3]uint64{0, 0, 2}}, {1, 2, [3]uint64{0, 0, 2}}, {0, 1, [3]uint64{0, 1, 2}}, {2, 2, [3]uint64{0, 1, 3}}} {
		j.Task(step.task, step.worker)
		for w, want := range step.want {
			if got := b.apart.workers[w].a.done; got != want {
				t.Errorf("after task %d by worker %d: worker %d has strips %b, want %b", step.task, step.worker, w, got, want)
			}
		}
	}
	if b.apart.workers[1].a.mem == b.apart.workers[2].a.mem {
		t.Error("two workers share memory")
	}
}
