package native

import (
	"math"

	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/kernels"
)

// product is C = max(floor, S + A·B) for an m×k A, a k×n B and an m×n C. B, S
// and C are seen as column panels of NR columns; in a plain matrix the next
// panel starts NR elements on, in a packed one after the whole panel.
type product struct {
	m, n, k int

	a        []float32
	rsa, csa int // A(i, p) is a[i*rsa+p*csa]

	b           []float32
	ldb, panelB int  // B(p, j) of panel q is b[q*panelB+p*ldb+j]; ldb 0 stands for the panel's width
	bias        bool // the sums start at row k of B's panel, which is the row after the last

	s           []float32
	lds, panelS int // where the sums start without bias: zeros with lds 0, or C itself

	c           []float32
	ldc, panelC int

	floor float32 // 0: ReLU; -Inf: none
}

// noFloor is the floor that changes nothing.
var noFloor = float32(math.Inf(-1))

// block computes rows [i0, i1) of panels [q0, q1).
//
// KC columns of A and rows of B are taken at a time. Of these, a panel of B
// stays in L1 while all rows of A pass by; the rows of A come from L2 for one
// panel after the other, from where they are or, if local is not nil, from a
// copy there.
func (p *product) block(set *kernels.Set, local []float32, alpha float32, i0, i1, q0, q1 int) {
	kern := &set.Product
	// Even parts: 784 is 4·196, not 3·256 and 16.
	parts := max(1, (p.k+kern.KC-1)/kern.KC)
	for t := range parts {
		x := pass{product: *p, p0: p.k * t / parts, p1: p.k * (t + 1) / parts, rows: evenly(i1-i0, kern.MR)}
		if local != nil {
			x.copyA(set, local, alpha, i0, i1)
		} else {
			x.readA(i0)
		}
		for q := q0; q < q1; q++ {
			x.panel(kern, q, i0)
		}
	}
}

// evenly cuts n rows into as few tiles of at most size rows as possible, of
// even height: 15 rows are 8 and 7, not 14 and 1.
func evenly(n, size int) tiles {
	count := (n + size - 1) / size
	return tiles{count, n / count, n % count}
}

// tiles are count tiles of height rows, the first taller of them one row
// higher.
type tiles struct{ count, height, taller int }

// pass is the part of a product that takes columns [p0, p1) of A and rows
// [p0, p1) of B.
type pass struct {
	product
	p0, p1 int
	rows   tiles

	// Where tiles find A: a tile that starts r rows into the block has its
	// first element at from[r*step]. A packed tile of m rows has rsa 1 and
	// csa m.
	from     []float32
	step     int
	rsa, csa int
	packed   bool
}

// readA lets the tiles read A where it is.
func (x *pass) readA(i0 int) {
	x.step, x.rsa, x.csa = x.product.rsa, x.product.rsa, x.product.csa
	if x.p1 > x.p0 {
		x.from = x.a[i0*x.rsa+x.p0*x.csa:]
	}
}

// copyA copies rows [i0, i1) of this pass's columns of A, times alpha, to
// local, where tiles read them in sequence. Rows that are contiguous in A stay
// so, at a leading dimension without cache-set conflicts; a transposed A is
// packed tile by tile.
func (x *pass) copyA(set *kernels.Set, local []float32, alpha float32, i0, i1 int) {
	k := x.p1 - x.p0
	from := x.a[i0*x.product.rsa+x.p0*x.product.csa:]
	x.from = local
	if x.product.csa == 1 {
		x.step = arena.Stride(k)
		x.rsa, x.csa = x.step, 1
		for r := range i1 - i0 {
			copy(local[r*x.step:r*x.step+k], from[r*x.product.rsa:])
		}
	} else {
		x.step, x.rsa, x.packed = k, 1, true
		r := 0
		for t := range x.rows.count {
			m := x.rows.of(t)
			set.Product.PackRows(k, m, &from[r], x.product.csa, &local[r*k])
			r += m
		}
	}
	if alpha != 1 {
		set.Scale(alpha, local[:(i1-i0)*x.step])
	}
}

// of is the height of tile t.
func (r tiles) of(t int) int {
	if t < r.taller {
		return r.height + 1
	}
	return r.height
}

// panel adds this pass's products to the sums of panel q, which start at S or
// the bias if p0 is 0 and at C otherwise. The floor is applied when p1 is k.
func (x *pass) panel(kern *kernels.Product, q, i int) {
	width := min(kern.NR, x.n-q*kern.NR)
	ldb := x.ldb
	if ldb == 0 {
		ldb = width
	}
	floor := noFloor
	if x.p1 == x.k {
		floor = x.floor
	}
	s, lds := x.s, x.lds
	switch {
	case x.p0 > 0:
		s, lds = x.c[q*x.panelC:], x.ldc
	case x.bias:
		s, lds = x.b[q*x.panelB+x.k*ldb:], 0
	case lds != 0:
		s = s[q*x.panelS:]
	}
	k := x.p1 - x.p0
	var a, b *float32
	if k > 0 {
		b = &x.b[q*x.panelB+x.p0*ldb]
	}
	c := x.c[q*x.panelC:]
	csa, r := x.csa, 0
	for t := range x.rows.count {
		m := x.rows.of(t)
		if k > 0 {
			a = &x.from[r*x.step]
		}
		if x.packed {
			csa = m
		}
		kern.Tile(m, width, k, a, x.rsa, csa, b, ldb, &s[(i+r)*lds], lds, &c[(i+r)*x.ldc], x.ldc, floor)
		r += m
	}
}

