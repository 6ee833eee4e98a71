package native

import (
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/parallel"
)

// gradientJob computes dW = xᵀ·dz and db = Σ rows of dz, for a range of rows of
// some panels at a time, and hands each to the sink as soon as it is complete.
type gradientJob struct {
	product // In×Out, k = batch; C is the panel layout of the plan
	grid
	plan    *plan
	sink    blas.Sink
	dz      blas.Matrix // for the biases
	state   [][]float32 // of the sink
	derived derived     // what is brought up to date with the weights; nil if nothing
}

// BackwardWeights implements blas.Dense.
func (p *plan) BackwardWeights(x, dz blas.Matrix, accumulate bool, sink blas.Sink) (err error) {
	if err := p.spec.CheckBackwardWeights(x, dz, accumulate, sink); err != nil {
		return err
	}
	if sink == nil {
		return p.backwardWeights(x, dz, accumulate, nil)
	}
	defer afterSink(&err, p.Refresh)
	return p.backwardWeights(x, dz, accumulate, sink)
}

// afterSink is deferred where a sink is called: its panic becomes the error, and after an
// error, parameters may have been written and what follows from them not.
func afterSink(err *error, refresh func()) {
	if v := recover(); v != nil {
		*err = parallel.Caught(v)
	}
	if *err != nil {
		refresh()
	}
}

// backwardWeights is BackwardWeights for operands that fit. In one function with what
// that defers, the compiler would keep a list of what is deferred: 50 of 5700 ns, the
// time of a step of 30-64-32-1.
func (p *plan) backwardWeights(x, dz blas.Matrix, accumulate bool, sink blas.Sink) error {
	j := p.gradientJob(x, dz, accumulate, sink)
	if sink != nil && p.transposed.data != nil {
		j.derived = &p.transposed
		p.transposed.stale = false // all of it is written
	}
	if j.k > 0 && p.b.small(&j.product) {
		j.gradientSmall()
		return nil
	}
	return j.run()
}

// run does the product of j, cut into tasks.
func (j *gradientJob) run() error {
	b := j.plan.b
	nanos := j.work()
	j.grid = j.cut(b.hands(j.kern, nanos), nanos)
	j.chooseCopies(&j.grid)
	if shared, err := share(b, &b.jobs.gradient, j, &j.grid, j.scratchSize(j.parts(), j.rows, j.columns)); shared {
		return err
	}
	for t := range j.tasks {
		j.Task(t, 0)
	}
	return nil
}

// gradientJob is the work of BackwardWeights, which accumulates or calls a sink.
func (p *plan) gradientJob(x, dz blas.Matrix, accumulate bool, sink blas.Sink) gradientJob {
	j := gradientJob{plan: p, sink: sink, dz: dz, product: p.gradient(x, dz)}
	j.c.add = accumulate
	if sink == nil {
		j.c.data = p.Gradients()
	} else {
		j.state = sink.State()
	}
	return j
}

// gradient is the product of BackwardWeights, except for C's memory.
func (p *plan) gradient(x, dz blas.Matrix) product {
	kern := &p.b.kern
	return product{
		kern: kern, m: p.spec.In, n: p.spec.Out, k: x.Rows,
		a: left{data: x.Data, rs: 1, cs: x.Stride, alpha: 1},
		b: right{data: dz.Data, rs: dz.Stride, cs: 1},
		c: result{panel: (p.spec.In + 1) * kern.NR, floor: noFloor},
	}
}

// Task implements blas.Job: the gradients of rows [i0, i1) of panels [q0, q1),
// and of their biases with the last rows.
func (j *gradientJob) Task(t, worker int) {
	j.do(&j.product, t, worker, j.parts(), (*part).take, (*part).addPanels)
}

