package native

import (
	"math"

	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/kernels"
)

// product is C = max(floor, S + A·B) for an m×k A, a k×n B and an m×n C. B, S
// and C are seen as column panels of NR columns, the last one as wide as what is
// left.
type product struct {
	m, n, k int

	a        []float32
	rsa, csa int     // A(i, p) is a[i*rsa+p*csa]; one of them is 1
	copyA    bool    // read blocks of A from a copy
	alpha    float32 // with copyA: what to multiply A by

	// B is packed, panel q as [k][width] at b[q*panelB], followed, with bias, by
	// a row where the sums start; or else B(p, j) is b[p*rsb+j*csb], and one of
	// them is 1.
	b        []float32
	packed   bool
	panelB   int
	bias     bool
	rsb, csb int
	copyB    bool // pack panels as they are needed; always if csb is not 1

	// C(i, j) of panel q is c[q*panelC+i*ldc+j]; ldc 0 stands for the panel's
	// width. The sums start at C itself if add is set, at zero if neither that
	// nor bias is.
	c           []float32
	ldc, panelC int
	add         bool

	floor float32 // 0: ReLU; -Inf: none

	flip bool // compute Cᵀ: see narrow

	// Of a product of pairs: the sum of so many products of pieces of A and B, which
	// are planes of so many elements.
	unit           *kernels.Pairs
	products       int
	unrounded      int           // k of operands that are numbers still; 0 if all are pairs
	blocks         kernels.Block // the unit's for so many products, nil if it has none
	planeA, planeB int
}

// kernel is what the product is done with.
func (p *product) kernel(set *kernels.Set) *kernels.Product {
	if p.unit != nil {
		return &p.unit.Product
	}
	return &set.Product
}

// noFloor is the floor that changes nothing.
var noFloor = float32(math.Inf(-1))

// localSize is how many floats block needs for copies, for rows rows of A.
func (p *product) localSize(kern *kernels.Product, rows int) int {
	if p.flip {
		return p.n * kern.NR
	}
	n := 0
	if p.copyA {
		n += rows * arena.Stride(min(p.k, p.depth(kern)))
	}
	if p.copyB {
		n += p.depth(kern) * kern.NR
	}
	return n
}

// fewTiles is up to how many tiles of A a row-major B is taken in blocks half
// as deep: tiles then pass by before what was fetched of the next panel is
// gone. 32×2048×2048 at depths of 256, 768 and 1024: 174, 166, 156 GFLOP/s.
const fewTiles = 5

// depth is how many steps of k a block takes at most. Tiles that sum products of
// pieces read all of them at once: three pieces of B take as much of L1 as two.
func (p *product) depth(kern *kernels.Product) int {
	if p.products > 3 && p.blocks != nil {
		return kern.KC * 2 / 3 / p.unit.KStep * p.unit.KStep
	}
	if !p.packed && p.m <= fewTiles*kern.MR {
		return kern.KC / 2
	}
	return kern.KC
}

// block computes rows [i0, i1) of panels [q0, q1), with copies in local, of
// localSize floats.
func (p *product) block(set *kernels.Set, local []float32, i0, i1, q0, q1 int) {
	kern := p.kernel(set)
	if p.flip {
		p.blockNarrow(kern, local, i0, i1)
		return
	}
	c := p.passes(kern)
	var x pass
	for t := range c.count {
		x.begin(p, set, &c, t, local, i0, i1)
		x.addPanels(kern, q0, q1)
	}
}

// passes is how a block is cut into passes: parts of k, some columns of A and as
// many rows of B at a time, see depth, and in each of them one product of pieces
// after the other. In a pass a panel of B stays in L1 or L2 while all rows of A go
// by; the rows of A come from L2 or L3 for one panel after the other.
type passes struct {
	count int
	parts int // of k
	terms []kernels.Term
}

// passes cuts p into passes.
func (p *product) passes(kern *kernels.Product) passes {
	c := passes{parts: 1, terms: kernels.Terms(1)}
	if kc := p.depth(kern); p.k > kc {
		c.parts = (p.k + kc - 1) / kc
	}
	if p.unit != nil && p.blocks == nil {
		c.terms = kernels.Terms(p.products)
	}
	c.count = c.parts * len(c.terms)
	return c
}

// begin makes x pass t of the block of rows [i0, i1) of p.
func (x *pass) begin(p *product, set *kernels.Set, c *passes, t int, local []float32, i0, i1 int) {
	kern := p.kernel(set)
	if t == 0 {
		x.product = *p
		x.i0, x.rows = i0, p.tiles(i1-i0, kern)
	}
	x.first, x.last = t == 0, t == c.count-1
	x.p0, x.p1 = 0, p.k
	if c.parts > 1 {
		step := 1
		if p.unit != nil {
			step = p.unit.KStep
		}
		// Even parts: 1100 is 2·550, not 1024 and 76.
		part, steps := t/len(c.terms), p.k/step
		x.p0, x.p1 = steps*part/c.parts*step, steps*(part+1)/c.parts*step
	}
	x.a, x.weights = p.a, p.b
	if p.planeA != 0 {
		term := c.terms[t%len(c.terms)]
		x.a, x.weights = p.a[term.A*p.planeA:], p.b[term.B*p.planeB:]
	}
	if p.copyB {
		size := p.depth(kern) * kern.NR
		x.panel, local = local[:size], local[size:]
	}
	if p.copyA {
		x.takeA(set, kern, local, i1)
	} else if p.k > 0 {
		x.from, x.step, x.rowStep, x.colStep = x.a[i0*p.rsa+x.p0*p.csa:], p.rsa, p.rsa, p.csa
	}
}

