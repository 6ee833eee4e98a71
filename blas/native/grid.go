package native

// grid cuts a product into tasks: rows rows by columns panels each.
type grid struct {
	ofRows, ofPanels int  // those of the product
	rows, columns    int  // rows and panels of one task
	down, tasks      int  // tasks one below the other, and in all
	most             int  // how many workers may take part
	wake             bool // and whether they are worth waking
}

const (
	// tasksPerWorker lets a worker that is interrupted fall behind without
	// the others having to wait for a large task of its. On two workers of a Zen 5 products
	// and steps take as long with 2 and 8, in the geometric mean, but some up to 11 % longer
	// with either.
	tasksPerWorker = 4
	// panelWork is the least work of a task of one panel, in nanoseconds, if those are more even,
	// which takes 509×523×521 4 to 6 % less time: a worker that waits for the last one waits for
	// as long at most. unevenness is how much more than its share the slowest worker may have to
	// do, about what smaller tasks cost.
	panelWork  = 10_000
	unevenness = 1.03
	// taskWork is the least work of a task, in nanoseconds, and of a worker's share of a product
	// for more than two: four times what it takes a worker to join in. With 1000 and 4000 nothing
	// takes longer or less, but for a step of 64×64 with 256 rows 5 % longer with 4000.
	taskWork = 2_000
)

// work estimates how many nanoseconds one worker takes, at the kernel's rate
// and bandwidth. Half a panel that is not full takes as long as if it were.
func (p *product) work() float64 { return p.workOf(1, 1) }

// workOf is work for the sum of so many products, of operands that are so many times as
// much memory.
func (p *product) workOf(products, operands int) float64 {
	m, n, k := float64(p.m), float64(p.n), float64(p.k)
	columns := n
	if half := p.kern.NR / 2; !p.narrow() {
		columns = float64((p.n + half - 1) / half * half)
	}
	return 2*m*columns*k*float64(products)/p.kern.rate + 4*((m*k+k*n)*float64(operands)+m*n)/p.kern.bandwidth
}

// hands is how many of the workers a product of so many nanoseconds is cut for: one if it
// is too small, or if it is too small to wake others and none is awake.
func (t *tuning) hands(nanos float64, workers int, awake bool) int {
	if workers == 1 || nanos < t.shareWork || nanos < t.wakeWork && !awake {
		return 1
	}
	return min(workers, max(2, int(nanos/taskWork)))
}

// wakeAfter is how many products go by that helpers could have shared had they not
// been parked, before they are woken for those to come: waking them costs as
// much as a few of these products gain.
const wakeAfter = 8

// hands is how many workers the backend has now for a product of so many nanoseconds.
func (b *Backend) hands(kern *kernel, nanos float64) int {
	workers, awake := b.pool.Workers(), b.pool.Awake()
	hands := kern.hands(nanos, workers, awake)
	if hands == 1 && !awake {
		if could := kern.hands(nanos, workers, true); could > 1 && b.unshared.Add(1)%wakeAfter == 0 {
			b.pool.Wake(could - 1)
		}
	}
	return hands
}

// cut chooses the grid for a product of so many nanoseconds on the given number of
// workers. The result does not depend on it, only the time.
func (p *product) cut(workers int, nanos float64) grid {
	down, across := (p.m+p.kern.mc-1)/p.kern.mc, 1
	if workers > 1 {
		want := min(tasksPerWorker*workers, max(workers, int(nanos/taskWork)))
		across = min(p.panels(), (want+down-1)/down)
		if across*down < want {
			down = (want + across - 1) / across
		}
	}
	best := p.grid(down, across)
	best.most, best.wake = workers, workers > 1 && nanos >= p.kern.wakeWork
	if workers == 1 {
		return best
	}
	// Nine even tasks on two workers take as long as ten: look nearby for a grid
	// whose slowest worker has less to do. 1024×2048×2048 does 380 GFLOP/s in
	// six or ten tasks, and 340 in nine.
	for d := down; d <= down+1; d++ {
		for a := across; a <= across+workers; a++ {
			best.improve(p.grid(d, a))
		}
	}
	// Large products that still do not come out even do with tasks of a panel:
	// 509×523×521, 17 panels, takes two workers 1330 µs otherwise and 1260 so.
	if width := p.panels(); float64(workers*best.longest()) > unevenness*float64(p.m*width) &&
		nanos > float64(width*(down+1))*panelWork {
		for d := down; d <= down+1; d++ {
			best.improve(p.grid(d, width))
		}
	}
	return best
}

// grid cuts the product into so many tasks down and across at most.
func (p *product) grid(down, across int) grid {
	g := grid{ofRows: p.m, ofPanels: p.panels()}
	// A tile's height is the smallest step.
	tiles := (p.m + p.kern.MR - 1) / p.kern.MR
	down, across = min(down, tiles), min(across, g.ofPanels)
	g.rows = (tiles + down - 1) / down * p.kern.MR
	g.columns = (g.ofPanels + across - 1) / across
	g.down = (p.m + g.rows - 1) / g.rows
	g.tasks = g.down * ((g.ofPanels + g.columns - 1) / g.columns)
	return g
}

// longest is the most that a worker has to do, in rows times panels, if all are
// as fast.
func (g *grid) longest() int {
	return (g.tasks + g.most - 1) / g.most * min(g.rows, g.ofRows) * g.columns
}

// improve makes g the other grid for as many workers if that is over earlier.
func (g *grid) improve(other grid) {
	other.most, other.wake = g.most, g.wake
	if other.longest() < g.longest() {
		*g = other
	}
}

// task returns the rows and panels of task t. Tasks go down before they go
// across: a worker's share is then whole panels, the same in the forward pass,
// where it reads their weights, and in the backward pass, where it updates
// them, and they stay in its core's L2.
func (g *grid) task(t int) (i0, i1, q0, q1 int) {
	i0, q0 = t%g.down*g.rows, t/g.down*g.columns
	return i0, min(i0+g.rows, g.ofRows), q0, min(q0+g.columns, g.ofPanels)
}
