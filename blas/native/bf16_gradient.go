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
		return p.backwardWeights(x, dz, accumulate, nil)
	}
	defer afterSink(&err, p.Refresh)
	p.Refresh()
	p.pairs.seen.Store(false)
	if err := p.backwardWeights(x, dz, accumulate, sink); err != nil {
		return err
	}
	p.pairs.updated()
	return nil
}

// backwardWeights is BackwardWeights for a batch in bf16. Where tasks have updated W they
// also bring up to date the pairs that batches of this size multiply by; Wᵀ in float32 goes
// stale.
func (p *bf16Plan) backwardWeights(x, dz blas.Matrix, accumulate bool, sink blas.Sink) error {
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
	b.scratch.reserve(j.most, j.scratchSize(j.rounded.rounds(&j.product), j.rows+1, j.columns))
	return share(b, &b.bf16.gradient, j, &j.grid)
}

// alone does them without.
func (j *bf16GradientJob) alone() {
	for t := range j.tasks {
		j.Task(t, 0)
	}
}

// Task implements blas.Job: gradientJob's, for one round after the other.
func (j *bf16GradientJob) Task(t, worker int) {
	i0, i1, q0, q1 := j.task(t)
	b, r := j.plan.b, &j.rounded
	p := j.product
	if r.numbers > 0 {
		own := &b.bf16.own
		p.a.data = own.workers[worker].a.strip(&own.a, t%j.down, i0, i1)
		p.b.data = own.workers[worker].b.strip(&own.b, t/j.down, q0*j.kern.NR, min(q1*j.kern.NR, j.n))
	}
	rounds := r.rounds(&p)
	local := b.scratch.get(j.scratchSize(rounds, i1-i0+1, q1-q0), worker)
	defer b.scratch.put(local)
	if j.sink == nil {
		r.compute(&p, local.floats(), i0, i1, q0, q1)
		j.writeBiases(i1, q0, q1)
		return
	}
	own, mem := j.own(&p, local.mem, rounds, i0, i1, q0, q1)
	var x part
	r.begin(&x, &own, 0, i1-i0)
	for t := range rounds {
		r.take(&x, t, rounds, local.mem)
		switch {
		case !x.last:
			r.addPanels(&x, 0, q1-q0)
		case r.panels == nil:
			j.update(&x, local, mem, i0, i1, q0, q1)
		default: // fetches nothing ahead
			for q := q0; q < q1; q++ {
				r.addPanels(&x, q-q0, q-q0+1)
				j.finish(i0, i1, q, own.c.data[(q-q0)*own.c.panel:], mem)
			}
		}
	}
}