// do does task t of p, in so many turns over its panels: take goes on to one of them, in
// local, and add adds its products to some panels.
func (j *gradientJob) do(p *product, t, worker, turns int, take func(x *part, t, turns int, local []float32), add func(x *part, q0, q1 int, more bool)) {
	i0, i1, q0, q1 := j.task(t)
	local := j.plan.b.scratch.get(j.scratchSize(turns, i1-i0, q1-q0), worker)
	defer j.plan.b.scratch.put(local)
	if j.sink == nil {
		j.write(p, local, i0, i1, q0, q1, turns, take, add)
		return
	}
	// The gradients of this task alone, in memory that stays in cache: rows and
	// panels count from the task's first. In a single turn a panel's are used up
	// before the next one's are written.
	own, rows, held := *p, i1-i0+1, j.held(turns, q1-q0)
	own.c.data, own.c.panel = local.mem[own.copySize(rows):], rows*j.kern.NR
	mem := own.c.data[held*own.c.panel:]
	if held == 1 {
		own.c.panel = 0
	}
	own.n -= q0 * j.kern.NR
	if own.k > 0 {
		own.a.data, own.b.data = own.a.data[i0*own.a.rs:], own.b.from(q0, j.kern.NR)
	}
	if j.flip {
		own.computeNarrow(local.mem, 0, i1-i0)
		j.finish(i0, i1, q0, own.c.data, mem)
		return
	}
	x := &local.part
	x.begin(&own, 0, i1-i0)
	for t := range turns - 1 {
		take(x, t, turns, local.mem)
		add(x, 0, q1-q0, false)
	}
	take(x, turns-1, turns, local.mem)
	if len(j.plan.params)*(1+len(j.state)) > j.kern.prefetchFrom {
		x.prefetch = &local.prefetch
	}
	for q := q0; q < q1; q++ {
		if x.prefetch != nil {
			j.fetch(x.prefetch, i0, i1, q)
		}
		add(x, q-q0, q-q0+1, q+1 < q1)
		j.finish(i0, i1, q, x.c.data[(q-q0)*x.c.panel:], mem)
	}
}

// write is do without a sink: gradients go to the plan's.
func (j *gradientJob) write(p *product, local *scratch, i0, i1, q0, q1, turns int, take func(x *part, t, turns int, local []float32), add func(x *part, q0, q1 int, more bool)) {
	if j.flip {
		p.computeNarrow(local.mem, i0, i1)
	} else {
		x := &local.part
		x.begin(p, i0, i1)
		for t := range turns {
			take(x, t, turns, local.mem)
			add(x, q0, q1, false)
		}
	}
	if i1 < j.m {
		return
	}
	for q := q0; q < q1; q++ {
		width := j.width(q)
		j.biases(j.c.data[q*j.c.panel+i1*width:][:width], q)
	}
}

// held is how many panels of its own gradients a task of so many holds: one, if
// each is finished before the next begins.
func (j *gradientJob) held(turns, panels int) int {
	if j.flip || turns == 1 {
		return 1
	}
	return panels
}

// scratchSize is how many floats a task of so many turns, rows and panels needs: copies of
// operands and, with a sink, its own gradients, with a row of biases. It is not nothing, as
// the part is scratch memory, too.
func (j *gradientJob) scratchSize(turns, rows, panels int) int {
	size := max(1, j.copySize(rows+1))
	if j.sink != nil {
		size += j.held(turns, panels) * (rows + 1) * j.kern.NR
	}
	if j.derived != nil {
		size += j.derived.scratchSize()
	}
	return size
}

// span is where rows [i0, i1) of panel q, and the biases, if there are any, that follow
// the last row, are in the plan's parameters.
func (j *gradientJob) span(i0, i1, q int) (lo, hi, width int) {
	width = j.plan.width(q)
	if i1 == j.m && !j.plan.spec.NoBias {
		i1++
	}
	return q*j.c.panel + i0*width, q*j.c.panel + i1*width, width
}

// fetch lists what finish will read and write.
func (j *gradientJob) fetch(x *prefetch, i0, i1, q int) {
	lo, hi, _ := j.span(i0, i1, q)
	x.reset()
	x.add(j.plan.params[lo:hi])
	for _, s := range j.state {
		x.add(s[lo:hi])
	}
	if j.derived != nil {
		j.derived.fetch(x, i0, i1, q)
	}
}

// finish hands the gradients of rows [i0, i1) of panel q, and of the biases that
// follow the last row, to the sink, and brings up to date what follows from the
// parameters.
func (j *gradientJob) finish(i0, i1, q int, own, local []float32) {
	lo, hi, width := j.span(i0, i1, q)
	own = own[:hi-lo]
	weights := (i1 - i0) * width
	if weights < len(own) {
		j.biases(own[weights:], q)
	}
	j.sink.Update(lo, weights, j.plan.params[lo:hi], own)
	if j.derived != nil {
		j.derived.update(i0, i1, q, local)
	}
}

// biases computes, or adds to, the gradients of panel q's biases: the product
// of a row of ones and the panel, which sums its columns. Those of padding are zero.
func (j *gradientJob) biases(db []float32, q int) {
	if j.plan.spec.NoBias {
		clear(db)
		return
	}
	kern := &j.plan.b.kern
	var start *float32
	if j.c.add {
		start = &db[0]
	}
	var dz *float32
	if j.dz.Rows > 0 {
		dz = &j.dz.Data[q*kern.NR]
	}
	kern.Tile(1, len(db), j.dz.Rows, &j.plan.b.one, 0, 0, dz, j.dz.Stride, start, 0, &db[0], len(db), noFloor, nil, 0)
}