// pass is the part of a block that takes columns [p0, p1) of A and rows
// [p0, p1) of B.
type pass struct {
	product
	p0, p1      int
	first, last bool // of the passes of a block
	i0          int
	rows        tiles
	weights     []float32 // B, or the piece of it that this pass takes
	panel       []float32 // room for a panel of B
	ahead       *ahead    // what tiles fetch while they are at it

	// A tile that starts r rows into the block finds A at from[r*step], with
	// these steps from row to row and column to column. In a packed block the
	// step from column to column is the tile's height.
	from             []float32
	step             int
	rowStep, colStep int
}

// takeA copies rows [i0, i1) of this pass's columns of A, times alpha, to
// local. Rows that are contiguous in A stay so, at a leading dimension without
// cache-set conflicts; a transposed A is packed tile by tile.
func (x *pass) takeA(set *kernels.Set, kern *kernels.Product, local []float32, i1 int) {
	k := x.p1 - x.p0
	from := x.a[x.i0*x.rsa+x.p0*x.csa:]
	x.from = local
	if x.csa == 1 {
		x.step = arena.Stride(k)
		x.rowStep, x.colStep = x.step, 1
		for r := range i1 - x.i0 {
			row := local[r*x.step : r*x.step+k]
			copy(row, from[r*x.rsa:])
			if x.alpha != 1 {
				set.Scale(x.alpha, row)
			}
		}
		return
	}
	x.step, x.rowStep, x.colStep = k, 1, 0
	r := 0
	for t := range x.rows.count {
		m := x.rows.of(t, r)
		kern.PackRows(k, m, &from[r], x.csa, &local[r*k])
		r += m
	}
	if x.alpha != 1 {
		set.Scale(x.alpha, local[:r*k])
	}
}

// takeB returns this pass's rows of panel q of B and their leading dimension.
func (x *pass) takeB(kern *kernels.Product, q, width int) (b *float32, ldb int) {
	k := x.p1 - x.p0
	switch {
	case k == 0:
		return nil, 0
	case x.packed:
		return &x.weights[q*x.panelB+x.p0*width], width
	case !x.copyB:
		return &x.weights[q*kern.NR+x.p0*x.rsb], x.rsb
	}
	from := &x.weights[q*kern.NR*x.csb+x.p0*x.rsb]
	if x.csb == 1 {
		kern.PackRows(k, width, from, x.rsb, &x.panel[0])
	} else {
		kern.Transpose(width, k, from, x.csb, &x.panel[0], width)
	}
	return &x.panel[0], width
}

// nextB returns where this pass's rows of panel q of B are, and their distance,
// if B is row-major. Packed panels follow one another, so that a tile that
// fetches its own rows ahead does as well, and better for few rows: 1×512×784
// packed 48 GFLOP/s, and 39 with the next panel's rows.
func (x *pass) nextB(kern *kernels.Product, q int) (b *float32, ldb int) {
	if x.packed || x.csb != 1 || x.p0 == x.p1 {
		return nil, 0
	}
	return &x.weights[q*kern.NR+x.p0*x.rsb], x.rsb
}

// addPanels adds this pass's products to the sums of panels [q0, q1).
func (x *pass) addPanels(kern *kernels.Product, q0, q1 int) {
	if x.blocks != nil {
		x.addBlocks(kern, q0, q1)
		return
	}
	for q := q0; q < q1; q++ {
		x.addTiles(kern, q, q+1 < q1)
	}
}

// addPanel is addPanels for panel q alone; with more, the next one is to follow.
func (x *pass) addPanel(kern *kernels.Product, q int, more bool) {
	if x.blocks != nil {
		x.addBlocks(kern, q, q+1)
		return
	}
	x.addTiles(kern, q, more)
}

// addTiles adds this pass's products to the sums of panel q.
//
// With more, and with nothing else to fetch, the last tile fetches the rows of the
// next panel of a row-major B. They come from L3 or memory, each on a page of its own, which no hardware
// foresees.
func (x *pass) addTiles(kern *kernels.Product, q int, more bool) {
	width := min(kern.NR, x.n-q*kern.NR)
	b, ldb := x.takeB(kern, q, width)
	c, ldc, s, lds, floor := x.sums(kern, q, width)
	var a, next *float32
	ldNext := 0
	colStep, r := x.colStep, 0
	for t := range x.rows.count {
		m := x.rows.of(t, r)
		if x.colStep == 0 {
			colStep = m
		}
		if b != nil {
			a = &x.from[r*x.step]
		}
		if x.ahead != nil {
			next, ldNext = x.ahead.rows(x.p1-x.p0, width)
		}
		if more && t == x.rows.count-1 && next == nil {
			next, ldNext = x.nextB(kern, q+1)
		}
		if lds != 0 {
			s = &c[r*lds]
		}
		kern.Tile(m, width, x.p1-x.p0, a, x.rowStep, colStep, b, ldb, s, lds, &c[r*ldc], ldc, floor, next, ldNext)
		r += m
	}
}

