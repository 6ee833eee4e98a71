package native

import "github.com/neurona-ml/neurona/blas"

// Small products: the tiles of parts, in the same order of k, with nothing prepared but
// panels of a transposed B.

// smallWork bounds the products, in m·n·k, whose time goes as much into
// preparing as into multiplying: up to 64³ with everything in L1 or L2, where
// copies and parts of k gain nothing.
const smallWork = 64 * 64 * 64

// littleWork reports whether a product is one of smallWork at most. An int of 32 bits
// holds m·n, m·k and k·n, but not always m·n·k.
func littleWork(m, n, k int) bool { return int64(m)*int64(n)*int64(k) <= smallWork }

// small reports whether a plan's product is done here: if it is of smallWork at most,
// too small to share, not narrow, and without lines that conflict for few columns, which
// tiles of fewer rows are for.
func (b *Backend) small(p *product) bool {
	return littleWork(p.m, p.n, p.k) && (b.pool.Workers() == 1 || p.work() < p.kern.shareWork) &&
		!p.narrow() && !(p.n <= p.kern.NR/2 && p.conflicts())
}

// gemmSmall computes C = op(A)·op(B), or adds it to C.
func (b *Backend) gemmSmall(k int, a *blas.Matrix, transposedA bool, bm *blas.Matrix, transposedB bool, c *blas.Matrix, add bool) {
	kern := &b.kern
	rsa, csa := a.Stride, 1
	if transposedA {
		rsa, csa = 1, a.Stride
	}
	var panel *scratch
	if transposedB {
		panel = b.scratch.get(k*min(kern.NR, c.Cols), 0)
		defer b.scratch.put(panel)
	}
	for j := 0; j < c.Cols; j += kern.NR {
		width := min(kern.NR, c.Cols-j)
		var from *float32
		ldb := bm.Stride
		if transposedB {
			kern.Transpose(width, k, &bm.Data[j*ldb], ldb, &panel.mem[0], width)
			from, ldb = &panel.mem[0], width
		} else {
			from = &bm.Data[j]
		}
		// tileColumn would do, and its call takes 5 of the 40 ns of 8×8×8.
		for i := 0; i < c.Rows; {
			rows := smallRows(kern.MR, c.Rows-i)
			to := &c.Data[i*c.Stride+j]
			var start *float32
			if add {
				start = to
			}
			kern.Tile(rows, width, k, &a.Data[i*rsa], rsa, csa, from, ldb, start, c.Stride, to, c.Stride, noFloor, nil, 0)
			i += rows
		}
	}
}

// multiplySmall does a small product of a plan and what follows it. One row through
// 30-64-32-1 takes 510 ns so and 830 in parts of tasks, 8×8×8 98 and 200.
func (b *Backend) multiplySmall(j *multiplyJob) {
	for q := range j.panels() {
		width := j.width(q)
		panel := j.b.data[q*j.b.panel:]
		var start *float32
		if j.b.bias {
			start = &panel[j.k*width]
		}
		j.tileColumn(width, &panel[0], width, start, j.c.data[q*j.c.panel:], j.c.ld)
	}
	j.finish(0, j.m, 0, j.n)
}

// gradientSmall does a small product and hands over its gradients.
func (j *gradientJob) gradientSmall() {
	b := j.plan.b
	var own *scratch
	if j.sink != nil {
		own = b.scratch.get((j.m+1)*j.kern.NR, 0)
		defer b.scratch.put(own)
	}
	for q := range j.panels() {
		width := j.width(q)
		c := own.floats()
		if j.sink == nil {
			c = j.c.data[q*j.c.panel:]
		}
		j.tileColumn(width, &j.b.data[q*j.kern.NR], j.b.rs, nil, c, width)
		if j.sink == nil {
			j.biases(c[j.m*width:][:width], q)
		} else {
			j.finish(0, j.m, q, c, nil)
		}
	}
}

// tileColumn computes a panel of C, width columns, tile by tile, in c. The sums start
// at C itself with add, else at s, a row, or at zero if that is nil.
func (p *product) tileColumn(width int, b *float32, ldb int, s *float32, c []float32, ldc int) {
	lds := 0
	if p.c.add {
		lds = ldc
	}
	for i := 0; i < p.m; {
		rows := smallRows(p.kern.MR, p.m-i)
		if p.c.add {
			s = &c[i*ldc]
		}
		p.kern.Tile(rows, width, p.k, &p.a.data[i*p.a.rs], p.a.rs, p.a.cs, b, ldb, s, lds, &c[i*ldc], ldc, p.c.floor, nil, 0)
		i += rows
	}
}

// smallRows is how many of the rows that are left the next tile of at most mr takes.
func smallRows(mr, left int) int {
	switch {
	case left >= 2*mr:
		return mr
	case left > mr:
		return (left + 1) / 2 // two tiles of even height
	}
	return left
}
