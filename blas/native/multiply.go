package native

import (
	"math"

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
// Order of loops: for a panel of B, KC rows of it are taken at a time, which
// stay in L1 while all rows of A pass by; A's rows, KC columns at a time, come
// from L2, where the caller's choice of i1-i0 keeps them for the next panel.
func (p *product) block(kern *kernels.Product, i0, i1, q0, q1 int) {
	if p.k == 0 {
		p.pass(kern, i0, i1, q0, q1, 0, 0)
		return
	}
	for q := q0; q < q1; q++ {
		for p0 := 0; p0 < p.k; p0 += kern.KC {
			p.pass(kern, i0, i1, q, q+1, p0, min(p0+kern.KC, p.k))
		}
	}
}

// pass adds the products of columns [p0, p1) of A and rows [p0, p1) of B to
// the sums, which start at S if p0 is 0 and at C otherwise. The floor is
// applied when p1 is k.
func (p *product) pass(kern *kernels.Product, i0, i1, q0, q1, p0, p1 int) {
	s, lds, panelS := p.s, p.lds, p.panelS
	if p0 > 0 {
		s, lds, panelS = p.c, p.ldc, p.panelC
	}
	bias := p.bias && p0 == 0
	floor := noFloor
	if p1 == p.k {
		floor = p.floor
	}
	// Tiles of even height: 15 rows are 8 and 7, not 14 and 1.
	tiles := (i1 - i0 + kern.MR - 1) / kern.MR
	height, taller := (i1-i0)/tiles, (i1-i0)%tiles
	for q := q0; q < q1; q++ {
		width := min(kern.NR, p.n-q*kern.NR)
		ldb := p.ldb
		if ldb == 0 {
			ldb = width
		}
		var b *float32
		if p1 > p0 {
			b = &p.b[q*p.panelB+p0*ldb]
		}
		i := i0
		for t := range tiles {
			rows := height
			if t < taller {
				rows++
			}
			var a *float32
			if p1 > p0 {
				a = &p.a[i*p.rsa+p0*p.csa]
			}
			var start *float32
			if bias {
				start = &p.b[q*p.panelB+p.k*ldb]
			} else {
				start = &s[q*panelS+i*lds]
			}
			kern.Tile(rows, width, p1-p0, a, p.rsa, p.csa, b, ldb,
				start, lds, &p.c[q*p.panelC+i*p.ldc], p.ldc, floor)
			i += rows
		}
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
func (p *product) cut(kern *kernels.Product, workers int) grid {
	g := grid{height: p.m, width: p.panels(kern), most: 1}
	g.rows = max(kern.MR, min(p.m, blockFloats/max(p.k, 1)/kern.MR*kern.MR))
	g.columns = g.width
	if workers > 1 && 2*float64(p.m)*float64(p.n)*float64(p.k) >= wakeFlops {
		g.most = workers
		want := tasksPerWorker * workers
		if down := (p.m + g.rows - 1) / g.rows; down < want {
			groups := min(g.width, (want+down-1)/down)
			g.columns = (g.width + groups - 1) / groups
			if groups*down < want {
				parts := (want + groups - 1) / groups
				g.rows = max(kern.MR, (p.m/parts+kern.MR-1)/kern.MR*kern.MR)
			}
		}
	}
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

	copyA bool    // work on a copy of A's block, times alpha, at a good stride
	alpha float32 // with copyA

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
		x := j.spare.get(j.copySize(i1 - i0))
		local := j.localCopy(j.set, x.mem, i0, i1, j.alpha)
		local.block(kern, 0, i1-i0, q0, q1)
		j.spare.put(x)
	} else {
		j.block(kern, i0, i1, q0, q1)
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
	j.grid = j.cut(&b.set.Product, b.pool.Workers())
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
