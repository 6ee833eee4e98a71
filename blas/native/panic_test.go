package native

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/kernels"
)

// fuse makes a backend's kernels panic: all count down, and the one that gets to
// zero panics with the fuse.
type fuse struct{ left, calls atomic.Int64 }

func (f *fuse) burn() {
	f.calls.Add(1)
	if f.left.Add(-1) == 0 {
		panic(f)
	}
}

// insert puts the fuse into all kernels of b that products call.
func (f *fuse) insert(b *Backend) {
	set := *b.set
	b.set = &set
	f.insertProduct(&b.kern.Product)
	for i, activate := range set.Activate {
		set.Activate[i] = func(dst, z []float32) { f.burn(); activate(dst, z) }
	}
	for i, derive := range set.Derive {
		set.Derive[i] = func(dz, dy, y []float32) { f.burn(); derive(dz, dy, y) }
	}
	if b.bf16.unit == nil {
		return
	}
	unit := *b.bf16.unit
	b.bf16.unit = &unit
	f.insertProduct(&b.bf16.kern.Product)
	for _, panels := range []*kernels.Panels{&unit.Panels1, &unit.Panels3, &unit.Panels6} {
		if multiply := *panels; multiply != nil {
			*panels = func(panels, m, n, k int, a *float32, rsa, planeA int, b *float32, ldb, planeB, panelB int, s *float32, lds, panelS int, c *float32, ldc, panelC int, floor float32) {
				f.burn()
				multiply(panels, m, n, k, a, rsa, planeA, b, ldb, planeB, panelB, s, lds, panelS, c, ldc, panelC, floor)
			}
		}
	}
	for _, round := range []*func(rows, n int, src *float32, lds, pieces int, dst *float32, ldd, plane int) bool{&unit.FromRows, &unit.FromColumns} {
		from := *round
		*round = func(rows, n int, src *float32, lds, pieces int, dst *float32, ldd, plane int) bool {
			f.burn()
			return from(rows, n, src, lds, pieces, dst, ldd, plane)
		}
	}
}

func (f *fuse) insertProduct(p *kernels.Product) {
	tile, row, dots, transpose, packRows := p.Tile, p.Row, p.Dots, p.Transpose, p.PackRows
	p.Tile = func(m, n, k int, a *float32, rsa, csa int, b *float32, ldb int, s *float32, lds int, c *float32, ldc int, floor float32, next *float32, ldNext int) {
		f.burn()
		tile(m, n, k, a, rsa, csa, b, ldb, s, lds, c, ldc, floor, next, ldNext)
	}
	p.Row = func(n, k int, a *float32, csa int, b *float32, ldb int, s, c *float32) {
		f.burn()
		row(n, k, a, csa, b, ldb, s, c)
	}
	p.Dots = func(m, n, k int, a *float32, lda int, b *float32, ldb int, c *float32, ldc int, alpha float32, add bool) {
		f.burn()
		dots(m, n, k, a, lda, b, ldb, c, ldc, alpha, add)
	}
	p.Transpose = func(rows, cols int, src *float32, lds int, dst *float32, ldd int) {
		f.burn()
		transpose(rows, cols, src, lds, dst, ldd)
	}
	p.PackRows = func(rows, width int, src *float32, lds int, dst *float32) {
		f.burn()
		packRows(rows, width, src, lds, dst)
	}
}

// checkIdle reports what a backend without work holds: its pool, operands, or less
// scratch memory than before.
func checkIdle(b *Backend, scratches int) error {
	if !b.pool.TryAcquire() {
		return errors.New("the pool is held")
	}
	b.pool.Release()
	if !b.scratch.mu.TryLock() {
		return errors.New("the lock of the scratch memory is held")
	}
	defer b.scratch.mu.Unlock()
	if n := len(b.scratch.free); n < scratches {
		return fmt.Errorf("%d pieces of scratch memory, %d before", n, scratches)
	}
	for _, s := range b.scratch.free {
		for _, r := range s.prefetch.ranges {
			if r != nil {
				return errors.New("scratch memory names what a task fetched")
			}
		}
	}
	return namesNothing(b)
}

// namesNothing reports what a backend without work keeps of products that are done.
func namesNothing(b *Backend) error {
	x := &b.bf16
	if b.jobs.multiply.backend != nil || b.jobs.gradient.plan != nil || b.jobs.gradient.sink != nil || b.jobs.rows.backend != nil || b.jobs.dots.backend != nil ||
		x.multiply.backend != nil || x.gradient.plan != nil || x.gradient.sink != nil || x.rounding.src.Data != nil || x.own.a.src.Data != nil || x.own.b.src.Data != nil {
		return errors.New("the backend names operands")
	}
	for w := range x.own.workers {
		if x.own.workers[w] != (workerOperands{}) {
			return fmt.Errorf("worker %d keeps what it has rounded", w)
		}
	}
	return nil
}

// recovering is call by somebody who recovers from panics on his own goroutine.
func recovering(call func() error) func() error {
	return func() (err error) {
		defer parallel.Recover(&err)
		return call()
	}
}

