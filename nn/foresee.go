package nn

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/neurona-ml/neurona/internal/arena"
)

// A step is taken as a whole or leaves parameters and state as they were. What is
// written is overwritten, so it has to be known beforehand that everything will be
// finite: by bounds, which cost next to nothing, or by taking the step on
// copies, a span at a time, and looking at the result.

// foresee reports whether the step that the rule was told of leaves everything finite,
// as far as bounds can tell: no gradient of a block is larger than bound, and all
// are multiplied by coefficient.
func (o *Optimizer) foresee(bound, coefficient float64) bool {
	if o.bounder == nil {
		return false
	}
	for _, t := range o.ofStages {
		bound = max(bound, t.largest(t.param.Grad))
		// The owner of a stage may do with its parameters what he likes.
		o.bounds.Param = max(o.bounds.Param, t.largest(t.param.Value))
	}
	o.after.set(&o.bounds, o.slots)
	return o.after.step(o.bounder, o.slots, bound*coefficient)
}

// know makes sure that the bounds are of the parameters as they are.
func (o *Optimizer) know() {
	if o.bounder != nil && o.version != o.net.version {
		o.measure()
	}
}

// unknown is the version of parameters that no bounds are about.
const unknown = math.MaxUint64

// measure makes bounds what parameters and state are.
func (o *Optimizer) measure() {
	o.bounds = Bounds{}
	for _, t := range o.trainables {
		o.bounds.Param = max(o.bounds.Param, t.largest(t.values()))
		for s := range t.used {
			o.bounds.Slots[s] = max(o.bounds.Slots[s], t.largest(t.slots[s]))
		}
	}
	o.version, o.exact = o.net.version, o.bounds.Param
}

func (t *trainable) largest(x []float32) float64 {
	return float64(t.kernels.MaxAbs(x))
}

// loose reports whether the bound of parameters has become so large that it is worth
// looking at them again: it grows by a step of the rate at least each time, so this is
// seldom.
func (o *Optimizer) loose() bool { return o.bounds.Param > 8*(o.exact+1) }

// rehearse takes the step on copies and returns a *NonFiniteError if anything would
// not be finite.
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
		return o.nonFiniteStep(o.ranges[at].owner, j.coefficient)
	}
	o.after = Bounds{Param: math.Inf(1)} // nobody has looked
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
		j.copies[worker] = arena.Float32(spanLength * (2 + MaxSlots))
	}
	s := &j.o.ranges[i]
	r := s.owner.rehearse(s.lo, s.hi, j.coefficient, j.copies[worker])
	j.bad[i] = !r.finite()
}

// rehearsed is parameters and state as a step would leave them.
type rehearsed struct {
	t     *trainable
	param []float32
	slots [MaxSlots][]float32
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
	grads := take(t.gradients())
	for s := range t.used {
		r.slots[s] = take(t.slots[s])
	}
	if coefficient != 1 {
		t.kernels.Scale(coefficient, grads)
	}
	t.stepper.Update(r.param, grads, r.slots)
	return r
}

func (r *rehearsed) finite() bool {
	ok := r.t.largest(r.param) <= math.MaxFloat32
	for s := range r.t.used {
		ok = ok && r.t.largest(r.slots[s]) <= math.MaxFloat32
	}
	return ok
}

// nonFiniteStep says what would not be finite after a step of t, or which gradient
// is not.
func (o *Optimizer) nonFiniteStep(t *trainable, coefficient float32) error {
	if err := o.nonFiniteGradient(); err != nil {
		return err
	}
	length := len(t.values())
	r := t.rehearse(0, length, coefficient, arena.Float32(length*(2+MaxSlots)))
	if where, v, found := t.nonFinite(r.param); found {
		return t.nonFiniteError(o.steps+1, where+" after the step", v)
	}
	for s := range t.used {
		if where, v, found := t.nonFinite(r.slots[s]); found {
			return t.nonFiniteError(o.steps+1, fmt.Sprintf("the optimizer's state %d of %s after the step", s, where), v)
		}
	}
	return t.nonFiniteError(o.steps+1, "a parameter after the step", math.NaN())
}

func (t *trainable) nonFiniteError(step int, what string, v float64) error {
	return &NonFiniteError{What: t.node.wrap(errors.New(what)).Error(), Step: step, Value: v}
}
