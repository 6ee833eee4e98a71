package native

// ahead is what follows the last product of a panel's gradient, the update and
// what is derived from it, will read and write: ranges of vectors that lie in
// L3 or memory. The panel's tiles fetch them while they multiply, a row for each
// step of k, so that memory works while the core does; blocks of units that have
// them do not. Steps of Adam, in ms
// without and with, AVX-512 of a Zen 5, one worker and two:
//
//	784-1024-1024-1024-10, batch 128, float32   10.44   9.23    5.61   4.86
//	                                  bf16       6.58   5.57    3.57   3.01
type ahead struct {
	ranges [maxAhead][]float32
	count  int

	at, from int // the next row is of this range and starts there
}

// maxAhead is how many ranges there may be; what is left over is not fetched.
const maxAhead = 48

// aheadFrom is from how many parameters and numbers of state on a layer's are
// fetched: 256 KiB are still in L2 from the last step. A step of 30-64-32-1 with
// Adam takes 6.2 µs without fetching and 6.7 with it.
const aheadFrom = 64 << 10

// reset forgets all ranges.
func (x *ahead) reset() { x.count, x.at, x.from = 0, 0, 0 }

// add appends a range.
func (x *ahead) add(r []float32) {
	if len(r) > 0 && x.count < maxAhead {
		x.ranges[x.count] = r
		x.count++
	}
}

// rows returns what a tile with k steps and so many columns fetches: its part of
// a range, which is shared evenly by as few tiles as have enough steps for it, and how
// far it is from a step's row to the next. It is nil if nothing is left.
func (x *ahead) rows(k, width int) (next *float32, ldNext int) {
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

// lookAhead lists what finish reads and writes.
func (j *weightsJob) lookAhead(x *ahead, i0, i1, q int) {
	p := j.plan
	lo, hi, _ := j.span(i0, i1, q)
	x.reset()
	x.add(p.params[lo:hi])
	for _, s := range j.state {
		x.add(s[lo:hi])
	}
	switch {
	case j.inPairs:
		x.addPairs(p, i0, i1, q)
	case p.twin != nil:
		x.addTwin(p.twin, p.spec.Out, p.spec.In, i0, i1, q*p.b.set.Product.NR, p.width(q), p.b.set.Product.NR)
	}
}

// addPairs appends the pairs of rows [i0, i1) of panel q of W.
func (x *ahead) addPairs(p *plan, i0, i1, q int) {
	nr, width := p.b.set.Product.NR, p.width(q)
	from := q*nr*(p.b.depthInPairs(p.spec.In)+1) + i0/2*width
	for piece := range p.pairs.pieces {
		x.add(p.pairs.weights[piece*p.pairs.plane+from:][:half(i1-i0)*width])
	}
	if p.pairs.twin == nil {
		return
	}
	for piece := range p.pairs.pieces {
		twin := p.pairs.twin[piece*p.pairs.twinPlane:]
		x.addTwin(twin, p.b.depthInPairs(p.spec.Out), p.spec.In, i0, i1, q*nr/2, half(width), nr)
	}
}

// addTwin appends the parts of a twin, panels of nr of in inputs with depth rows,
// that inputs [i0, i1) and rows [j0, j0+width) fall into.
func (x *ahead) addTwin(twin []float32, depth, in, i0, i1, j0, width, nr int) {
	for i0 < i1 {
		first, height, end := twinPanel(i0, i1, in, nr)
		x.add(twin[first*depth+j0*height:][:width*height])
		i0 = end
	}
}
