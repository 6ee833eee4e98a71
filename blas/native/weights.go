package native

import (
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/kernels"
)

// weightsJob computes dW = xᵀ·dz and db = Σ rows of dz, for a range of rows of
// some panels at a time.
type weightsJob struct {
	product // In×Out, k = batch; C is the panel layout of the plan
	grid
	plan *plan
	sink blas.Sink
	dz   blas.Matrix // for the biases: not rounded

	state   [][]float32 // of the sink
	inPairs bool        // bring the plan's pairs up to date
}

// BackwardWeights implements blas.Dense.
func (p *plan) BackwardWeights(x, dz blas.Matrix, accumulate bool, sink blas.Sink) (err error) {
	if err := p.spec.CheckBackwardWeights(x, dz, accumulate, sink); err != nil {
		return err
	}
	if sink == nil {
		return p.backwardWeights(x, dz, accumulate, nil)
	}
	defer func() {
		if v := recover(); v != nil { // the sink's
			err = parallel.Caught(v)
		}
		if err != nil {
			p.Refresh() // parameters may have been written, and what follows from them not
		}
	}()
	return p.backwardWeights(x, dz, accumulate, sink)
}

// backwardWeights is BackwardWeights for operands that fit. In one function with what
// that defers, the compiler would keep a list of what is deferred: 50 of 5700 ns, the
// time of a step of 30-64-32-1.
func (p *plan) backwardWeights(x, dz blas.Matrix, accumulate bool, sink blas.Sink) error {
	j := weightsJob{plan: p, sink: sink, dz: dz, product: p.gradient(x, dz)}
	j.add = accumulate
	if p.inPairs(x.Rows) && x.Rows > 0 {
		a, b, err := j.usePairs(x)
		if err != nil {
			return err
		}
		defer p.b.spare.put(a)
		defer p.b.spare.put(b)
	}
	kern := j.kernel(p.b.set)
	if sink == nil {
		j.c = p.Gradients()
	} else {
		j.state = sink.State()
		// Where tasks have updated W they also bring up to date what batches of this
		// size multiply by, Wᵀ if there is one or else pairs; the other goes stale.
		j.inPairs = p.inPairs(x.Rows)
		p.twinStale = j.inPairs
		if p.pairs != nil {
			p.pairs.changed()
			p.pairs.seen.Store(false)
		}
	}
	if j.k > 0 && !j.inPairs && p.b.small(&j.product) {
		j.runSmall(kern)
		return nil
	}
	j.grid = j.cut(kern, p.b.hands(&j.product))
	if err := p.b.run(&j.product, &j.grid, j.share, j.alone); err != nil {
		return err
	}
	if j.inPairs {
		p.pairs.special.Store(p.pairs.seen.Load())
		p.pairs.stale.Store(false)
		p.pairs.twinStale = p.pairs.twin == nil
	}
	return nil
}

// share does the tasks on the workers: see Backend.run.
func (j *weightsJob) share() error {
	b := j.plan.b
	b.spare.reserve(j.most, j.scratchSize(j.rows+1, j.columns))
	b.weights = *j
	err := b.pool.Run(&b.weights, j.tasks, j.most, j.wake)
	b.weights = weightsJob{}
	return err
}

// alone does them without.
func (j *weightsJob) alone() {
	for t := range j.tasks {
		j.Task(t, 0)
	}
}

// gradient is the product of BackwardWeights in float32, except for C.
func (p *plan) gradient(x, dz blas.Matrix) product {
	return product{
		m: p.spec.In, n: p.spec.Out, k: x.Rows,
		a: x.Data, rsa: 1, csa: x.Stride, alpha: 1,
		b: dz.Data, rsb: dz.Stride, csb: 1,
		panelC: (p.spec.In + 1) * p.b.set.Product.NR,
		floor:  noFloor,
	}
}

// usePairs makes j a product of pairs, unless it has to be done in float32 after all,
// with scratch memory that the caller gives back.
func (j *weightsJob) usePairs(x blas.Matrix) (a, b *scratch, err error) {
	p := j.plan
	rounded := p.gradientPairs(x, j.dz)
	rounded.add = j.add
	if a, b, err = rounded.roundPieces(p.b); err != nil {
		return nil, nil, err
	}
	if !p.pairs.exact(false, a, b) {
		j.product = rounded
	}
	return a, b, nil
}

// gradientPairs is gradient on pairs, A and B to be rounded.
func (p *plan) gradientPairs(x, dz blas.Matrix) product {
	g := p.gradient(x, dz)
	g.toPairs(p)
	g.packed, g.panelB = true, g.k*p.b.set.Product.NR
	return g
}

