package native

import (
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/internal/parallel"
)

// roundOperands makes the operands of p that are numbers their pairs, in scratch memory that
// the caller gives back: A, and B, unless that is a plan's weights. It reports whether any
// number is infinite or NaN.
func (r *rounded) roundOperands(b *Backend, p *product) (forA, forB *scratch, special bool, err error) {
	j := r.roundingA(b, p)
	if forA, special, err = b.roundAll(&j); err != nil {
		return nil, nil, false, err
	}
	if r.roundsB(p) {
		j := r.roundingB(b, p)
		var specialB bool
		if forB, specialB, err = b.roundAll(&j); err != nil {
			b.scratch.put(forA)
			return nil, nil, false, err
		}
		special = special || specialB
		p.b.data, r.planeB = forB.mem, j.plane
	}
	p.a.data = forA.mem
	r.setA(p, &j)
	r.numbers = 0
	return forA, forB, special, nil
}

// roundPieces is roundOperands if there are several pieces: whether these may be multiplied
// depends on the numbers, since an infinity times a piece that is zero would be NaN.
func (r *rounded) roundPieces(b *Backend, p *product) (forA, forB *scratch, special bool, err error) {
	if r.count == 1 {
		return nil, nil, false, nil
	}
	return r.roundOperands(b, p)
}

// roundsB reports whether B is to be rounded, as a gradient's is.
func (r *rounded) roundsB(p *product) bool { return r.numbers > 0 && p.b.rs != 0 }

// roundingA is what A has to go through: neighbours in its rows become pairs.
func (r *rounded) roundingA(b *Backend, p *product) roundJob {
	form, src := pairColumns, blas.Matrix{Rows: r.numbers, Cols: p.m, Stride: p.a.cs, Data: p.a.data}
	switch {
	case p.a.cs == 1:
		form, src = pairRows, blas.Matrix{Rows: p.m, Cols: r.numbers, Stride: p.a.rs, Data: p.a.data}
	case r.unit.RowMajor:
		form = pairColumnsTransposed
	}
	return b.newRounding(src, form, r.pieces())
}

// roundingB is what B has to go through: neighbours in its columns become pairs.
func (r *rounded) roundingB(b *Backend, p *product) roundJob {
	src := blas.Matrix{Rows: r.numbers, Cols: p.n, Stride: p.b.rs, Data: p.b.data}
	return b.newRounding(src, pairPanels, r.pieces())
}

// setA says where A's pairs are within the memory that j fills.
func (r *rounded) setA(p *product, j *roundJob) {
	r.planeA = j.plane
	p.a.rs, p.a.cs = j.ld, 1
	if j.form == pairColumns {
		p.a.rs, p.a.cs = 1, j.ld
	}
}

// pairing says which elements of a matrix are pairs.
type pairing int

const (
	pairRows              pairing = iota // neighbours in a row
	pairColumns                          // neighbours in a column
	pairColumnsTransposed                // the same, and each column becomes a row
	pairPanels                           // the same, in panels of NR columns: see right
)

// roundJob makes pairs of the elements of a matrix, which is rows of A or columns of
// B: its lines.
type roundJob struct {
	backend *Backend
	src     blas.Matrix
	form    pairing
	pieces  int
	lines   int
	depth   int // pairs along k, with those of zeros that fill up its last step
	ld      int // leading dimension of the result
	plane   int // elements of a piece

	dst  *scratch
	step int // lines in a task
}

// newRounding returns the job that makes pairs of the elements of src, still without
// memory for them.
func (b *Backend) newRounding(src blas.Matrix, form pairing, pieces int) roundJob {
	j := roundJob{backend: b, src: src, form: form, pieces: pieces, lines: src.Cols}
	switch form {
	case pairRows:
		j.lines, j.depth = src.Rows, b.bf16.depth(src.Cols)
		j.ld = arena.Stride(j.depth)
		j.plane = j.lines * j.ld
	case pairColumns:
		j.depth, j.ld = b.bf16.depth(src.Rows), arena.Stride(src.Cols)
		j.plane = j.depth * j.ld
	case pairColumnsTransposed:
		j.depth = b.bf16.depth(src.Rows)
		j.ld = arena.Stride(j.depth)
		j.plane = j.lines * j.ld
	case pairPanels:
		j.depth = b.bf16.depth(src.Rows)
		j.plane = j.depth * src.Cols
	}
	return j
}

// size is how many elements all pieces take.
func (j *roundJob) size() int { return j.pieces * j.plane }

// roundNanos is about how long an element takes to be rounded, read from and
// written to L2 or L3: 0.03 to 0.08 ns a piece, one core of a Zen 5.
const roundNanos = 0.05

// shareRounding is the least work, in nanoseconds, that gains from a second worker
// that is looking for some: less than a product has to be, since it is cut without
// loss. Steps in bf16 of 784-128-10 to 784-512-512-10 take 1 % less with it than with
// shareWork.
const shareRounding = 1_500

