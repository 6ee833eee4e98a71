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

// foresee reports whether the step that the rule was told of leaves everything finite,
// as far as bounds can tell: no gradient of a block is larger than bound, and all
// are multiplied by coefficient. The bounds are those of the parameters as they are: see know.
func (o *Optimizer) foresee(bound, coefficient float64) bool {
	if o.bounder == nil {
		return false
	}
	for _, t := range o.ofStages {
		bound = max(bound, t.largest(t.param.Grad))
		// The owner of a stage may do with its parameters what he likes.
		o.bounds.Param = max(o.bounds.Param, t.largest(t.param.Value))
	}
	setBounds(&o.after, &o.bounds, o.slots)
	bound *= coefficient
	return bound <= boundLimit && boundStep(&o.after, o.bounder, o.slots, bound)
}

// know makes sure that the bounds are of the parameters as they are: a step leaves them
// so, others may have changed the parameters.
func (o *Optimizer) know() {
	if o.bounder != nil && o.version != o.net.version {
		o.measure()
	}
}

// unknown is the version of parameters that no bounds are about.
const unknown = math.MaxUint64

// measure makes bounds what parameters and state are.
func (o *Optimizer) measure() {
	o.bounds = optim.Bounds{}
	for _, t := range o.trainables {
		o.bounds.Param = max(o.bounds.Param, t.largest(t.values()))
		for s := range t.used {
			o.bounds.Slots[s] = max(o.bounds.Slots[s], t.largest(t.slots[s]))
		}
	}
	o.version, o.exact = o.net.version, o.bounds.Param
}

// loose reports whether the bound of parameters has grown so far that it is worth looking at
// them again. With Adam, whose steps are at most some rates long, this is once in a
// thousand steps.
func (o *Optimizer) loose() bool { return o.bounds.Param > 8*(o.exact+1) }

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
	r := s.owner.rehearse(s.lo, s.hi, j.coefficient, j.copies[worker])
	j.bad[i] = !r.finite()
}

// rehearsed is parameters and state as a step would leave them.
type rehearsed struct {
	t     *trainable
	param []float32
	grad  []float32
	ok    bool // whether the gradients were finite
	slots [optim.MaxSlots][]float32
}

// rehearse takes the step of elements [lo, hi) on copies in mem.
func (t *trainable) rehearse(lo, hi int, coefficient float32, mem []float32) rehearsed {
	n := hi - lo
	take := func(from []float32) []float32 {
		to := mem[:n]
		mem = mem[n:]
		copy(to, from[lo:hi])
		return to
	}
	r := rehearsed{t: t, param: take(t.values())}
	r.grad = take(t.gradients())
	for s := range t.used {
		r.slots[s] = take(t.slots[s])
	}
	if coefficient != 1 {
		t.kernels.Scale(coefficient, r.grad)
	}
	r.ok = t.largest(r.grad) <= math.MaxFloat32 // before the rule, which may write it
	t.stepper.Update(r.param, r.grad, r.slots)
	return r
}

func (r *rehearsed) finite() bool {
	ok := r.ok && r.t.largest(r.param) <= math.MaxFloat32
	for s := range r.t.used {
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
	r := t.rehearse(at.lo, at.hi, coefficient, arena.Float32((at.hi-at.lo)*(2+t.used)))
	for s, values := range append([][]float32{r.param}, r.slots[:t.used]...) {
		i := slices.IndexFunc(values, func(v float32) bool { return !isFinite(v) })
		if i < 0 {
			continue
		}
		marked := make([]float32, len(t.values())) // the place in the layout of the parameters
		marked[at.lo+i] = float32(math.NaN())
		where, _, _ := t.nonFinite(marked)
		if s > 0 {
			where = fmt.Sprintf("the optimizer's %s of %s", o.kept[s-1].Name, where)
		}
		return t.nonFiniteError(o.steps+1, where+" after the step", float64(values[i]))
	}
	return t.nonFiniteError(o.steps+1, "a parameter after the step", math.NaN())
}

func (t *trainable) nonFiniteError(step int, what string, v float64) error {
	return &NonFiniteError{What: t.node.wrap(errors.New(what)).Error(), Step: step, Value: v}
}
