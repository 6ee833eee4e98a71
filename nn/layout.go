package nn

import (
	"slices"

	"github.com/neurona-ml/neurona/internal/arena"
)

// layout says where in one piece of memory everything of a pass lies: what is wanted at
// the same time lies apart, what is not may lie in the same place.
type layout struct {
	rows     int // of the largest batch
	training bool
	output   int // the value that comes out
	values   []placed
	callers  []int // values that lie in memory of the caller: the input, and predicted outputs
	nodes    []nodePlaces
	scratch  int // of the stage that is called
	extra    int // a gradient on its way to where others of the same value are
	floats   int // all of it

	// within is, while values are placed, what somebody may still read of all that lies where a value does,
	// of those with memory of their own; nil is the value alone.
	within [][]int
}

// placed is where a value lies: in memory of its own, or in columns of another value, so
// that nobody has to copy it there.
type placed struct {
	size     int // features of a row
	within   int // the value whose columns it is; itself if it has memory of its own
	column   int // the first one
	offset   int // if it has memory of its own
	gradient int // likewise, of the gradient at it
}

// nodePlaces is where a node's own memory lies.
type nodePlaces struct {
	skipped       bool // it does nothing when predicting
	slope         int  // the derivative of its function
	kept          int  // what a stage keeps
	keptFloats    int
	scratchFloats int
}

// newLayout places everything for batches of rows. When training, the way back wants
// what it reads. When predicting, values go as soon as they are read, and the outputs are
// the caller's.
func newLayout(g *graph, rows int, training bool) *layout {
	l := &layout{rows: rows, training: training, output: g.output, values: make([]placed, len(g.values)), nodes: make([]nodePlaces, len(g.nodes))}
	for v := range l.values {
		l.values[v] = placed{size: g.values[v].size, within: v}
	}
	l.within = make([][]int, len(g.values))
	for _, n := range g.nodes {
		n.op.place(g, l, n)
	}
	for v := range l.values {
		l.resolve(v)
	}
	for v, p := range l.values {
		if !l.own(p.within) {
			l.callers = append(l.callers, v)
		}
	}
	l.within = nil
	l.assign(g)
	return l
}

// put lets value v lie in columns of value in, unless it lies elsewhere already, or is the
// caller's. The caller knows that nobody minds.
func (l *layout) put(v, in, column int) bool {
	p := &l.values[v]
	if v == 0 || v == l.output || p.within != v {
		return false
	}
	p.within, p.column = in, column
	root := l.resolve(in).within
	l.within[root] = append(l.lying(root), l.lying(v)...)
	l.within[v] = nil
	return true
}

// resolve makes the place of value v one in the value whose memory it is.
func (l *layout) resolve(v int) *placed {
	p := &l.values[v]
	if p.within != v {
		if in := l.resolve(p.within); in.within != p.within {
			p.within, p.column = in.within, p.column+in.column
		}
	}
	return p
}

// lying are the values that lie in memory that is value root's, as far as they matter.
func (l *layout) lying(root int) []int {
	if l.within[root] == nil {
		l.within[root] = []int{root}
	}
	return l.within[root]
}

// lies reports whether value v lies in the columns of value in from that one on.
func (l *layout) lies(v, in, column int) bool {
	a, b := &l.values[v], &l.values[in]
	return v != in && a.within == b.within && a.column == b.column+column
}

// spent reports whether node n is the last to read any of what lies where value v does, and the
// way back does not read it: n may overwrite it. Of those values it may read v alone.
func (l *layout) spent(g *graph, v int, n *node) bool {
	root := l.resolve(v).within
	for _, u := range l.lying(root) {
		val := g.values[u]
		if val.from < 0 || l.training && g.kept(u) {
			return false
		}
		for k, i := range val.readers {
			if i > n.index || i == n.index && (u != v || k+1 < len(val.readers)) {
				return false
			}
		}
	}
	l.within[root] = l.within[root][:0] // nobody will
	return true
}

// own reports whether the memory of value v is the layout's.
func (l *layout) own(v int) bool { return v != 0 && (l.training || v != l.output) }

// A pass of n nodes has 2n+2 moments: node i goes forward at moment i, the loss comes at n,
// node i goes back at 2n-i, and at 2n+1 comes what is left of the step.
func (l *layout) backAt(i int) int { return 2*len(l.nodes) - i }
func (l *layout) done() int        { return 2*len(l.nodes) + 1 }

// wanted is memory that is wanted from one moment to another.
type wanted struct {
	from, to int
	floats   int
	offset   *int
}

