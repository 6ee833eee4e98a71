package native

import (
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/kernels"
)

// roundOperands makes the operands of p that are numbers their pairs, in scratch memory that
// the caller gives back: A, and B, unless that is a plan's weights.
func (p *product) roundOperands(b *Backend) (forA, forB *scratch, err error) {
	r := p.roundingA(b)
	if forA, err = b.roundAll(&r); err != nil {
		return nil, nil, err
	}
	if p.unroundedB() {
		r := p.roundingB(b)
		if forB, err = b.roundAll(&r); err != nil {
			b.spare.put(forA)
			return nil, nil, err
		}
		p.b, p.planeB = forB.mem, r.plane
	}
	p.a = forA.mem
	p.setA(&r)
	p.unrounded = 0
	return forA, forB, nil
}

// roundPieces is roundOperands if p is a sum of products of pieces: whether that may be done
// depends on the numbers.
func (p *product) roundPieces(b *Backend) (forA, forB *scratch, err error) {
	if p.products == 1 {
		return nil, nil, nil
	}
	return p.roundOperands(b)
}

// unroundedB reports whether B is to be rounded, as a gradient's is.
func (p *product) unroundedB() bool { return p.unrounded > 0 && p.rsb != 0 }

// roundingA is what A has to go through: neighbours in its rows become pairs.
func (p *product) roundingA(b *Backend) roundJob {
	switch {
	case p.csa == 1:
		return b.newRounding(blas.Matrix{Rows: p.m, Cols: p.unrounded, Stride: p.rsa, Data: p.a}, pairRows, kernels.Pieces(p.products))
	case p.unit.RowMajor:
		return b.newRounding(blas.Matrix{Rows: p.unrounded, Cols: p.m, Stride: p.csa, Data: p.a}, pairColumnsTransposed, kernels.Pieces(p.products))
	}
	return b.newRounding(blas.Matrix{Rows: p.unrounded, Cols: p.m, Stride: p.csa, Data: p.a}, pairColumns, kernels.Pieces(p.products))
}

// roundingB is what B has to go through: neighbours in its columns become pairs.
func (p *product) roundingB(b *Backend) roundJob {
	return b.newRounding(blas.Matrix{Rows: p.unrounded, Cols: p.n, Stride: p.rsb, Data: p.b}, pairPanels, kernels.Pieces(p.products))
}

// setA says where A's pairs are within the memory that r fills.
func (p *product) setA(r *roundJob) {
	p.planeA = r.plane
	p.rsa, p.csa = r.ld, 1
	if r.form == pairColumns {
		p.rsa, p.csa = 1, r.ld
	}
}

// pairing says which elements of a matrix are pairs.
type pairing int

const (
	pairRows              pairing = iota // neighbours in a row
	pairColumns                          // neighbours in a column
	pairColumnsTransposed                // the same, and each column becomes a row
	pairPanels                           // the same, in panels of NR columns: see product.b
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
		j.lines, j.depth = src.Rows, b.depthInPairs(src.Cols)
		j.ld = arena.Stride(j.depth)
		j.plane = j.lines * j.ld
	case pairColumns:
		j.depth, j.ld = b.depthInPairs(src.Rows), arena.Stride(src.Cols)
		j.plane = j.depth * j.ld
	case pairColumnsTransposed:
		j.depth = b.depthInPairs(src.Rows)
		j.ld = arena.Stride(j.depth)
		j.plane = j.lines * j.ld
	case pairPanels:
		j.depth = b.depthInPairs(src.Rows)
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

// roundAll does all of j, in scratch memory that the caller gives back. A panic, on
// whatever goroutine, is its error.
func (b *Backend) roundAll(j *roundJob) (x *scratch, err error) {
	x = b.spare.get(j.size(), 0)
	defer func() {
		if err != nil {
			b.spare.put(x)
			x = nil
		}
	}()
	defer parallel.Recover(&err)
	x.special.Store(false)
	j.dst, j.step = x, j.lines
	nanos := roundNanos * float64(j.src.Rows*j.src.Cols) * float64(j.pieces)
	workers := b.pool.Workers()
	shared := workers > 1 && nanos > shareRounding
	if shared && j.form == pairColumnsTransposed { // whether or not they are awake now
		b.spare.reserve(workers, j.pieces*roundPairs*roundColumns)
	}
	if shared && (nanos > wakeWork || b.pool.Awake()) && b.pool.TryAcquire() {
		defer b.pool.Release()
		tasks, unit := tasksPerWorker*workers, 1
		switch j.form {
		case pairPanels:
			unit = b.set.Product.NR
		case pairColumns, pairColumnsTransposed:
			unit = roundColumns
		}
		j.step = ((j.lines+tasks-1)/tasks + unit - 1) / unit * unit
		b.rounding = *j
		err := b.pool.Run(&b.rounding, (j.lines+j.step-1)/j.step, workers, nanos > wakeWork)
		b.rounding = roundJob{}
		return x, err
	}
	j.Task(0, 0)
	return x, nil
}

// Task implements blas.Job.
func (j *roundJob) Task(t, worker int) {
	if j.part(worker, j.dst.mem, t*j.step, min((t+1)*j.step, j.lines)) {
		j.dst.special.Store(true)
	}
}

// part makes the pairs of lines [lo, hi) at their place in dst, and reports whether
// any of the numbers is infinite or NaN. Columns of B start with a panel.
func (j *roundJob) part(worker int, dst []float32, lo, hi int) (special bool) {
	unit, src := j.backend.unit, &j.src
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
		nr := j.backend.set.Product.NR
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

// Columns that are transposed go through blocks of so many, and of so many pairs:
// 16 KiB, which stay in L1.
const (
	roundColumns = 32
	roundPairs   = 128
)

// transposed is part for columns that become rows.
func (j *roundJob) transposed(worker int, dst []float32, lo, hi int) (special bool) {
	b, src := j.backend, &j.src
	x := b.spare.get(j.pieces*roundPairs*roundColumns, worker)
	defer b.spare.put(x)
	for c := lo; c < hi; c += roundColumns {
		width := min(roundColumns, hi-c)
		for p := 0; p < j.depth; p += roundPairs {
			pairs := min(roundPairs, j.depth-p)
			there := max(0, min(2*pairs, src.Rows-2*p))
			if there > 0 {
				special = b.unit.FromColumns(there, width, &src.Data[2*p*src.Stride+c], src.Stride, j.pieces, &x.mem[0], width, roundPairs*width) || special
			}
			for piece := range j.pieces {
				local := x.mem[piece*roundPairs*width:]
				clear(local[half(there)*width : pairs*width])
				b.set.Product.Transpose(pairs, width, &local[0], width, &dst[piece*j.plane+c*j.ld+p], j.ld)
			}
		}
	}
	return special
}
