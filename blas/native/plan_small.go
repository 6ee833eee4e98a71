package native

import "github.com/neurona-ml/neurona/kernels"

// small reports whether p is a product in float32 that is done with nothing prepared: of
// smallWork at most, too small to share, not narrow, and without lines that conflict for
// few columns, which tiles of fewer rows are for.
func (b *Backend) small(p *product) bool {
	kern := &b.set.Product
	return p.unit == nil && littleWork(p.m, p.n, p.k) && (b.pool.Workers() == 1 || p.work(kern) < shareWork) &&
		!p.narrow(kern) && !(p.n <= kern.NR/2 && p.conflicts())
}

// multiplyAny does the product of j the way its size asks for.
func (b *Backend) multiplyAny(j *multiplyJob) error {
	if b.small(&j.product) {
		b.multiplySmall(j)
		return nil
	}
	return b.runMultiply(j)
}

// multiplySmall does a small product and what follows it: the tiles of block in the
// same order of k. One row through 30-64-32-1 takes 510 ns so and 830 in passes
// of a block, 8×8×8 98 and 200.
func (b *Backend) multiplySmall(j *multiplyJob) {
	kern := &b.set.Product
	for q := range j.panels(kern) {
		width := min(kern.NR, j.n-q*kern.NR)
		panel := j.b[q*j.panelB:]
		var start *float32
		if j.bias {
			start = &panel[j.k*width]
		}
		tileColumn(kern, j.m, width, j.k, j.a, j.rsa, j.csa, &panel[0], width, start, j.add, j.c[q*j.panelC:], j.ldc, j.floor)
	}
	j.finish(0, j.m, 0, j.n)
}

// tileColumn computes m rows of a panel of C, width columns, tile by tile. The sums start
// at C itself with add, else at s, a row, or at zero if that is nil.
func tileColumn(kern *kernels.Product, m, width, k int, a []float32, rsa, csa int, b *float32, ldb int, s *float32, add bool, c []float32, ldc int, floor float32) {
	lds := 0
	if add {
		lds = ldc
	}
	for i := 0; i < m; {
		rows := smallRows(kern, m-i)
		if add {
			s = &c[i*ldc]
		}
		kern.Tile(rows, width, k, &a[i*rsa], rsa, csa, b, ldb, s, lds, &c[i*ldc], ldc, floor, nil, 0)
		i += rows
	}
}

// runSmall does a small product and hands over its gradients.
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
		tileColumn(kern, j.m, width, j.k, j.a, j.rsa, j.csa, &j.b[q*kern.NR], j.rsb, nil, j.add, c, width, noFloor)
		if j.sink == nil {
			j.biases(c[j.m*width:][:width], q)
		} else {
			j.finish(0, j.m, q, c, nil)
		}
	}
}
