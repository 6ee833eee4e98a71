package native

import (
	"sync"
	"sync/atomic"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
)

// pairs is what a plan keeps to multiply in bf16: its weights, rounded, in pairs
// of neighbours along In for the forward pass and along Out for BackwardData.
// Pieces are planes, one behind the other.
type pairs struct {
	terms  []term
	pieces int

	// weights are panels of NR outputs, as the plan's parameters, with (In+1)/2
	// rows of pairs and, in float32, the biases as the last row.
	weights []float32
	plane   int
	// stale is set if the parameters have changed since. Forward, which may run on
	// many goroutines at once, brings the weights up to date under mu.
	stale atomic.Bool
	mu    sync.Mutex
	// special tells whether weights are infinite or NaN; seen gathers it while
	// pairs are made.
	special, seen atomic.Bool

	// twin are panels of NR inputs with (Out+1)/2 rows of pairs, nil until it is
	// needed: a first layer never does. BackwardData alone brings it up to date.
	twin      []float32
	twinPlane int
	twinStale bool

	refreshWeights weightPairsJob
	refreshTwin    twinPairsJob
}

// half is how many pairs n numbers make.
func half(n int) int { return (n + 1) / 2 }

// newPairs returns the pairs of a new plan, whose weights are zero.
func newPairs(p *plan, t []term) *pairs {
	in, out := p.spec.In, p.spec.Out
	x := &pairs{
		terms: t, pieces: pieces(t), plane: (half(in) + 1) * out, twinPlane: half(out) * in,
		refreshWeights: weightPairsJob{p}, refreshTwin: twinPairsJob{p},
	}
	x.weights = arena.Float32(x.pieces * x.plane)
	return x
}

// weightPairsJob makes the pairs of a plan's weights for the forward pass, a panel at
// a time.
type weightPairsJob struct{ plan *plan }

// Task implements blas.Job.
func (j *weightPairsJob) Task(q, _ int) {
	j.plan.pairWeights(0, j.plan.spec.In, q)
	j.plan.pairBiases(q)
}

// twinPairsJob makes those for BackwardData.
type twinPairsJob struct{ plan *plan }

// Task implements blas.Job.
func (j *twinPairsJob) Task(q, _ int) {
	local := j.plan.b.spare.get(j.plan.pairs.twinScratch(j.plan.b.set.Product.NR))
	j.plan.pairTwin(0, j.plan.spec.In, q, local.mem)
	j.plan.b.spare.put(local)
}

// inPairs reports whether a batch of so many rows is multiplied in bf16.
func (p *plan) inPairs(rows int) bool {
	return p.pairs != nil && (p.b.forced || rows >= pairsBatch)
}