// explode calls call with the fuse at its first kernel, the second, one in the
// middle and the last: each time the panic is the error, the backend is idle
// afterwards, and after is called.
func (f *fuse) explode(b *Backend, call, after func() error) error {
	call = recovering(call)
	f.left.Store(0) // never zero again
	f.calls.Store(0)
	if err := call(); err != nil {
		return err
	}
	calls := f.calls.Load()
	for _, at := range []int64{1, 2, (calls + 1) / 2, calls} {
		scratches := len(b.scratch.free)
		f.left.Store(at)
		err := call()
		if burnt := f.left.Load() <= 0; err == nil && !burnt {
			continue // there are fewer calls this time
		}
		f.left.Store(0)
		var e *blas.PanicError
		if !errors.As(err, &e) || e.Value != f {
			return fmt.Errorf("kernel %d of %d panics: error is %v, want a *blas.PanicError", at, calls, err)
		}
		if err := checkIdle(b, scratches); err != nil {
			return fmt.Errorf("kernel %d of %d panics: %w", at, calls, err)
		}
		if err := after(); err != nil {
			return fmt.Errorf("after a panic in kernel %d of %d: %w", at, calls, err)
		}
	}
	return nil
}

// sameBits reports the first number in which got and want differ.
func sameBits(what string, got, want []float32) error {
	for i := range want {
		if !sameNumber(got[i], want[i]) {
			return fmt.Errorf("%s: element %d of %d is %v, want %v", what, i, len(want), got[i], want[i])
		}
	}
	return nil
}

// TestPanicInGemm lets kernels of products panic, whichever way these go: the
// product after it has the bits of a backend that nothing has happened to.
func TestPanicInGemm(t *testing.T) {
	fresh := openFor(t, Options{Workers: 1})
	for _, workers := range []int{1, 2, 4} {
		b, f := openFor(t, Options{Workers: workers}), &fuse{}
		f.insert(b)
		for _, tt := range []struct {
			tA, tB  blas.Transpose
			m, n, k int
			beta    float32
		}{
			{blas.NoTrans, blas.NoTrans, 9, 8, 7, 1}, // small
			{blas.NoTrans, blas.Trans, 40, 50, 30, 0},
			{blas.NoTrans, blas.NoTrans, 1, 64, 64, 1}, // by rows
			{blas.NoTrans, blas.NoTrans, 2, 1500, 600, 0},
			{blas.NoTrans, blas.NoTrans, 900, 1024, 2, 0},
			{blas.NoTrans, blas.Trans, 3, 40, 64, 1}, // by dots
			{blas.NoTrans, blas.Trans, 8, 900, 600, 1},
			{blas.NoTrans, blas.NoTrans, 130, 300, 270, 1}, // by tiles
			{blas.Trans, blas.NoTrans, 1100, 300, 130, 0},
			{blas.NoTrans, blas.Trans, 130, 300, 270, 1},
			{blas.Trans, blas.NoTrans, 700, 3, 800, 1}, // narrow
		} {
			x, y := random(tt.m, tt.k), random(tt.k, tt.n)
			if tt.tA == blas.Trans {
				x = random(tt.k, tt.m)
			}
			if tt.tB == blas.Trans {
				y = random(tt.n, tt.k)
			}
			want := random(tt.m, tt.n)
			if err := fresh.Gemm(tt.tA, tt.tB, 1, x, y, tt.beta, want); err != nil {
				t.Fatal(err)
			}
			c := random(tt.m, tt.n)
			call := func() error { return b.Gemm(tt.tA, tt.tB, 1, x, y, tt.beta, c) }
			err := f.explode(b, call, func() error {
				copy(c.Data, random(tt.m, tt.n).Data)
				return errors.Join(call(), sameBits("C", c.Data, want.Data))
			})
			if err != nil {
				t.Errorf("%d workers, %+v: %v", workers, tt, err)
			}
		}
	}
}

// TestPanicInPlan lets kernels panic in all passes of plans of several sizes, in
// float32 and in pairs. The passes after it have the bits of a plan that was made
// of the same parameters.
func TestPanicInPlan(t *testing.T) {
	for _, tiles := range []bool{false, true} {
		for _, workers := range []int{1, 2, 4} {
			if testing.Short() && workers != 2 {
				continue
			}
			b := openFor(t, Options{Workers: workers, Unit: kernels.UnitGeneric})
			fresh := openFor(t, Options{Workers: 1, Unit: kernels.UnitGeneric})
			if tiles {
				b.useUnit(likeTiles(b))
				fresh.useUnit(likeTiles(fresh))
			}
			f := &fuse{}
			f.insert(b)
			for _, precision := range []blas.Precision{blas.Float32, blas.BF16, blas.BF16x3} {
				if tiles && precision == blas.Float32 {
					continue
				}
				for _, spec := range []blas.DenseSpec{
					{In: 5, Out: 3, MaxBatch: 4, Activation: kernels.Tanh},
					{In: 40, Out: 70, MaxBatch: 10, Activation: kernels.Sigmoid},
					{In: 300, Out: 150, MaxBatch: 64, Activation: kernels.ReLU},
				} {
					if spec.Precision = precision; precision != blas.Float32 && spec.In == 300 {
						if testing.Short() {
							continue
						}
						spec.In, spec.MaxBatch = 100, 30 // Go code is slow
					}
					if err := panicInPlan(b, fresh, f, spec); err != nil {
						t.Errorf("like tiles %v, %d workers, %+v: %v", tiles, workers, spec, err)
					}
				}
			}
		}
	}
}