// sums returns where this pass's sums of panel q go and start, with their leading
// dimensions, and their floor: they are at C already unless this is the first
// pass, and the last one applies the floor. s is nil for sums that start at zero.
func (x *pass) sums(kern *kernels.Product, q, width int) (c []float32, ldc int, s *float32, lds int, floor float32) {
	ldc = x.ldc
	if ldc == 0 {
		ldc = width
	}
	c = x.c[q*x.panelC+x.i0*ldc:]
	switch {
	case x.add || !x.first:
		s, lds = &c[0], ldc
	case x.bias:
		s = &x.b[q*x.panelB+x.k*width]
	}
	floor = noFloor
	if x.last {
		floor = x.floor
	}
	return c, ldc, s, lds, floor
}

// callNanos is about how long a call may take: it delays garbage collection, which
// cannot stop a goroutine within.
const callNanos = 50_000

// addBlocks is addTiles for panels [q0, q1), and a unit that takes several at
// once.
func (x *pass) addBlocks(kern *kernels.Product, q0, q1 int) {
	k := x.p1 - x.p0
	nanos := 2 * float64(x.rows.height*kern.NR*k*x.products) / kern.Rate
	most := max(1, int(callNanos/max(nanos, 1)))
	r := 0
	for t := range x.rows.count {
		m := x.rows.of(t, r)
		for q := q0; q < q1; {
			width, panels := min(kern.NR, x.n-q*kern.NR), 1
			if width == kern.NR {
				panels = min(most, q1-q, x.n/kern.NR-q)
			}
			b, ldb := x.takeB(kern, q, width)
			c, ldc, s, lds, floor := x.sums(kern, q, width)
			panelS := x.panelB
			if lds != 0 {
				panelS = x.panelC
				s = &c[r*lds]
			}
			var a *float32
			if k > 0 {
				a = &x.from[r*x.step]
			}
			x.blocks(panels, m, width, k, a, x.rowStep, x.planeA, b, ldb, x.planeB, x.panelB, s, lds, panelS, &c[r*ldc], ldc, x.panelC, floor)
			q += panels
		}
		r += m
	}
}

// multiplyJob is a product with what happens to a block after it.
type multiplyJob struct {
	product
	grid
	backend *Backend

	// After a block: c = f(c), or c = c ⊙ f'(y).
	activate func(dst, z []float32)
	derive   func(dz, dy, y []float32)
	y        []float32
	ldy      int
}

// Task implements blas.Job.
func (j *multiplyJob) Task(t, worker int) {
	i0, i1, q0, q1 := j.task(t)
	b := j.backend
	kern := j.kernel(b.set)
	p := &j.product
	if p.unrounded > 0 {
		own := *p
		p = &own
		p.a = b.apart.workers[worker].a.strip(&b.apart.a, t%j.down, i0, i1)
	}
	if size := p.localSize(kern, i1-i0); size > 0 {
		x := b.spare.get(size, worker)
		defer b.spare.put(x)
		p.block(b.set, x.mem, i0, i1, q0, q1)
	} else {
		p.block(b.set, nil, i0, i1, q0, q1)
	}
	j.finish(i0, i1, q0*kern.NR, min(q1*kern.NR, j.n))
}

// finish does what comes after rows [i0, i1) and columns [j0, j1) of the product.
func (j *multiplyJob) finish(i0, i1, j0, j1 int) {
	if j.activate == nil && j.derive == nil {
		return
	}
	for i := i0; i < i1; i++ {
		row := j.c[i*j.ldc+j0 : i*j.ldc+j1]
		if j.activate != nil {
			j.activate(row, row)
		} else {
			j.derive(row, row, j.y[i*j.ldy+j0:i*j.ldy+j1])
		}
	}
}

// runMultiply does the product of j.
func (b *Backend) runMultiply(j *multiplyJob) error {
	j.backend = b
	j.grid = j.cut(j.kernel(b.set), b.hands(&j.product))
	return b.run(&j.product, &j.grid, j.share, j.alone)
}

// share does the tasks on the workers: see Backend.run.
func (j *multiplyJob) share() error {
	b := j.backend
	if size := j.localSize(j.kernel(b.set), j.rows); size > 0 {
		b.spare.reserve(j.most, size)
	}
	b.multiply = *j
	err := b.pool.Run(&b.multiply, j.tasks, j.most, j.wake)
	b.multiply = multiplyJob{}
	return err
}

// alone does them without.
func (j *multiplyJob) alone() {
	for t := range j.tasks {
		j.Task(t, 0)
	}
}
