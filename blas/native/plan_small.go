package native

import "github.com/neurona-ml/neurona/kernels"

// small reports whether p is a product in float32 that is done with nothing prepared: of
// smallWork at most, too small to share, and without lines that conflict for few
// columns, which tiles of fewer rows are for.
func (b *Backend) small(p *product) bool {
	kern := &b.set.Product
	return p.unit == nil && p.m*p.n*p.k <= smallWork && (b.pool.Workers() == 1 || p.work(kern) < shareWork) &&
		!(p.n <= kern.NR/2 && p.conflicts())
}

// multiplyAny does the product of j the way its size asks for.
func (b *Backend) multiplyAny(j *multiplyJob) {
	if b.small(&j.product) {
		b.multiplySmall(j)
	} else {
		b.runMultiply(j)
	}
}

// multiplySmall does a small product and what follows it: the tiles of block in the
// same order of k. One row through 30-64-32-1 takes 470 ns so and 830 in passes
// of a block, 8×8×8 90 and 200.
func (b *Backend) multiplySmall(j *multiplyJob) {
	kern := &b.set.Product
	for q := range j.panels(kern) {
		width := min(kern.NR, j.n-q*kern.NR)
		panel := j.b[q*j.panelB:]
		var start *float32
		if j.bias {
			start = &panel[j.k*width]
		}
		c := j.c[q*j.panelC:]
		for i := 0; i < j.m; {
			rows := smallRows(kern, j.m-i)
			kern.Tile(rows, width, j.k, &j.a[i*j.rsa], j.rsa, 1, &panel[0], width, start, 0, &c[i*j.ldc], j.ldc, j.floor, nil, 0)
			i += rows
		}
	}
	j.finish(0, j.m, 0, j.n)
}

// runSmall is run for a small product.
func (j *weightsJob) runSmall(kern *kernels.Product) {
	b := j.plan.b
	var own *scratch
	if j.sink != nil {
		own = b.spare.get((j.m+1)*kern.NR, 0)
		defer b.spare.put(own)
	}
	for q := range j.panels(kern) {
		width := min(kern.NR, j.n-q*kern.NR)
		var c []float32
		if j.sink == nil {
			c = j.c[q*j.panelC:]
		} else {
			c = own.mem
		}
		for i := 0; i < j.m; {
			rows := smallRows(kern, j.m-i)
			to := &c[i*width]
			var start *float32
			if j.add {
				start = to
			}
			kern.Tile(rows, width, j.k, &j.a[i], j.rsa, j.csa, &j.b[q*kern.NR], j.rsb, start, width, to, width, noFloor, nil, 0)
			i += rows
		}
		if j.sink == nil {
			j.biases(c[j.m*width:][:width], q)
		} else {
			j.finish(0, j.m, q, c, nil)
		}
	}
}