// assign finds offsets.
func (l *layout) assign(g *graph) {
	values := make([]wanted, len(l.values))
	gradients := make([]wanted, len(l.values))
	for v := range values {
		values[v].from, gradients[v].from = l.done(), l.done()
	}
	for v, val := range g.values {
		// What lies in columns of another value counts for that.
		p := &l.values[v]
		l.live(g, val, v, &values[p.within])
		if l.training && val.wanted {
			l.liveGradient(g, val, v, &gradients[p.within])
		}
	}
	var all []wanted
	add := func(w wanted, floats int, offset *int) {
		w.floats, w.offset = floats, offset
		all = append(all, w)
	}
	for v := range l.values {
		p := &l.values[v]
		size := l.rows * arena.Stride(p.size)
		if p.within != v {
			continue
		}
		if l.own(v) {
			add(values[v], size, &p.offset)
		}
		if gradients[v].to > 0 {
			add(gradients[v], size, &p.gradient)
		}
	}
	scratch, extra := 0, 0
	for i, n := range g.nodes {
		p := &l.nodes[i]
		if p.skipped {
			continue
		}
		if l.training && n.slopes() {
			add(wanted{from: i, to: l.done()}, l.rows*arena.Stride(g.values[n.out].size), &p.slope)
		}
		p.keptFloats, p.scratchFloats = n.op.need(l.rows, l.training)
		if p.keptFloats > 0 {
			add(wanted{from: i, to: l.done()}, p.keptFloats, &p.kept)
		}
		scratch = max(scratch, p.scratchFloats)
		if l.training {
			extra = max(extra, l.rows*arena.Stride(g.values[n.in[0]].size))
		}
	}
	if !slices.ContainsFunc(g.values, func(v *value) bool { return v.wanted && len(v.readers) > 1 }) {
		extra = 0
	}
	all = append(all, wanted{0, l.done(), scratch, &l.scratch}, wanted{0, l.done(), extra, &l.extra})
	l.floats = assign(all)
}

// live extends w by the moments at which value v is wanted.
func (l *layout) live(g *graph, val *value, v int, w *wanted) {
	extend := func(moment int) { w.from, w.to = min(w.from, moment), max(w.to, moment) }
	extend(max(val.from, 0))
	for _, i := range val.readers {
		extend(i)
	}
	if l.training && (v == l.output || g.kept(v)) {
		extend(l.done())
	}
}

// liveGradient is live for the gradient at v.
func (l *layout) liveGradient(g *graph, val *value, v int, w *wanted) {
	extend := func(moment int) { w.from, w.to = min(w.from, moment), max(w.to, moment) }
	if v == l.output {
		extend(len(l.nodes))
	}
	for _, i := range val.readers {
		extend(l.backAt(i))
	}
	if val.from < 0 {
		extend(l.done())
		return
	}
	extend(l.backAt(val.from))
	if g.nodes[val.from].op.keepsGradient() {
		extend(l.done())
	}
}

// assign gives each its offset, those that are wanted at the same time apart, and
// returns how many floats that takes. Of the free places that are large enough it takes the
// smallest.
func assign(all []wanted) (floats int) {
	slices.SortStableFunc(all, func(a, b wanted) int { return a.from - b.from })
	last := 0 // whatever is wanted up to here makes no room
	if len(all) > 0 {
		last = all[len(all)-1].from
	}
	type place struct{ offset, floats int }
	var free []place  // by offset
	var used []wanted // by to
	release := func(p place) {
		at, _ := slices.BinarySearchFunc(free, p.offset, func(f place, offset int) int { return f.offset - offset })
		free = slices.Insert(free, at, p)
		if at+1 < len(free) && p.offset+p.floats == free[at+1].offset {
			free[at].floats += free[at+1].floats
			free = slices.Delete(free, at+1, at+2)
		}
		if at > 0 && free[at-1].offset+free[at-1].floats == p.offset {
			free[at-1].floats += free[at].floats
			free = slices.Delete(free, at, at+1)
		}
	}
	for _, w := range all {
		w.floats = (w.floats + arena.LineFloats - 1) / arena.LineFloats * arena.LineFloats
		gone := 0
		for gone < len(used) && used[gone].to < w.from {
			release(place{*used[gone].offset, used[gone].floats})
			gone++
		}
		used = slices.Delete(used, 0, gone)
		best := -1
		for i, f := range free {
			if f.floats >= w.floats && (best < 0 || f.floats < free[best].floats) {
				best = i
			}
		}
		if best < 0 {
			*w.offset = floats
			floats += w.floats
		} else {
			*w.offset = free[best].offset
			free[best].offset += w.floats
			if free[best].floats -= w.floats; free[best].floats == 0 {
				free = slices.Delete(free, best, best+1)
			}
		}
		if w.to >= last {
			continue
		}
		at, _ := slices.BinarySearchFunc(used, w.to, func(u wanted, to int) int { return u.to - to })
		used = slices.Insert(used, at, w)
	}
	return floats
}
