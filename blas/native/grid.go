package native

import "github.com/neurona-ml/neurona/kernels"

// panels is how many column panels the product has.
func (p *product) panels(kern *kernels.Product) int {
	return (p.n + kern.NR - 1) / kern.NR
}

// grid cuts a product into tasks: rows rows by columns panels each.
type grid struct {
	height, width int  // rows and panels of the product
	rows, columns int  // rows and panels of one task
	down, tasks   int  // tasks one below the other, and in all
	most          int  // how many workers may take part
	wake          bool // and whether they are worth waking
}

const (
	// shareWork and wakeWork are the least work, in nanoseconds of one worker, that
	// gains from a second one: if that is looking for work (it takes half a
	// microsecond to join in, and the cut has its price: 512×10×64, of 4.8 µs, does
	// 101 GFLOP/s alone and 77 in tasks), and if it is parked (it takes 10 to 15 µs
	// to start, and waking it costs a system call).
	shareWork = 5_000
	wakeWork  = 12_000
	// tasksPerWorker lets a worker that is interrupted fall behind without
	// the others having to wait for a large task of its.
	tasksPerWorker = 4
	// panelWork is the least work of a task of one panel, if those are more even, and
	// unevenness how much more than its share the slowest worker may have to do.
	panelWork  = 10_000
	unevenness = 1.03
	// taskWork is the least work of a task, and of a worker's share of a product
	// for more than two.
	taskWork = 2_000
)

// work estimates how many nanoseconds one worker takes, at the kernel's rate
// and 100 bytes a nanosecond, as with operands in L2. Half a panel that is not
// full takes as long as if it were.
func (p *product) work(kern *kernels.Product) float64 {
	m, n, k := float64(p.m), float64(p.n), float64(p.k)
	columns := n
	if half := kern.NR / 2; !p.narrow(kern) {
		columns = float64((p.n + half - 1) / half * half)
	}
	products, pieces := 1.0, 1.0
	if p.unit != nil {
		products, pieces = float64(p.products), float64(kernels.Pieces(p.products))
	}
	return 2*m*columns*k*products/kern.Rate + 4*((m*k+k*n)*pieces+m*n)/100
}

// hands is how many of the workers a product is cut for: one if it is too
// small, or if it is too small to wake others and none is awake.
func (p *product) hands(kern *kernels.Product, workers int, awake bool) int {
	if workers == 1 {
		return 1
	}
	work := p.work(kern)
	workers = min(workers, max(2, int(work/taskWork)))
	if work < shareWork || work < wakeWork && !awake {
		return 1
	}
	return workers
}

// wakeAfter is how many products go by that helpers could have shared had they not
// been parked, before they are woken for those to come: waking them costs as
// much as a few of these products gain.
const wakeAfter = 8

// hands is how many workers the backend has for a product now.
func (b *Backend) hands(p *product) int {
	kern, workers, awake := p.kernel(b.set), b.pool.Workers(), b.pool.Awake()
	hands := p.hands(kern, workers, awake)
	if hands == 1 && !awake && p.hands(kern, workers, true) > 1 && b.unshared.Add(1)%wakeAfter == 0 {
		b.pool.Wake(p.hands(kern, workers, true) - 1)
	}
	return hands
}

// cut chooses the grid for a product on the given number of workers. The
// result does not depend on it, only the time.
func (p *product) cut(kern *kernels.Product, workers int) grid {
	down, across := (p.m+kern.MC-1)/kern.MC, 1
	if workers > 1 {
		want := min(tasksPerWorker*workers, max(workers, int(p.work(kern)/taskWork)))
		across = min(p.panels(kern), (want+down-1)/down)
		if across*down < want {
			down = (want + across - 1) / across
		}
	}
	best := p.grid(kern, down, across, workers)
	if workers == 1 {
		return best
	}
	// Nine even tasks on two workers take as long as ten: look nearby for a grid
	// whose slowest worker has less to do. 1024×2048×2048 does 380 GFLOP/s in
	// six or ten tasks, and 340 in nine.
	for d := down; d <= down+1; d++ {
		for a := across; a <= across+workers; a++ {
			if g := p.grid(kern, d, a, workers); g.longest(workers) < best.longest(workers) {
				best = g
			}
		}
	}
	// Large products that still do not come out even do with tasks of a panel:
	// 509×523×521, 17 panels, takes two workers 1330 µs otherwise and 1260 so.
	if width := p.panels(kern); float64(workers*best.longest(workers)) > unevenness*float64(p.m*width) &&
		p.work(kern) > float64(width*(down+1))*panelWork {
		for d := down; d <= down+1; d++ {
			if g := p.grid(kern, d, width, workers); g.longest(workers) < best.longest(workers) {
				best = g
			}
		}
	}
	return best
}

// grid cuts the product into so many tasks down and across at most.
func (p *product) grid(kern *kernels.Product, down, across, workers int) grid {
	g := grid{height: p.m, width: p.panels(kern), most: workers, wake: workers > 1 && p.work(kern) >= wakeWork}
	// A tile's height is the smallest step.
	tiles := (p.m + kern.MR - 1) / kern.MR
	down, across = min(down, tiles), min(across, g.width)
	g.rows = (tiles + down - 1) / down * kern.MR
	g.columns = (g.width + across - 1) / across
	g.down = (p.m + g.rows - 1) / g.rows
	g.tasks = g.down * ((g.width + g.columns - 1) / g.columns)
	return g
}

// longest is the most that a worker has to do, in rows times panels, if all are
// as fast.
func (g *grid) longest(workers int) int {
	return (g.tasks + workers - 1) / workers * min(g.rows, g.height) * g.columns
}

// task returns the rows and panels of task t. Tasks go down before they go
// across: a worker's share is then whole panels, the same in the forward pass,
// where it reads their weights, and in the backward pass, where it updates
// them, and they stay in its core's L2.
func (g *grid) task(t int) (i0, i1, q0, q1 int) {
	i0, q0 = t%g.down*g.rows, t/g.down*g.columns
	return i0, min(i0+g.rows, g.height), q0, min(q0+g.columns, g.width)
}
