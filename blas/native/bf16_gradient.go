package native

import "github.com/neurona-ml/neurona/blas"

// bf16GradientJob is a gradientJob on pairs.
type bf16GradientJob struct {
	gradientJob
	rounded rounded
}

// BackwardWeights implements blas.Dense.
func (p *bf16Plan) BackwardWeights(x, dz blas.Matrix, accumulate bool, sink blas.Sink) (err error) {
	if err := p.spec.CheckBackwardWeights(x, dz, accumulate, sink); err != nil {
		return err
	}
	if x.Rows == 0 || !p.trainsInBF16(x.Rows) {
		if sink != nil {
			p.pairs.changed()
		}
		return p.plan.BackwardWeights(x, dz, accumulate, sink)
	}
	if sink == nil {
		return p.gradientInBF16(x, dz, accumulate, nil)
	}
	defer afterSink(&err, p.Refresh)
	p.Refresh()
	p.pairs.seen.Store(false)
	if err := p.gradientInBF16(x, dz, accumulate, sink); err != nil {
		return err
	}
	p.pairs.updated()
	return nil
}

// gradientInBF16 is BackwardWeights for a batch in bf16. Where tasks have updated W they
// also bring up to date the pairs that batches of this size multiply by; Wᵀ in float32 goes
// stale.
func (p *bf16Plan) gradientInBF16(x, dz blas.Matrix, accumulate bool, sink blas.Sink) error {
	j := bf16GradientJob{gradientJob: p.gradientJob(x, dz, accumulate, sink)}
	if sink != nil {
		j.derived = &p.pairs
	}
	exact := j.product
	j.rounded = p.gradientPairs(&j.product)
	forA, forB, special, err := j.rounded.roundPieces(p.b, &j.product)
	if err != nil {
		return err
	}
	defer p.b.scratch.put(forA)
	defer p.b.scratch.put(forB)
	if special {
		j.product = exact
		return j.gradientJob.run()
	}
	nanos := j.rounded.work(&j.product)
	j.grid = j.cut(p.b.hands(j.kern, nanos), nanos)
	return j.rounded.run(p.b, &j.product, &j.grid, j.share, j.alone)
}

// share does the tasks on the workers.
func (j *bf16GradientJob) share() error {
	b := j.plan.b
	return shareHeld(b, &b.bf16.gradient, j, &j.grid, j.scratchSize(j.rounded.turns(&j.product), j.rows, j.columns))
}

// alone does them without.
func (j *bf16GradientJob) alone() {
	for t := range j.tasks {
		j.Task(t, 0)
	}
}

// Task implements blas.Job: gradientJob's, of operands that are rounded.
func (j *bf16GradientJob) Task(t, worker int) {
	p, r := j.product, &j.rounded
	if r.numbers > 0 {
		i0, i1, q0, q1 := j.task(t)
		own := &j.plan.b.bf16.own
		mine := &own.workers[worker]
		p.a.data = mine.a.strip(&own.a, t%j.down, i0, i1)
		p.b.data = mine.b.strip(&own.b, t/j.down, q0*j.kern.NR, min(q1*j.kern.NR, j.n))
	}
	var a, b []float32 // of the task, for all terms
	take := func(x *part, t, turns int, local []float32) {
		if t == 0 {
			a, b = x.a.data, x.b.data
		}
		r.take(x, a, b, t, turns, local)
	}
	j.do(&p, t, worker, r.turns(&p), take, r.addPanels)
}
