package native

import (
	"sync"
	"sync/atomic"

	"github.com/neurona-ml/neurona/internal/arena"
)

// pairs are a plan's weights, rounded, in pairs of neighbours along In for the forward
// pass and along Out for BackwardData. Pieces are planes, one behind the other.
type pairs struct {
	plan   *plan
	pieces int

	// weights are panels of NR outputs, as the plan's parameters, with a row for
	// each pair of inputs, rows of zeros that fill the unit's last step, and, in float32, the
	// biases as the last row.
	weights []float32
	plane   int
	// stale is set if the parameters have changed since. Forward and Predict, which may run
	// on many goroutines at once, bring the weights up to date under mu.
	stale atomic.Bool
	mu    sync.Mutex
	// special tells whether weights are infinite or NaN; seen gathers it while
	// pairs are made.
	special, seen atomic.Bool

	// transposed are panels of NR inputs with a row for each pair of outputs, and of zeros, nil
	// until it is needed: a first layer never does. BackwardData alone brings it up to date.
	transposed      []float32
	transposedPlane int
	transposedStale bool

	refreshJob           refreshPairsJob
	refreshTransposedJob refreshTransposedPairsJob
}

var _ derived = (*pairs)(nil)

// init makes x the pairs of a new plan, whose weights are zero.
func (x *pairs) init(p *plan, pieces int) {
	in, out, unit := p.spec.In, p.spec.Out, &p.b.bf16
	x.plan, x.pieces = p, pieces
	x.plane, x.transposedPlane = (unit.depth(in)+1)*out, unit.depth(out)*in
	x.refreshJob, x.refreshTransposedJob = refreshPairsJob{x}, refreshTransposedPairsJob{x}
	x.weights = arena.Float32(pieces * x.plane)
}

// refreshPairsJob makes the pairs of a plan's weights for the forward pass, a panel at
// a time.
type refreshPairsJob struct{ pairs *pairs }

// Task implements blas.Job.
func (j *refreshPairsJob) Task(q, _ int) {
	j.pairs.round(0, j.pairs.plan.spec.In, q)
	j.pairs.copyBiases(q)
}

// refreshTransposedPairsJob makes those for BackwardData.
type refreshTransposedPairsJob struct{ pairs *pairs }

// Task implements blas.Job.
func (j *refreshTransposedPairsJob) Task(q, worker int) {
	x := j.pairs
	local := x.plan.b.scratch.get(x.scratchSize(), worker)
	defer x.plan.b.scratch.put(local)
	x.roundTransposed(0, x.plan.spec.In, q, local.mem)
}

// refresh brings the pairs for the forward pass up to date.
func (x *pairs) refresh() error {
	if !x.stale.Load() {
		return nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.stale.Load() {
		x.seen.Store(false)
		if err := x.plan.b.Run(&x.refreshJob, x.plan.panels()); err != nil {
			return err
		}
		x.special.Store(x.seen.Load())
		x.stale.Store(false)
	}
	return nil
}

// refreshTransposed brings those for BackwardData up to date.
func (x *pairs) refreshTransposed() error {
	b := x.plan.b
	if x.transposed == nil {
		x.transposed = arena.Float32(x.pieces * x.transposedPlane)
		x.transposedStale = true
	}
	if x.transposedStale {
		b.scratch.reserve(b.pool.Workers(), x.scratchSize())
		if err := b.Run(&x.refreshTransposedJob, x.plan.panels()); err != nil {
			return err
		}
		x.transposedStale = false
	}
	return nil
}

// changed notes that the parameters are not those that pairs were made of.
func (x *pairs) changed() {
	x.stale.Store(true)
	x.transposedStale = true
}

// updated notes that all panels have been updated.
func (x *pairs) updated() {
	x.special.Store(x.seen.Load())
	x.stale.Store(false)
	x.transposedStale = x.transposed == nil
}

// update implements derived.
func (x *pairs) update(i0, i1, q int, local []float32) {
	x.round(i0, i1, q)
	if x.transposed != nil {
		x.roundTransposed(i0, i1, q, local)
	}
	if i1 == x.plan.spec.In {
		x.copyBiases(q)
	}
}

// fetch implements derived.
func (x *pairs) fetch(f *prefetch, i0, i1, q int) {
	p, unit := x.plan, &x.plan.b.bf16
	nr, width := p.b.kern.NR, p.width(q)
	from := q*nr*(unit.depth(p.spec.In)+1) + i0/2*width
	for piece := range x.pieces {
		f.add(x.weights[piece*x.plane+from:][:half(i1-i0)*width])
	}
	if x.transposed == nil {
		return
	}
	for piece := range x.pieces {
		f.addInputPanels(x.transposed[piece*x.transposedPlane:], unit.depth(p.spec.Out), p.spec.In, i0, i1, q*nr/2, half(width), nr)
	}
}

// scratchSize implements derived.
func (x *pairs) scratchSize() int {
	nr := x.plan.b.kern.NR
	return x.pieces * nr * half(nr)
}

// round makes the pairs of rows [i0, i1) of panel q of W. i0 is even, and
// i1 too unless it is the last.
func (x *pairs) round(i0, i1, q int) {
	p, unit := x.plan, &x.plan.b.bf16
	j0, cols := q*p.b.kern.NR, p.width(q)
	w := p.params[j0*(p.spec.In+1):]
	panel := x.weights[j0*(unit.depth(p.spec.In)+1):]
	if unit.unit.FromColumns(i1-i0, cols, &w[i0*cols], cols, x.pieces, &panel[i0/2*cols], cols, x.plane) {
		x.seen.Store(true)
	}
}

// roundTransposed makes the pairs along rows [i0, i1) of panel q of W, and transposes
// them, with local to work in.
func (x *pairs) roundTransposed(i0, i1, q int, local []float32) {
	p, unit := x.plan, &x.plan.b.bf16
	nr := p.b.kern.NR
	j0, cols := q*nr, p.width(q)
	w := p.params[j0*(p.spec.In+1):]
	width := half(cols)
	for i0 < i1 {
		first, height, end := inputPanel(i0, i1, p.spec.In, nr)
		unit.unit.FromRows(end-i0, cols, &w[i0*cols], cols, x.pieces, &local[0], width, nr*width)
		to := x.transposed[first*unit.depth(p.spec.Out)+j0/2*height+i0-first:]
		for piece := range x.pieces {
			p.b.kern.Transpose(end-i0, width, &local[piece*nr*width], width, &to[piece*x.transposedPlane], height)
		}
		i0 = end
	}
}

// copyBiases copies the biases of panel q.
func (x *pairs) copyBiases(q int) {
	p := x.plan
	j0, cols := q*p.b.kern.NR, p.width(q)
	depth := p.b.bf16.depth(p.spec.In)
	copy(x.weights[j0*(depth+1)+depth*cols:][:cols], p.params[j0*(p.spec.In+1)+p.spec.In*cols:])
}