// panels is how many column panels the product has.
func (p *product) panels(kern *kernels.Product) int {
	return (p.n + kern.NR - 1) / kern.NR
}

// grid cuts a product into tasks: rows rows by columns panels each.
type grid struct {
	height, width int // rows and panels of the product
	rows, columns int // rows and panels of one task
	across, tasks int // tasks side by side, and in all
	most          int // how many workers are worth waking
}

const (
	// blockFloats is the size of the block of A that should stay in L2 while
	// panels of B pass by: 1 MiB of a 2-MiB L2, and no harm where L2 is smaller,
	// since a tile's rows then come from L3 in order.
	blockFloats = 1 << 18
	// wakeFlops is the least work that gains from a second worker: at 200
	// GFLOP/s it is 10 µs, as long as a parked worker takes to start.
	wakeFlops = 2 << 20
	// tasksPerWorker lets a worker that is interrupted fall behind without
	// the others having to wait for a large task of its.
	tasksPerWorker = 4
)

// cut chooses the grid for a product on the given number of workers. The
// result does not depend on it, only the time.
func (p *product) cut(kern *kernels.Product, copied bool, workers int) grid {
	g := grid{height: p.m, width: p.panels(kern), most: 1}
	down := (p.m + kern.MC - 1) / kern.MC
	if !copied {
		down = (p.m*p.k + blockFloats - 1) / blockFloats
	}
	down = max(1, down)
	across := 1
	if workers > 1 && 2*float64(p.m)*float64(p.n)*float64(p.k) >= wakeFlops {
		g.most = workers
		want := tasksPerWorker * workers
		across = min(g.width, (want+down-1)/down)
		if across*down < want {
			down = (want + across - 1) / across
		}
	}
	// A tile's height is the smallest step.
	tiles := (p.m + kern.MR - 1) / kern.MR
	down = min(down, tiles)
	g.rows = (tiles + down - 1) / down * kern.MR
	g.columns = (g.width + across - 1) / across
	g.across = (g.width + g.columns - 1) / g.columns
	g.tasks = g.across * ((p.m + g.rows - 1) / g.rows)
	return g
}

// task returns the rows and panels of task t.
func (g *grid) task(t int) (i0, i1, q0, q1 int) {
	i0, q0 = t/g.across*g.rows, t%g.across*g.columns
	return i0, min(i0+g.rows, g.height), q0, min(q0+g.columns, g.width)
}

// multiplyJob is a product with what happens to a block before and after.
type multiplyJob struct {
	product
	grid
	set   *kernels.Set
	spare *spare

	copyA bool // read A's block from a copy of it, times alpha
	alpha float32

	// After a block: c = f(c), or c = c ⊙ f'(y).
	activate func(dst, z []float32)
	derive   func(dz, dy, y []float32)
	y        []float32
	ldy      int
}

// Task implements blas.Job.
func (j *multiplyJob) Task(t, _ int) {
	i0, i1, q0, q1 := j.task(t)
	kern := &j.set.Product
	if j.copyA {
		x := j.spare.get(j.copySize(kern, i1-i0))
		j.block(j.set, x.mem, j.alpha, i0, i1, q0, q1)
		j.spare.put(x)
	} else {
		j.block(j.set, nil, 1, i0, i1, q0, q1)
	}
	if j.activate == nil && j.derive == nil {
		return
	}
	j0, j1 := q0*kern.NR, min(q1*kern.NR, j.n)
	for i := i0; i < i1; i++ {
		row := j.c[i*j.ldc+j0 : i*j.ldc+j1]
		if j.activate != nil {
			j.activate(row, row)
		} else {
			j.derive(row, row, j.y[i*j.ldy+j0:i*j.ldy+j1])
		}
	}
}

// runMultiply does the product of j on the workers, or alone if it is small
// or the pool is busy.
func (b *Backend) runMultiply(j *multiplyJob) {
	j.set, j.spare = b.set, &b.spare
	j.grid = j.cut(&b.set.Product, j.copyA, b.pool.Workers())
	if j.most > 1 && b.pool.TryAcquire() {
		b.multiply = *j
		b.pool.Run(&b.multiply, j.tasks, j.most)
		b.multiply = multiplyJob{}
		b.pool.Release()
		return
	}
	for t := range j.tasks {
		j.Task(t, 0)
	}
}
