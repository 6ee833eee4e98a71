package native

import "github.com/neurona-ml/neurona/internal/arena"

// derived is what a plan keeps that follows from its weights and is cheaper to bring up
// to date where a range of them has just been updated, and is in cache, than later.
type derived interface {
	// update follows a change of rows [i0, i1) of panel q, and of its biases if i1 is the
	// last row, with local to work in, of scratchSize floats.
	update(i0, i1, q int, local []float32)
	// fetch lists what update will write.
	fetch(x *prefetch, i0, i1, q int)
	scratchSize() int
}

// transposed is Wᵀ in panels of NR inputs, [Out][NR], the last one as wide as what is left:
// BackwardData's B. It is made when it is first needed, which a first layer never does.
type transposed struct {
	plan  *plan
	data  []float32
	stale bool
}

// refresh makes Wᵀ if there is none, or none that is up to date.
func (x *transposed) refresh() {
	if x.data != nil && !x.stale {
		return
	}
	p := x.plan
	if x.data == nil {
		x.data = arena.Float32(p.spec.In * p.spec.Out)
		x.stale = true
	}
	for q := range p.panels() {
		x.update(0, p.spec.In, q, nil)
	}
	x.stale = false
}

// update implements derived.
func (x *transposed) update(i0, i1, q int, _ []float32) {
	p := x.plan
	nr, cols := p.b.kern.NR, p.width(q)
	j0 := q * nr
	w := p.params[j0*(p.spec.In+1):]
	for i0 < i1 {
		first, height, end := inputPanel(i0, i1, p.spec.In, nr)
		to := x.data[first*p.spec.Out+j0*height:]
		p.b.kern.Transpose(end-i0, cols, &w[i0*cols], cols, &to[i0-first], height)
		i0 = end
	}
}

// fetch implements derived.
func (x *transposed) fetch(f *prefetch, i0, i1, q int) {
	p := x.plan
	nr := p.b.kern.NR
	f.addInputPanels(x.data, p.spec.Out, p.spec.In, i0, i1, q*nr, p.width(q), nr)
}

// scratchSize implements derived.
func (x *transposed) scratchSize() int { return 0 }

// inputPanel is the panel of nr of in inputs that input i0 falls into:
// where it starts, how many inputs it has, and up to which of [i0, i1).
func inputPanel(i0, i1, in, nr int) (first, height, end int) {
	first = i0 / nr * nr
	height = min(nr, in-first)
	return first, height, min(first+height, i1)
}