// Task implements blas.Job: the gradients of rows [i0, i1) of panels [q0, q1),
// and of their biases with the last rows.
func (j *weightsJob) Task(t, worker int) {
	i0, i1, q0, q1 := j.task(t)
	b := j.plan.b
	kern := j.kernel(b.set)
	part := j.product
	if part.unrounded > 0 {
		own := &b.apart.workers[worker]
		part.a = own.a.strip(&b.apart.a, t%j.down, i0, i1)
		part.b = own.b.strip(&b.apart.b, t/j.down, q0*kern.NR, min(q1*kern.NR, j.n))
	}
	end := i1
	if i1 == j.m {
		end++ // the bias is the panel's last row
	}
	x := b.spare.get(j.scratchSize(end-i0, q1-q0), worker)
	defer b.spare.put(x)
	local := j.localSize(kern, end-i0)

	if j.sink == nil {
		part.block(b.set, x.mem[:local], i0, i1, q0, q1)
		for q := q0; q < q1; q++ {
			if end > i1 {
				width := min(kern.NR, j.n-q*kern.NR)
				j.biases(j.c[q*j.panelC+i1*width:][:width], q)
			}
		}
		return
	}
	// The gradients of this task alone, in memory that stays in cache: rows and
	// panels count from the task's first. In a single pass a panel's are used up
	// before the next one's are written.
	part.c, part.panelC = x.mem[local:], (end-i0)*kern.NR
	if j.ownPanels(kern, q1-q0) == 1 {
		part.panelC = 0
	}
	if j.k > 0 {
		part.a = part.a[i0*j.rsa:]
		if j.packed {
			part.b = part.b[q0*j.panelB:]
		} else {
			part.b = part.b[q0*kern.NR:]
		}
	}
	part.n -= q0 * kern.NR
	twin := x.mem[local+j.ownPanels(kern, q1-q0)*(end-i0)*kern.NR:]
	if j.flip {
		part.blockNarrow(kern, x.mem[:local], 0, i1-i0)
		j.finish(i0, i1, q0, part.c, twin)
		return
	}
	c := part.passes(kern)
	var y pass
	for t := range c.count {
		y.begin(&part, b.set, &c, t, x.mem[:local], 0, i1-i0)
		if !y.last {
			y.addPanels(kern, 0, q1-q0)
			continue
		}
		if part.blocks == nil && len(j.plan.params)*(1+len(j.state)) > aheadFrom { // blocks fetch nothing
			y.ahead = &x.ahead
		}
		for q := range q1 - q0 {
			if y.ahead != nil {
				j.lookAhead(y.ahead, i0, i1, q0+q)
			}
			y.addPanel(kern, q, q < q1-q0-1)
			j.finish(i0, i1, q0+q, part.c[q*part.panelC:], twin)
		}
	}
}

// span is where rows [i0, i1) of panel q, and the biases that follow the last row,
// are in the plan's parameters.
func (j *weightsJob) span(i0, i1, q int) (lo, hi, width int) {
	width = j.plan.width(q)
	if i1 == j.m && !j.plan.spec.NoBias {
		i1++
	}
	return q*j.panelC + i0*width, q*j.panelC + i1*width, width
}

// finish hands the gradients of rows [i0, i1) of panel q, and of the biases that
// follow the last row, to the sink, and brings up to date what follows from the
// parameters.
func (j *weightsJob) finish(i0, i1, q int, own, twin []float32) {
	p := j.plan
	lo, hi, width := j.span(i0, i1, q)
	own = own[:hi-lo]
	weights, biases := len(own), i1 == j.m && !p.spec.NoBias
	if biases {
		weights -= width
		j.biases(own[weights:], q)
	}
	j.sink.Update(lo, weights, p.params[lo:hi], own)
	switch {
	case j.inPairs:
		p.pairWeights(i0, i1, q)
		if p.pairs.twin != nil {
			p.pairTwin(i0, i1, q, twin)
		}
		if biases {
			p.pairBiases(q)
		}
	case p.twin != nil:
		p.transposeRows(i0, i1, q)
	}
}

// scratchSize is how many floats a task of the given rows, a bias included,
// and panels needs: copies of operands and, with a sink, its own gradients.
func (j *weightsJob) scratchSize(rows, panels int) int {
	kern := j.kernel(j.plan.b.set)
	size := j.localSize(kern, rows)
	if j.sink != nil {
		size += j.ownPanels(kern, panels) * rows * kern.NR
	}
	if j.inPairs {
		size += j.plan.pairs.twinScratch(kern.NR)
	}
	return size
}

// ownPanels is how many panels of its own gradients a task of so many keeps: one, if
// each is finished before the next begins.
func (j *weightsJob) ownPanels(kern *kernels.Product, panels int) int {
	if j.flip || j.passes(kern).count == 1 {
		return 1
	}
	return panels
}

// biases computes, or adds to, the gradients of panel q's biases: the product
// of a row of ones and the panel, which sums its columns. Those of padding are zero.
func (j *weightsJob) biases(db []float32, q int) {
	if j.plan.spec.NoBias {
		clear(db)
		return
	}
	kern := &j.plan.b.set.Product
	var start *float32
	if j.add {
		start = &db[0]
	}
	var dz *float32
	if j.dz.Rows > 0 {
		dz = &j.dz.Data[q*kern.NR]
	}
	kern.Tile(1, len(db), j.dz.Rows, &j.plan.b.one, 0, 0, dz, j.dz.Stride, start, 0, &db[0], len(db), noFloor, nil, 0)
}
