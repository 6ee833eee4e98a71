package native

import (
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/kernels"
)

// roundA makes A the pairs of src, in scratch memory that the caller gives back:
// of neighbours in rows of src, or, if A is srcᵀ, of those in its columns.
func (p *product) roundA(b *Backend, src blas.Matrix, transposed bool) *scratch {
	form := pairRows
	switch {
	case transposed && p.unit.RowMajor:
		form = pairColumnsTransposed
	case transposed:
		form = pairColumns
	}
	local, plane, ld := b.round(src, form, kernels.Pieces(p.products))
	p.a, p.planeA = local.mem, plane
	p.rsa, p.csa = ld, 1
	if form == pairColumns {
		p.rsa, p.csa = 1, ld
	}
	return local
}

// roundB makes B the panels of pairs of neighbours in columns of src.
func (p *product) roundB(b *Backend, src blas.Matrix) *scratch {
	local, plane, _ := b.round(src, pairPanels, kernels.Pieces(p.products))
	p.b, p.planeB = local.mem, plane
	return local
}

// pairing says which elements of a matrix are pairs.
type pairing int

const (
	pairRows              pairing = iota // neighbours in a row
	pairColumns                          // neighbours in a column
	pairColumnsTransposed                // the same, and each column becomes a row
	pairPanels                           // the same, in panels of NR columns: see product.b
)

// roundJob makes pairs of the elements of a matrix.
type roundJob struct {
	backend *Backend
	src     blas.Matrix
	form    pairing
	pieces  int
	dst     *scratch
	ld      int
	plane   int
	rows    int // of the result
	step    int // rows of the result in a task
	depth   int // pairs along k, with those that fill it up
}

// roundNanos is about how long an element takes to be rounded, read from and
// written to L2 or L3: 0.03 to 0.08 ns a piece, one core of a Zen 5.
const roundNanos = 0.05

// shareRounding is the least work, in nanoseconds, that gains from a second worker
// that is looking for some: less than a product has to be, since it is cut without
// loss. Steps in bf16 of 784-128-10 to 784-512-512-10 take 1 % less with it than with
// shareWork.
const shareRounding = 1_500

// round makes pairs of the elements of src, in scratch memory that the caller
// gives back: plane elements a piece, at leading dimension ld. Pairs of zeros
// fill up the last step of k.
func (b *Backend) round(src blas.Matrix, form pairing, pieces int) (x *scratch, plane, ld int) {
	j := roundJob{backend: b, src: src, form: form, pieces: pieces}
	switch form {
	case pairRows:
		j.depth = b.depthInPairs(src.Cols)
		j.rows, j.ld = src.Rows, arena.Stride(j.depth)
	case pairColumns:
		j.depth = b.depthInPairs(src.Rows)
		j.rows, j.ld = j.depth, arena.Stride(src.Cols)
	case pairColumnsTransposed:
		j.depth = b.depthInPairs(src.Rows)
		j.rows, j.ld = src.Cols, arena.Stride(j.depth)
	case pairPanels:
		j.depth = b.depthInPairs(src.Rows)
		j.rows, j.ld = j.depth, src.Cols
	}
	j.plane = j.rows * j.ld
	j.dst = b.spare.get(pieces * j.plane)
	j.dst.special.Store(false)
	j.step = j.rows
	nanos := roundNanos * float64(src.Rows*src.Cols*pieces)
	if workers := b.pool.Workers(); workers > 1 && nanos > shareRounding && (nanos > wakeWork || b.pool.Awake()) && b.pool.TryAcquire() {
		tasks := tasksPerWorker * workers
		j.step = (j.rows + tasks - 1) / tasks
		if form == pairColumnsTransposed {
			j.step = (j.step + roundColumns - 1) / roundColumns * roundColumns
		}
		if form == pairColumnsTransposed {
			b.spare.reserve(workers, pieces*roundPairs*roundColumns)
		}
		b.rounding = j
		b.pool.Run(&b.rounding, (j.rows+j.step-1)/j.step, workers, nanos > wakeWork)
		b.rounding = roundJob{}
		b.pool.Release()
	} else {
		j.Task(0, 0)
	}
	return j.dst, j.plane, j.ld
}

// Task implements blas.Job.
func (j *roundJob) Task(t, _ int) {
	first, src := t*j.step, &j.src
	rows := min(j.step, j.rows-first)
	special := false
	switch j.form {
	case pairRows:
		special = j.backend.unit.FromRows(rows, src.Cols, &src.Data[first*src.Stride], src.Stride, j.pieces, &j.dst.mem[first*j.ld], j.ld, j.plane)
		if end := half(src.Cols); end < j.depth {
			j.eachRow(first, rows, func(row []float32) { clear(row[end:j.depth]) })
		}
	case pairColumns:
		if there := min(2*rows, src.Rows-2*first); there > 0 {
			special = j.backend.unit.FromColumns(there, src.Cols, &src.Data[2*first*src.Stride], src.Stride, j.pieces, &j.dst.mem[first*j.ld], j.ld, j.plane)
		}
		if end := max(first, half(src.Rows)); end < first+rows {
			j.eachRow(end, first+rows-end, func(row []float32) { clear(row) })
		}
	case pairColumnsTransposed:
		special = j.transposed(first, rows)
	case pairPanels:
		special = j.panels(first, rows)
	}
	if special {
		j.dst.special.Store(true)
	}
}

// eachRow calls f with rows of all pieces.
func (j *roundJob) eachRow(first, rows int, f func(row []float32)) {
	for piece := range j.pieces {
		for r := range rows {
			f(j.dst.mem[piece*j.plane+(first+r)*j.ld:][:j.ld])
		}
	}
}

// Columns that are transposed go through blocks of so many, and of so many pairs:
// 16 KiB, which stay in L1.
const (
	roundColumns = 32
	roundPairs   = 128
)

// transposed makes rows [first, first+rows) of the result: pairs of neighbours in
// as many columns.
func (j *roundJob) transposed(first, rows int) (special bool) {
	b, src := j.backend, &j.src
	x := b.spare.get(j.pieces * roundPairs * roundColumns)
	defer b.spare.put(x)
	for c := first; c < first+rows; c += roundColumns {
		width := min(roundColumns, first+rows-c)
		for p := 0; p < j.depth; p += roundPairs {
			pairs := min(roundPairs, j.depth-p)
			there := max(0, min(2*pairs, src.Rows-2*p))
			if there > 0 {
				special = b.unit.FromColumns(there, width, &src.Data[2*p*src.Stride+c], src.Stride, j.pieces, &x.mem[0], width, roundPairs*width) || special
			}
			for piece := range j.pieces {
				local := x.mem[piece*roundPairs*width:]
				clear(local[half(there)*width : pairs*width])
				b.set.Product.Transpose(pairs, width, &local[0], width, &j.dst.mem[piece*j.plane+c*j.ld+p], j.ld)
			}
		}
	}
	return special
}

// panels makes rows [first, first+rows) of all panels.
func (j *roundJob) panels(first, rows int) (special bool) {
	src, nr := &j.src, j.backend.set.Product.NR
	there := max(0, min(2*rows, src.Rows-2*first))
	for c := 0; c < src.Cols; c += nr {
		width := min(nr, src.Cols-c)
		panel := j.dst.mem[c*j.depth+first*width:]
		if there > 0 {
			special = j.backend.unit.FromColumns(there, width, &src.Data[2*first*src.Stride+c], src.Stride, j.pieces, &panel[0], width, j.plane) || special
		}
		for piece := range j.pieces {
			clear(panel[piece*j.plane:][half(there)*width : rows*width])
		}
	}
	return special
}