// freshPairs brings the pairs for the forward pass up to date.
func (p *plan) freshPairs() {
	x := p.pairs
	if !x.stale.Load() {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.stale.Load() {
		x.seen.Store(false)
		p.b.Run(&x.refreshWeights, p.panels())
		x.special.Store(x.seen.Load())
		x.stale.Store(false)
	}
}

// freshTwin brings those for BackwardData up to date.
func (p *plan) freshTwin() {
	x := p.pairs
	if x.twin == nil {
		x.twin = arena.Float32(x.pieces * x.twinPlane)
		x.twinStale = true
	}
	if x.twinStale {
		p.b.Run(&x.refreshTwin, p.panels())
		x.twinStale = false
	}
}

// changed notes that the parameters are not those that pairs were made of.
func (x *pairs) changed() {
	x.stale.Store(true)
	x.twinStale = true
}

// pairWeights makes the pairs of rows [i0, i1) of panel q of W. i0 is even, and
// i1 too unless it is the last.
func (p *plan) pairWeights(i0, i1, q int) {
	x, nr := p.pairs, p.b.set.Product.NR
	j0 := q * nr
	cols := min(nr, p.spec.Out-j0)
	w := p.params[j0*(p.spec.In+1):]
	panel := x.weights[j0*(half(p.spec.In)+1):]
	if p.b.unit.FromColumns(i1-i0, cols, &w[i0*cols], cols, x.pieces, &panel[i0/2*cols], cols, x.plane) {
		x.seen.Store(true)
	}
}

// twinScratch is how many floats pairTwin needs.
func (x *pairs) twinScratch(nr int) int { return x.pieces * nr * half(nr) }

// pairTwin makes the pairs along rows [i0, i1) of panel q of W, and transposes
// them.
func (p *plan) pairTwin(i0, i1, q int, local []float32) {
	x, nr := p.pairs, p.b.set.Product.NR
	j0 := q * nr
	cols := min(nr, p.spec.Out-j0)
	w := p.params[j0*(p.spec.In+1):]
	width := half(cols)
	for i0 < i1 {
		first := i0 / nr * nr // of the twin's panel that row i0 falls into
		height := min(nr, p.spec.In-first)
		end := min(first+height, i1)
		p.b.unit.FromRows(end-i0, cols, &w[i0*cols], cols, x.pieces, &local[0], width, nr*width)
		twin := x.twin[first*half(p.spec.Out)+j0/2*height+i0-first:]
		for piece := range x.pieces {
			p.b.set.Product.Transpose(end-i0, width, &local[piece*nr*width], width, &twin[piece*x.twinPlane], height)
		}
		i0 = end
	}
}

// pairBiases copies the biases of panel q.
func (p *plan) pairBiases(q int) {
	nr := p.b.set.Product.NR
	j0 := q * nr
	cols := min(nr, p.spec.Out-j0)
	copy(p.pairs.weights[j0*(half(p.spec.In)+1)+half(p.spec.In)*cols:][:cols], p.params[j0*(p.spec.In+1)+p.spec.In*cols:])
}

// toPairs makes p a product of pairs along k.
func (p *product) toPairs(owner *plan) {
	p.unit, p.terms = owner.b.unit, owner.pairs.terms
	p.k = half(p.k)
}

// exact reports whether a product of pieces of these operands, and of weights
// that may be special, has to be done in float32 after all: an infinity times a
// piece that is zero would be NaN.
func (x *pairs) exact(special bool, operands ...*scratch) bool {
	for _, o := range operands {
		special = special || o.special.Load()
	}
	return special && x.pieces > 1
}

// roundA makes A the pairs of src, in scratch memory that the caller gives back.
func (p *product) roundA(b *Backend, src blas.Matrix, above bool) *scratch {
	local, plane, ld := b.round(src, above, pieces(p.terms))
	p.a, p.planeA = local.mem, plane
	if above {
		p.csa = ld
	} else {
		p.rsa = ld
	}
	return local
}

// roundB is roundA for a row-major B.
func (p *product) roundB(b *Backend, src blas.Matrix) *scratch {
	local, plane, ld := b.round(src, true, pieces(p.terms))
	p.b, p.planeB, p.rsb = local.mem, plane, ld
	return local
}

// roundJob makes pairs of the elements of a matrix: of neighbours in a row, or
// of those in rows one above the other.
type roundJob struct {
	backend *Backend
	src     blas.Matrix
	above   bool // one above the other
	pieces  int
	dst     *scratch
	ld      int
	plane   int
	rows    int // of the result
	step    int // rows of the result in a task
}

// roundNanos is about how long an element takes to be rounded, read from and
// written to L2 or L3.
const roundNanos = 0.1

// round makes pairs of the elements of src, in scratch memory that the caller
// gives back: plane elements a piece, at leading dimension ld.
func (b *Backend) round(src blas.Matrix, above bool, pieces int) (x *scratch, plane, ld int) {
	rows, cols := src.Rows, half(src.Cols)
	if above {
		rows, cols = half(src.Rows), src.Cols
	}
	ld = arena.Stride(cols)
	plane = rows * ld
	x = b.spare.get(pieces * plane)
	x.special.Store(false)
	j := roundJob{backend: b, src: src, above: above, pieces: pieces, dst: x, ld: ld, plane: plane, rows: rows, step: rows}
	nanos := roundNanos * float64(src.Rows*src.Cols*pieces)
	if workers := b.pool.Workers(); workers > 1 && nanos > shareWork && (nanos > wakeWork || b.pool.Awake()) && b.pool.TryAcquire() {
		tasks := tasksPerWorker * workers
		j.step = (rows + tasks - 1) / tasks
		b.rounding = j
		b.pool.Run(&b.rounding, (rows+j.step-1)/j.step, workers, nanos > wakeWork)
		b.rounding = roundJob{}
		b.pool.Release()
		return x, plane, ld
	}
	j.Task(0, 0)
	return x, plane, ld
}

// Task implements blas.Job.
func (j *roundJob) Task(t, _ int) {
	unit, src := j.backend.unit, &j.src
	first := t * j.step
	rows, at, round := min(j.step, j.rows-first), first*src.Stride, unit.FromRows
	if j.above {
		rows, at, round = min(2*j.step, src.Rows-2*first), 2*first*src.Stride, unit.FromColumns
	}
	special := round(rows, src.Cols, &src.Data[at], src.Stride, j.pieces, &j.dst.mem[first*j.ld], j.ld, j.plane)
	if special {
		j.dst.special.Store(true)
	}
}
