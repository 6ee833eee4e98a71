package native

import (
	"sync"
	"sync/atomic"

	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/kernels"
)

// pairs is what a plan keeps to multiply in bf16: its weights, rounded, in pairs
// of neighbours along In for the forward pass and along Out for BackwardData.
// Pieces are planes, one behind the other.
type pairs struct {
	products, pieces int

	// weights are panels of NR outputs, as the plan's parameters, with a row for
	// each pair of inputs, rows of zeros that fill the unit's last step, and, in float32, the biases as the last row.
	weights []float32
	plane   int
	// stale is set if the parameters have changed since. Forward and Predict, which may run
	// on many goroutines at once, bring the weights up to date under mu.
	stale atomic.Bool
	mu    sync.Mutex
	// special tells whether weights are infinite or NaN; seen gathers it while
	// pairs are made.
	special, seen atomic.Bool

	// twin are panels of NR inputs with a row for each pair of outputs, and of zeros, nil until it
	// is needed: a first layer never does. BackwardData alone brings it up to date.
	twin      []float32
	twinPlane int
	twinStale bool

	refreshWeights weightPairsJob
	refreshTwin    twinPairsJob
}

// half is how many pairs n numbers make.
func half(n int) int { return (n + 1) / 2 }

// depthInPairs is how many pairs a product over n numbers takes: as many as they
// make, and pairs of zeros that fill up the unit's last step.
func (b *Backend) depthInPairs(n int) int {
	step := b.unit.KStep
	return (half(n) + step - 1) / step * step
}

// newPairs returns the pairs of a new plan, whose weights are zero.
func newPairs(p *plan, products int) *pairs {
	in, out := p.spec.In, p.spec.Out
	x := &pairs{
		products: products, pieces: kernels.Pieces(products),
		plane: (p.b.depthInPairs(in) + 1) * out, twinPlane: p.b.depthInPairs(out) * in,
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
func (j *twinPairsJob) Task(q, worker int) {
	local := j.plan.b.spare.get(j.plan.pairs.twinScratch(j.plan.b.set.Product.NR), worker)
	defer j.plan.b.spare.put(local)
	j.plan.pairTwin(0, j.plan.spec.In, q, local.mem)
}

// freshPairs brings the pairs for the forward pass up to date.
func (p *plan) freshPairs() error {
	x := p.pairs
	if !x.stale.Load() {
		return nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.stale.Load() {
		x.seen.Store(false)
		if err := p.b.Run(&x.refreshWeights, p.panels()); err != nil {
			return err
		}
		x.special.Store(x.seen.Load())
		x.stale.Store(false)
	}
	return nil
}

// freshTwin brings those for BackwardData up to date.
func (p *plan) freshTwin() error {
	x := p.pairs
	if x.twin == nil {
		x.twin = arena.Float32(x.pieces * x.twinPlane)
		x.twinStale = true
	}
	if x.twinStale {
		p.b.spare.reserve(p.b.pool.Workers(), x.twinScratch(p.b.set.Product.NR))
		if err := p.b.Run(&x.refreshTwin, p.panels()); err != nil {
			return err
		}
		x.twinStale = false
	}
	return nil
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
	j0, cols := q*nr, p.width(q)
	w := p.params[j0*(p.spec.In+1):]
	panel := x.weights[j0*(p.b.depthInPairs(p.spec.In)+1):]
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
	j0, cols := q*nr, p.width(q)
	w := p.params[j0*(p.spec.In+1):]
	width := half(cols)
	for i0 < i1 {
		first, height, end := twinPanel(i0, i1, p.spec.In, nr)
		p.b.unit.FromRows(end-i0, cols, &w[i0*cols], cols, x.pieces, &local[0], width, nr*width)
		twin := x.twin[first*p.b.depthInPairs(p.spec.Out)+j0/2*height+i0-first:]
		for piece := range x.pieces {
			p.b.set.Product.Transpose(end-i0, width, &local[piece*nr*width], width, &twin[piece*x.twinPlane], height)
		}
		i0 = end
	}
}

// pairBiases copies the biases of panel q.
func (p *plan) pairBiases(q int) {
	nr := p.b.set.Product.NR
	j0, cols := q*nr, p.width(q)
	depth := p.b.depthInPairs(p.spec.In)
	copy(p.pairs.weights[j0*(depth+1)+depth*cols:][:cols], p.params[j0*(p.spec.In+1)+p.spec.In*cols:])
}

// toPairs makes p a product of pairs along k, of operands that are numbers still.
func (p *product) toPairs(owner *plan) {
	p.unrounded = p.k
	p.unit, p.products = owner.b.unit, owner.pairs.products
	p.blocks = p.unit.Block(p.products)
	p.k = owner.b.depthInPairs(p.k)
}

// exact reports whether a product of pieces of these operands, and of weights
// that may be special, has to be done in float32 after all: an infinity times a
// piece that is zero would be NaN.
func (x *pairs) exact(special bool, operands ...*scratch) bool {
	for _, o := range operands {
		special = special || o != nil && o.special.Load()
	}
	return special && x.pieces > 1
}
