package native

import (
	"github.com/neurona-ml/neurona/blas"
)

// weightsJob computes dW = xᵀ·dz and db = Σ rows of dz, a range of one panel's
// rows at a time.
type weightsJob struct {
	product // In×Out, k = batch; C is the panel layout of the plan
	grid
	plan       *plan
	accumulate bool
	sink       blas.Sink
}

// BackwardWeights implements blas.Dense.
func (p *plan) BackwardWeights(x, dz blas.Matrix, accumulate bool, sink blas.Sink) error {
	if err := p.spec.CheckBackwardWeights(x, dz, accumulate, sink); err != nil {
		return err
	}
	nr := p.b.set.Product.NR
	j := weightsJob{plan: p, accumulate: accumulate, sink: sink, product: product{
		m: p.spec.In, n: p.spec.Out, k: x.Rows,
		a: x.Data, rsa: 1, csa: x.Stride,
		b: dz.Data, ldb: dz.Stride, panelB: nr,
		s: p.b.zeros, floor: noFloor,
	}}
	if sink == nil {
		j.c = p.Gradients()
	} else {
		p.stale = true
	}
	j.grid = j.cut(&p.b.set.Product, true, p.b.pool.Workers())
	j.columns, j.across = 1, j.width
	j.tasks = j.width * ((j.m + j.rows - 1) / j.rows)
	if j.most > 1 && p.b.pool.TryAcquire() {
		p.b.weights = j
		p.b.pool.Run(&p.b.weights, j.tasks, j.most)
		p.b.weights = weightsJob{}
		p.b.pool.Release()
		return nil
	}
	for t := range j.tasks {
		j.Task(t, 0)
	}
	return nil
}

// Task implements blas.Job: the gradient of rows [i0, i1) of one panel, and of
// the bias with the last of them.
func (j *weightsJob) Task(t, _ int) {
	kern := &j.plan.b.set.Product
	i0, i1, q, _ := j.task(t)
	rows, width := i1-i0, min(kern.NR, j.n-q*kern.NR)
	last := i1 == j.m
	size := rows * width
	if last {
		size += width // the bias
	}
	lo := q*kern.NR*(j.m+1) + i0*width

	local := j.product
	local.m, local.n, local.ldc = rows, width, width
	if j.k > 0 {
		local.a, local.b = j.a[i0*j.rsa:], j.b[q*j.panelB:]
	}
	var grads []float32
	if j.sink == nil {
		grads = j.c[lo : lo+size]
	} else {
		x := j.plan.b.spare.get(size)
		defer j.plan.b.spare.put(x)
		grads = x.mem[:size]
	}
	local.c = grads
	if j.accumulate {
		local.s, local.lds = grads, width
	}
	local.block(j.plan.b.set, nil, 1, 0, rows, 0, 1)
	if last {
		bias := grads[rows*width:]
		if !j.accumulate {
			clear(bias)
		}
		for p := range j.k {
			j.plan.b.set.Add(local.b[p*j.ldb:p*j.ldb+width], bias)
		}
	}
	if j.sink != nil {
		j.sink.Update(lo, j.plan.params[lo:lo+size], grads)
	}
}
