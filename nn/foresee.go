package nn

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/nn/optim"
)

// A step is taken as a whole or leaves parameters and state as they were. What is
// written is overwritten, so it has to be known beforehand that everything will be
// finite: by bounds, which cost next to nothing, or by taking the step on
// copies, a span at a time, and looking at the result.

// foresee reports whether the step that the rules were told of leaves everything finite,
// as far as bounds can tell: no gradient of a block is larger than bound, and all
// are multiplied by coefficient. The bounds are those of the parameters as they are: see know.
// Matrices have been looked at.
func (o *Optimizer) foresee(bound, coefficient float64) bool {
	if !o.bounded {
		return false
	}
	for _, t := range o.ofStages {
		// The owner of a stage may do with its parameters what he likes.
		top := t.largest(t.param.Value)
		switch g := t.members[0].group; {
		case g == nil:
			o.frozen = max(o.frozen, top)
		case g.elements != nil:
			bound = max(bound, t.largest(t.param.Grad))
			g.bounds.Param = max(g.bounds.Param, top)
		}
	}
	if bound *= coefficient; !(bound <= boundLimit) {
		return false
	}
	for _, g := range o.groups {
		if g.elements == nil {
			continue
		}
		setBounds(&g.after, &g.bounds, len(g.slots))
		if !boundStep(&g.after, g.bounder, len(g.slots), bound) {
			return false
		}
	}
	return true
}

// know makes sure that the bounds are of the parameters as they are: a step leaves them
// so, others may have changed the parameters.
func (o *Optimizer) know() {
	if o.bounded && o.version != o.net.version {
		o.measure()
	}
}

// unknown is the version of parameters that no bounds are about.
const unknown = math.MaxUint64

// measure makes bounds what parameters and state are.
func (o *Optimizer) measure() {
	o.frozen = 0
	for _, g := range o.groups {
		g.bounds = optim.Bounds{}
	}
	for _, t := range o.trainables {
		values := t.values()
		for _, p := range t.pieces {
			part := values
			if len(t.pieces) > 1 {
				part = values[p.lo:p.hi]
			}
			top := t.largest(part)
			g := p.member.group
			if g == nil {
				o.frozen = max(o.frozen, top)
				continue
			}
			g.bounds.Param = max(g.bounds.Param, top)
			if g.elements == nil {
				continue
			}
			for s := range g.slots {
				g.bounds.Slots[s] = max(g.bounds.Slots[s], t.largest(t.slots[s][p.lo:p.hi]))
			}
		}
	}
	for _, g := range o.groups {
		g.exact = g.bounds.Param
	}
	o.version = o.net.version
}

// largestParameter is what no parameter exceeds, frozen ones included.
func (o *Optimizer) largestParameter() float64 {
	top := o.frozen
	for _, g := range o.groups {
		top = max(top, g.bounds.Param)
	}
	return top
}

// loose reports whether a bound of parameters has grown so far that it is worth looking at
// them again. With Adam, whose steps are at most some rates long, this is once in a
// thousand steps.
func (o *Optimizer) loose() bool {
	for _, g := range o.groups {
		if g.bounds.Param > 8*(g.exact+1) {
			return true
		}
	}
	return false
}

func (t *trainable) largest(x []float32) float64 {
	return float64(t.kernels.MaxAbs(x))
}

// rehearse takes the step on copies and returns a *NonFiniteError if anything would
// not be finite, gradients included.
func (o *Optimizer) rehearse(coefficient float64) error {
	j := &o.rehearsal
	if j.copies == nil {
		j.copies = make([][]float32, o.net.backend.Workers())
		j.bad = make([]bool, len(o.ranges))
	}
	j.coefficient = float32(coefficient)
	if err := o.run(j); err != nil {
		return err
	}
	if at := slices.Index(j.bad, true); at >= 0 {
		return o.nonFiniteStep(&o.ranges[at], j.coefficient)
	}
	o.unforeseen = true // nobody has looked at the state
	return nil
}

// rehearsalJob takes the step of each span on copies.
type rehearsalJob struct {
	o           *Optimizer
	coefficient float32
	copies      [][]float32 // of each worker, for a span's parameters, gradients and state
	bad         []bool      // for each span whether anything is not finite afterwards
}

func (j *rehearsalJob) Task(i, worker int) {
	if j.copies[worker] == nil {
		j.copies[worker] = arena.Float32(spanLength * (2 + optim.MaxSlots))
	}
	s := &j.o.ranges[i]
	bad := false
	for _, p := range s.pieces {
		if p.member.group.elements != nil {
			r := s.owner.rehearse(p, j.coefficient, j.copies[worker])
			bad = bad || !r.finite()
		}
	}
	j.bad[i] = bad
}

// rehearsed is parameters and state as a step would leave them.
type rehearsed struct {
	t     *trainable
	param []float32
	grad  []float32
	ok    bool // whether the gradients were finite
	used  int  // slots
	slots [optim.MaxSlots][]float32
}

// rehearse takes the step of a piece on copies in mem.
func (t *trainable) rehearse(p piece, coefficient float32, mem []float32) rehearsed {
	n := p.hi - p.lo
	take := func(from []float32) []float32 {
		to := mem[:n]
		mem = mem[n:]
		copy(to, from[p.lo:p.hi])
		return to
	}
	g := p.member.group
	r := rehearsed{t: t, used: len(g.slots), param: take(t.values())}
	r.grad = take(t.gradients())
	for s := range r.used {
		r.slots[s] = take(t.slots[s])
	}
	if coefficient != 1 {
		t.kernels.Scale(coefficient, r.grad)
	}
	r.ok = t.largest(r.grad) <= math.MaxFloat32 // before the rule, which may write it
	g.elements.Update(r.param, r.grad, r.slots)
	return r
}

func (r *rehearsed) finite() bool {
	ok := r.ok && r.t.largest(r.param) <= math.MaxFloat32
	for s := range r.used {
		ok = ok && r.t.largest(r.slots[s]) <= math.MaxFloat32
	}
	return ok
}

// nonFiniteStep says which gradient is not finite, or else what would not be after the step of a span.
func (o *Optimizer) nonFiniteStep(at *span, coefficient float32) error {
	if err := o.nonFiniteGradient(); err != nil {
		return err
	}
	t := at.owner
	for _, p := range at.pieces {
		g := p.member.group
		if g.elements == nil {
			continue
		}
		r := t.rehearse(p, coefficient, arena.Float32((p.hi-p.lo)*(2+len(g.slots))))
		for s, values := range append([][]float32{r.param}, r.slots[:r.used]...) {
			i := slices.IndexFunc(values, func(v float32) bool { return !isFinite(v) })
			if i < 0 {
				continue
			}
			marked := make([]float32, t.length) // the place in the layout of the parameters
			marked[p.lo+i] = float32(math.NaN())
			where, _, _ := t.nonFinite(marked)
			return t.nonFiniteError(o.steps+1, afterStep(g, s-1, where), float64(values[i]))
		}
	}
	return t.nonFiniteError(o.steps+1, "a parameter after the step", math.NaN())
}

// afterStep says what is at a place after a step: a number of a group's slot, or, with slot -1,
// a parameter.
func afterStep(g *group, slot int, where string) string {
	if slot >= 0 {
		where = fmt.Sprintf("the optimizer's %s of %s", g.slots[slot].Name, where)
	}
	return where + " after the step"
}

func (t *trainable) nonFiniteError(step int, what string, v float64) error {
	return &NonFiniteError{What: t.node.wrap(errors.New(what)).Error(), Step: step, Value: v}
}