func panicInPlan(b, fresh *Backend, f *fuse, spec blas.DenseSpec) error {
	p, err := b.Dense(spec)
	if err != nil {
		return err
	}
	f.left.Store(0)
	if err := blas.SetWeights(p, random(spec.In, spec.Out), random(1, spec.Out).Data); err != nil {
		return err
	}
	rows := spec.MaxBatch
	x, y, dx, dz := random(rows, spec.In), random(rows, spec.Out), random(rows, spec.In), random(rows, spec.Out)
	for i := range x.Data {
		x.Data[i] = min(max(x.Data[i], 0.1), 0.9) // outputs of a sigmoid
	}
	passes := func(d blas.Dense, y, dx blas.Matrix) error {
		return errors.Join(d.Forward(x, y), d.BackwardData(dz, dx, blas.Slope{Of: kernels.Sigmoid, Kept: x}, false))
	}
	// after compares all passes with those of a plan without a past.
	after := func() error {
		other, err := fresh.Dense(spec)
		if err != nil {
			return err
		}
		copy(other.Parameters(), p.Parameters())
		other.Refresh()
		wantY, wantDX, wantGrads := random(rows, spec.Out), random(rows, spec.In), newMomentum(p)
		grads := newMomentum(p)
		err = errors.Join(
			passes(p, y, dx), passes(other, wantY, wantDX),
			sameBits("y", y.Data, wantY.Data), sameBits("dx", dx.Data, wantDX.Data),
			p.BackwardWeights(x, dz, false, nil), other.BackwardWeights(x, dz, false, nil),
			sameBits("gradients", p.Gradients(), other.Gradients()),
			p.BackwardWeights(x, dz, false, grads), other.BackwardWeights(x, dz, false, wantGrads),
			sameBits("state", grads.v, wantGrads.v), sameBits("parameters", p.Parameters(), other.Parameters()),
			passes(p, y, dx), passes(other, wantY, wantDX),
			sameBits("y after an update", y.Data, wantY.Data), sameBits("dx after an update", dx.Data, wantDX.Data),
		)
		if err == nil && slices.Equal(p.Parameters(), make([]float32, len(p.Parameters()))) {
			err = errors.New("all parameters are zero")
		}
		return err
	}
	for _, pass := range []struct {
		name string
		call func() error
	}{
		{"Forward", func() error { return p.Forward(x, y) }},
		{"Forward after a change", func() error { p.Refresh(); return p.Forward(x, y) }},
		{"Predict", func() error { return p.Predict(x, y) }},
		{"the first BackwardData", func() error {
			switch p := p.(type) {
			case *plan:
				p.transposed.data = nil
			case *bf16Plan:
				p.transposed.data, p.pairs.transposed = nil, nil
			}
			return p.BackwardData(dz, dx, blas.Slope{Of: kernels.Sigmoid, Kept: x}, false)
		}},
		{"BackwardData after a change", func() error {
			p.Refresh()
			return p.BackwardData(dz, dx, blas.Slope{Of: kernels.Sigmoid, Kept: x}, false)
		}},
		{"BackwardWeights", func() error { return p.BackwardWeights(x, dz, false, nil) }},
		{"BackwardWeights, accumulating", func() error { return p.BackwardWeights(x, dz, true, nil) }},
		{"BackwardWeights into a sink", func() error { return p.BackwardWeights(x, dz, false, newMomentum(p)) }},
	} {
		if err := f.explode(b, pass.call, after); err != nil {
			return fmt.Errorf("%s: %w", pass.name, err)
		}
	}
	return nil
}

// TestPanicInRounding lets kernels panic that round operands, alone and shared.
func TestPanicInRounding(t *testing.T) {
	for _, workers := range []int{1, 2, 4} {
		b, f := openFor(t, Options{Workers: workers, Unit: kernels.UnitGeneric}), &fuse{}
		f.insert(b)
		for _, rows := range []int{20, 450} {
			src := random(rows, 300)
			for _, form := range []pairing{pairRows, pairColumns, pairColumnsTransposed, pairPanels} {
				round := func() error {
					j := b.newRounding(src, form, 2)
					x, _, err := b.roundAll(&j)
					if (x == nil) != (err != nil) {
						return fmt.Errorf("scratch memory %p with error %v", x, err)
					}
					b.scratch.put(x)
					return err
				}
				if err := f.explode(b, round, round); err != nil {
					t.Errorf("%d workers, form %d, %d rows: %v", workers, form, rows, err)
				}
			}
		}
	}
}
