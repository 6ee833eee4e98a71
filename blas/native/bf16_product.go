package native

import "github.com/neurona-ml/neurona/kernels"

// rounded says how a product of rounded operands is done: as a sum of terms.
type rounded struct {
	unit   *kernels.Pairs
	count  int            // of terms
	panels kernels.Panels // sums all terms of several panels at once; nil if the unit has none
	terms  []kernels.Term // one after the other; a single one where panels does all

	numbers        int // k of operands that are numbers still; 0 if all are pairs
	planeA, planeB int // elements of a piece of A and of B
}

// toPairs makes p, of numbers, a product of pairs, still to be made, and says how it is done.
func (x *bf16) toPairs(p *product, count int) rounded {
	r := rounded{unit: x.unit, count: count, panels: x.unit.PanelsOf(count), terms: kernels.Terms(1), numbers: p.k}
	if r.panels == nil {
		r.terms = kernels.Terms(count)
	}
	p.kern, p.k = &x.kern, x.depth(p.k)
	return r
}

// pieces is how many pieces of an operand there are.
func (r *rounded) pieces() int { return kernels.Pieces(r.count) }

// work is p's for all terms, of all pieces.
func (r *rounded) work(p *product) float64 { return p.workOf(r.count, r.pieces()) }

// chooseCopies decides which operands tasks of g read from copies. Those of units that
// take panels were just written to be read where they are.
func (r *rounded) chooseCopies(p *product, g *grid) {
	if r.panels == nil {
		p.chooseCopies(g)
	}
}

// depth is how many steps of k a part takes at most. Panels that sum terms of pieces read
// all of them at once: three pieces of B take as much of L1 as two.
func (r *rounded) depth(p *product) int {
	switch {
	case r.panels == nil:
		return p.depth()
	case r.count > 3:
		return p.kern.kc * 2 / 3 / r.unit.KStep * r.unit.KStep
	}
	return p.kern.kc
}

// parts is how many parts k is cut into.
func (r *rounded) parts(p *product) int {
	kc := r.depth(p)
	return max(1, (p.k+kc-1)/kc)
}

// turns is how often a task goes over its panels: for each term of each part of k.
func (r *rounded) turns(p *product) int { return r.parts(p) * len(r.terms) }

// take goes on to turn t of so many over the panels of A and B, a and b, with copies in
// local.
func (r *rounded) take(x *part, a, b []float32, t, turns int, local []float32) {
	if t == 0 && r.panels != nil {
		x.rows = evenly(x.height, r.unit.MaxRows, x.kern.MR)
	}
	term := r.terms[t%len(r.terms)]
	x.a.data, x.b.data = a[term.A*r.planeA:], b[term.B*r.planeB:]
	x.take(t/len(r.terms), turns/len(r.terms), local)
	x.first, x.last = t == 0, t == turns-1
}

// compute does rows [i0, i1) of panels [q0, q1) of p, with copies in local.
func (r *rounded) compute(p *product, local []float32, i0, i1, q0, q1 int) {
	var x part
	x.begin(p, i0, i1)
	for t, turns := 0, r.turns(p); t < turns; t++ {
		r.take(&x, p.a.data, p.b.data, t, turns, local)
		r.addPanels(&x, q0, q1, false)
	}
}

// addPanels adds this turn's products to the sums of panels [q0, q1).
func (r *rounded) addPanels(x *part, q0, q1 int, more bool) {
	if r.panels == nil {
		x.addPanels(q0, q1, more)
		return
	}
	r.addAtOnce(x, q0, q1)
}

// callNanos is about how long a call may take: it delays garbage collection, which
// cannot stop a goroutine within and whose pauses are a tenth to a few tenths of a millisecond.
// A call's fixed cost, 50 ns, is a thousandth of it.
const callNanos = 50_000

// addAtOnce is addPanels for a unit that takes several panels at once.
func (r *rounded) addAtOnce(x *part, q0, q1 int) {
	kern, k := x.kern, x.p1-x.p0
	nanos := 2 * float64(x.rows.height*kern.NR*k*r.count) / kern.rate
	most := max(1, int(callNanos/max(nanos, 1)))
	i := 0
	for t := range x.rows.count {
		m := x.rows.of(t, i)
		for q := q0; q < q1; {
			width, panels := x.width(q), 1
			if width == kern.NR {
				panels = min(most, q1-q, x.n/kern.NR-q)
			}
			b, ldb := x.takeB(q, width)
			c, ldc, s, lds, floor := x.sums(q, width)
			panelS := x.b.panel
			if lds != 0 {
				panelS = x.c.panel
				s = &c[i*lds]
			}
			var a *float32
			if k > 0 {
				a = &x.from[i*x.step]
			}
			r.panels(panels, m, width, k, a, x.rowStep, r.planeA, b, ldb, r.planeB, x.b.panel, s, lds, panelS, &c[i*ldc], ldc, x.c.panel, floor)
			q += panels
		}
		i += m
	}
}

// run does a product that has been cut: on the workers by share, which is called with the
// pool acquired, or by alone if it is little work or the pool is busy. Operands
// that are numbers still are rounded by each worker for itself, or before.
//
// share returns what the pool does, a panic on a worker; one on the caller's
// goroutine passes through here, and through alone, to whoever recovers it. Both leave
// the pool released and scratch memory where it was.
func (r *rounded) run(b *Backend, p *product, g *grid, share func() error, alone func()) error {
	if r.roundsOwn(p, g) && b.pool.TryAcquire() {
		defer b.pool.Release()
		own := &b.bf16.own
		defer own.end(b)
		own.begin(b, r, p, g.most)
		r.chooseCopies(p, g)
		return share()
	}
	if r.numbers > 0 {
		forA, forB, _, err := r.roundOperands(b, p)
		if err != nil {
			return err
		}
		defer b.scratch.put(forA)
		defer b.scratch.put(forB)
	}
	r.chooseCopies(p, g)
	if g.most > 1 && b.pool.TryAcquire() {
		defer b.pool.Release()
		return share()
	}
	alone()
	return nil
}

// bf16Job is a multiplyJob on pairs.
type bf16Job struct {
	multiplyJob
	rounded rounded
}

// multiplyBF16 does the product of j.
func (b *Backend) multiplyBF16(j *bf16Job) error {
	nanos := j.rounded.work(&j.product)
	j.backend = b
	j.grid = j.cut(b.hands(j.kern, nanos), nanos)
	return j.rounded.run(b, &j.product, &j.grid, j.share, j.alone)
}

// share does the tasks on the workers.
func (j *bf16Job) share() error {
	return shareHeld(j.backend, &j.backend.bf16.multiply, j, &j.grid, j.copySize(j.rows))
}

// alone does them without.
func (j *bf16Job) alone() {
	for t := range j.tasks {
		j.Task(t, 0)
	}
}

// Task implements blas.Job.
func (j *bf16Job) Task(t, worker int) {
	i0, i1, q0, q1 := j.task(t)
	b := j.backend
	own := j.product
	if j.rounded.numbers > 0 {
		own.a.data = b.bf16.own.workers[worker].a.strip(&b.bf16.own.a, t%j.down, i0, i1)
	}
	local := b.scratch.get(own.copySize(i1-i0), worker)
	defer b.scratch.put(local)
	j.rounded.compute(&own, local.floats(), i0, i1, q0, q1)
	j.finish(i0, i1, q0*j.kern.NR, min(q1*j.kern.NR, j.n))
}
