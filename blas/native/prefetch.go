package native

// prefetch is what follows the last product of a panel's gradient, the update and
// what is derived from it, will read and write: ranges of vectors that lie in
// L3 or memory. The panel's tiles fetch them while they multiply, a row for each
// step of k, so that memory works while the core does. A step of 784-1024-1024-1024-10
// with Adam, batch 128, AVX-512 of a Zen 5, without and with, in ms: 10.44 and 9.23 on one
// worker, 5.61 and 4.86 on two.
type prefetch struct {
	ranges [maxRanges][]float32
	count  int

	at, from int // the next row is of this range and starts there
}

// maxRanges is how many ranges there may be: parameters, three vectors of state, and the panels
// of Wᵀ that the 504 rows of a task fall into, if they are 12 wide or more. What is left over is
// not fetched.
const maxRanges = 48

// reset forgets all ranges.
func (x *prefetch) reset() { x.count, x.at, x.from = 0, 0, 0 }

// add appends a range.
func (x *prefetch) add(r []float32) {
	if len(r) > 0 && x.count < maxRanges {
		x.ranges[x.count] = r
		x.count++
	}
}

// rows returns what a tile with k steps and so many columns fetches: its part of
// a range, which is shared evenly by as few tiles as have enough steps for it, and how
// far it is from a step's row to the next. It is nil if nothing is left.
func (x *prefetch) rows(k, width int) (next *float32, ldNext int) {
	if x.at == x.count || k == 0 {
		return nil, 0
	}
	r := x.ranges[x.at]
	tiles := (len(r) + k*width - 1) / (k * width)
	share := (len(r) + tiles - 1) / tiles
	next = &r[x.from]
	ldNext = (min(share, len(r)-x.from) + k - 1) / k
	if x.from += share; x.from >= len(r) {
		x.at, x.from = x.at+1, 0
	}
	return next, ldNext
}

// addInputPanels appends the parts of panels of nr of in inputs with depth rows, that
// inputs [i0, i1) and rows [j0, j0+rows) fall into.
func (x *prefetch) addInputPanels(panels []float32, depth, in, i0, i1, j0, rows, nr int) {
	for i0 < i1 {
		first, height, end := inputPanel(i0, i1, in, nr)
		x.add(panels[first*depth+j0*height:][:rows*height])
		i0 = end
	}
}
