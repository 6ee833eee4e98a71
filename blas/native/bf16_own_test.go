package native

import (
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// TestRoundsOwn is when workers round for themselves.
func TestRoundsOwn(t *testing.T) {
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
		{2, 64, 512, 512, false, blas.BF16x3, true}, // if it had not been rounded before
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
		p := d.(*bf16Plan)
		j, r := p.forward(x, y).product, rounded{}
		if tt.gradient {
			j = p.gradient(x, y)
			r = p.gradientPairs(&j)
		} else {
			r = p.forwardPairs(&j)
		}
		nanos := r.work(&j)
		g := j.cut(j.kern.hands(nanos, tt.workers, true), nanos)
		if got := r.roundsOwn(&j, &g); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

// TestOwnStrips shows that a worker rounds what its tasks read, once, in memory of its
// own.
func TestOwnStrips(t *testing.T) {
	b := openFor(t, Options{Workers: 3, Unit: kernels.UnitGeneric})
	d, err := b.Dense(blas.DenseSpec{In: 40, Out: 70, MaxBatch: 60, Precision: blas.BF16})
	if err != nil {
		t.Fatal(err)
	}
	x, y := blas.Matrix{Rows: 60, Cols: 40, Stride: 40, Data: make([]float32, 60*40)}, blas.Matrix{Rows: 60, Cols: 70, Stride: 70, Data: make([]float32, 60*70)}
	for i := range x.Data {
		x.Data[i] = 1
	}
	p := d.(*bf16Plan)
	j := bf16Job{multiplyJob: p.forward(x, y)}
	j.rounded = p.forwardPairs(&j.product)
	j.backend = b
	j.grid = grid{ofRows: 60, ofPanels: 3, rows: 30, columns: 2, down: 2, tasks: 4, most: 3}
	own := &b.bf16.own
	own.begin(b, &j.rounded, &j.product, 3)
	defer own.end(b)
	for _, step := range []struct {
		task, worker int
		want         [3]uint64 // strips that workers have
	}{{3, 2, [3]uint64{0, 0, 2}}, {1, 2, [3]uint64{0, 0, 2}}, {0, 1, [3]uint64{0, 1, 2}}, {2, 2, [3]uint64{0, 1, 3}}} {
		j.Task(step.task, step.worker)
		for w, want := range step.want {
			if got := own.workers[w].a.done; got != want {
				t.Errorf("after task %d by worker %d: worker %d has strips %b, want %b", step.task, step.worker, w, got, want)
			}
		}
	}
	if own.workers[1].a.mem == own.workers[2].a.mem {
		t.Error("two workers share memory")
	}
}