// roundAll does all of j, in scratch memory that the caller gives back, and reports whether
// any number is infinite or NaN. A panic, on whatever goroutine, is its error.
func (b *Backend) roundAll(j *roundJob) (x *scratch, special bool, err error) {
	x = b.scratch.get(j.size(), 0)
	defer func() {
		if err != nil {
			b.scratch.put(x)
			x = nil
		}
	}()
	defer parallel.Recover(&err)
	j.dst, j.step = x, j.lines
	nanos := roundNanos * float64(j.src.Rows*j.src.Cols) * float64(j.pieces)
	workers := b.pool.Workers()
	shared, wake := workers > 1 && nanos > shareRounding, nanos > b.kern.wakeWork
	if shared && j.form == pairColumnsTransposed { // whether or not they are awake now
		b.scratch.reserve(workers, j.pieces*roundPairs*roundColumns)
	}
	if shared && (wake || b.pool.Awake()) && b.pool.TryAcquire() {
		defer b.pool.Release()
		j.cut(tasksPerWorker * workers)
		b.bf16.special.Store(false)
		g := grid{tasks: (j.lines + j.step - 1) / j.step, most: workers, wake: wake}
		err := shareHeld(b, &b.bf16.rounding, j, &g, 0)
		return x, b.bf16.special.Load(), err
	}
	return x, j.round(0, x.mem, 0, j.lines), nil
}

// cut makes about so many tasks of whole panels or groups of columns.
func (j *roundJob) cut(tasks int) {
	unit := 1
	switch j.form {
	case pairPanels:
		unit = j.backend.kern.NR
	case pairColumns, pairColumnsTransposed:
		unit = roundColumns
	}
	j.step = ((j.lines+tasks-1)/tasks + unit - 1) / unit * unit
}

// Task implements blas.Job.
func (j *roundJob) Task(t, worker int) {
	if j.round(worker, j.dst.mem, t*j.step, min((t+1)*j.step, j.lines)) {
		j.backend.bf16.special.Store(true)
	}
}

// round makes the pairs of lines [lo, hi) at their place in dst, and reports whether
// any of the numbers is infinite or NaN. Columns of B start with a panel.
func (j *roundJob) round(worker int, dst []float32, lo, hi int) (special bool) {
	unit, src := j.backend.bf16.unit, &j.src
	switch j.form {
	case pairRows:
		special = unit.FromRows(hi-lo, src.Cols, &src.Data[lo*src.Stride], src.Stride, j.pieces, &dst[lo*j.ld], j.ld, j.plane)
		j.clear(dst, lo*j.ld+half(src.Cols), hi-lo, j.depth-half(src.Cols), j.ld)
	case pairColumns:
		special = unit.FromColumns(src.Rows, hi-lo, &src.Data[lo], src.Stride, j.pieces, &dst[lo], j.ld, j.plane)
		j.clear(dst, half(src.Rows)*j.ld+lo, j.depth-half(src.Rows), hi-lo, j.ld)
	case pairColumnsTransposed:
		special = j.transposed(worker, dst, lo, hi)
	case pairPanels:
		nr := j.backend.kern.NR
		for c := lo; c < hi; c += nr {
			width := min(nr, hi-c)
			panel := dst[c*j.depth:]
			special = unit.FromColumns(src.Rows, width, &src.Data[c], src.Stride, j.pieces, &panel[0], width, j.plane) || special
			j.clear(panel, half(src.Rows)*width, 1, (j.depth-half(src.Rows))*width, 0)
		}
	}
	return special
}

// clear makes pairs of all pieces zero: so many of so many rows at leading dimension ld.
func (j *roundJob) clear(dst []float32, from, rows, pairs, ld int) {
	if pairs == 0 {
		return
	}
	for piece := range j.pieces {
		for r := range rows {
			clear(dst[from+piece*j.plane+r*ld:][:pairs])
		}
	}
}

// Columns that are transposed go through squares of so many, and of so many pairs:
// 16 KiB, which stay in L1.
const (
	roundColumns = 32
	roundPairs   = 128
)

// transposed is round for columns that become rows.
func (j *roundJob) transposed(worker int, dst []float32, lo, hi int) (special bool) {
	b, src := j.backend, &j.src
	x := b.scratch.get(j.pieces*roundPairs*roundColumns, worker)
	defer b.scratch.put(x)
	for c := lo; c < hi; c += roundColumns {
		width := min(roundColumns, hi-c)
		for p := 0; p < j.depth; p += roundPairs {
			pairs := min(roundPairs, j.depth-p)
			there := max(0, min(2*pairs, src.Rows-2*p))
			if there > 0 {
				special = b.bf16.unit.FromColumns(there, width, &src.Data[2*p*src.Stride+c], src.Stride, j.pieces, &x.mem[0], width, roundPairs*width) || special
			}
			for piece := range j.pieces {
				local := x.mem[piece*roundPairs*width:]
				clear(local[half(there)*width : pairs*width])
				b.kern.Transpose(pairs, width, &local[0], width, &dst[piece*j.plane+c*j.ld+p], j.ld)
			}
		}
	}
	return special
}
