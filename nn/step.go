package nn

import (
	"errors"
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// This file is how an optimizer takes a step, by one of three ways with the same bits:
//
//   - it is certain before the way back that everything stays finite: each block is
//     updated on it (infers, fused);
//   - it is certain after the way back, which has kept every dz: so are they then (foresee,
//     fused);
//   - it is not, or all gradients are needed first: they are gathered and looked at
//     (count, apply).

// backward goes back from dy, the gradient at the outputs, which is the network's
// outputGradient, of a batch of that weight, and takes the step that follows.
func (o *Optimizer) backward(dy tensor.Matrix, weight float64) error {
	n := o.net
	if o.looks() || o.accumulate > 1 || len(o.matrices) > 0 || len(o.norms.parts) > 0 {
		if err := n.backward(dy, 1, nil); err != nil {
			return err
		}
		bound := math.Inf(1) // who looks will know
		if !o.looks() {
			bound = n.seenBound()
		}
		if err := n.gatherBlocks(weight, bound); err != nil {
			return err
		}
		return o.count(false)
	}
	// Nothing needs all gradients first: parameters may be updated as their
	// gradients are computed.
	if err := o.beginStep(); err != nil {
		n.dropGradients()
		return err
	}
	if o.know(); o.infers(dy) {
		return o.fused(dy)
	}
	if err := n.backward(dy, 1, nil); err != nil {
		return err
	}
	if err := o.net.intact(); err != nil {
		n.dropGradients()
		return err
	}
	bound := n.seenBound()
	if o.foresee(bound, 1) {
		return o.fused(tensor.Matrix{})
	}
	if err := n.gatherBlocks(weight, bound); err != nil {
		return err
	}
	return o.count(true)
}

// infers reports whether it is certain before the way back that the step leaves
// everything finite.
func (o *Optimizer) infers(dy tensor.Matrix) bool {
	if !o.net.infers || !o.bounded {
		return false
	}
	if o.foresee(o.net.inferredBound(dy, o.largestParameter()), 1) {
		return true
	}
	if !o.loose() {
		return false
	}
	o.measure()
	return o.foresee(o.net.inferredBound(dy, o.largestParameter()), 1)
}

// looks reports whether all gradients are looked at before a step.
func (o *Optimizer) looks() bool { return o.clip.kind != clipNone || o.check }

// count counts a pass and takes a step when there are enough. The step may have begun.
func (o *Optimizer) count(begun bool) error {
	g := &o.net.gathered
	g.count(o)
	if g.counted < o.accumulate {
		return o.net.commitPass() // it counts, whenever the step comes
	}
	return o.apply(begun)
}

// apply takes a step, which may have begun, with the gradients gathered.
func (o *Optimizer) apply(begun bool) (err error) {
	coefficient, err := o.ready(begun)
	if err != nil {
		o.net.dropGradients()
		return err
	}
	o.net.weights.Lock()
	err = errGoroutineEnded
	defer o.written(&err)
	if err := o.updateAll(float32(coefficient)); err != nil {
		return err
	}
	if o.net.uncommitted {
		o.net.commit()
	}
	return nil
}

// ready returns what the gradients gathered are to be multiplied by in a step, which may
// have begun, once it is certain that it leaves everything finite.
func (o *Optimizer) ready(begun bool) (coefficient float64, err error) {
	g := &o.net.gathered
	if len(o.ofStages) > 0 {
		if err := o.net.intact(); err != nil {
			return 0, err
		}
	}
	coefficient, bound := g.coefficient(), g.bound
	if o.looks() {
		norm, err := o.gradientNorm()
		if err != nil {
			return 0, err
		}
		if !(norm <= math.MaxFloat64) {
			if err := o.nonFiniteGradient(); err != nil {
				return 0, err
			}
			return 0, &NonFiniteError{What: "norm of the gradients", Step: o.steps + 1, Value: norm}
		}
		bound = min(bound, norm)
		if o.clip.inPlace() {
			if err := o.clipAll(coefficient); err != nil {
				return 0, err
			}
			coefficient, bound = 1, bound*coefficient
		} else {
			coefficient = o.clip.scaled(norm, coefficient)
		}
	}
	if !begun {
		if err := o.beginStep(); err != nil {
			return 0, err
		}
	}
	if len(o.matrices) > 0 {
		if err := o.prepareMatrices(float32(coefficient)); err != nil {
			return 0, err
		}
	}
	if len(o.norms.parts) > 0 {
		if err := o.norms.prepare(float32(coefficient)); err != nil {
			return 0, err
		}
	}
	if o.know(); o.foresee(bound, coefficient) {
		return coefficient, nil
	}
	return coefficient, o.rehearse(coefficient)
}

// fused takes a step that leaves everything finite and updates blocks while their gradients
// are computed: on the way back from dy, or, if dy.Data is nil, with what the way back
// has left, from the first layer's on, whose dz is the one just written.
func (o *Optimizer) fused(dy tensor.Matrix) (err error) {
	o.net.weights.Lock()
	err = errGoroutineEnded
	defer o.written(&err)
	if dy.Data != nil {
		return o.net.backward(dy, 1, o)
	}
	for i, node := range o.net.nodes {
		if err := o.updateNode(i); err != nil {
			return node.wrap(err)
		}
	}
	updateAlone(o.ofStages, 1)
	o.net.commit()
	return nil
}

// errGoroutineEnded is the error of a step that neither returned nor panicked, because a rule
// has called runtime.Goexit.
var errGoroutineEnded = errors.New("the goroutine ended")

// written, deferred by whoever has locked the weights to write them, ends a step. A panic of
// the rule, here or in a backend, is an error that says what is left of them.
func (o *Optimizer) written(err *error) {
	n := o.net
	defer n.weights.Unlock()
	if v := recover(); v != nil {
		*err = parallel.Caught(v)
		o.refresh()
	}
	n.version++
	if *err == nil {
		o.stepped()
	} else {
		o.version = unknown
		for _, g := range o.groups {
			g.top = 0
		}
		*err = fmt.Errorf("step %d: %w: %w", o.steps+1, ErrTorn, *err)
	}
	n.dropGradients()
}

// refresh brings up to date what plans derive from their parameters.
func (o *Optimizer) refresh() {
	for _, t := range o.trainables {
		t.refresh()
	}
}

// updateNode computes the gradients of node i, if it is a block, from its input and dz and uses
// them up.
func (o *Optimizer) updateNode(i int) error {
	sink := o.sinks[i]
	if sink == nil {
		return nil
	}
	n, w := sink.node, o.net.work
	return sink.block.plan.BackwardWeights(w.values[n.in[0]], w.gradients[n.out], false, sink)
}

// beginStep tells the rules about the step to come. The schedule and the rules may be
// the user's, and run while no weights are locked.
func (o *Optimizer) beginStep() error {
	o.at.Step = o.steps + 1
	if o.at.Steps != o.ends[0] || o.at.Epochs != o.ends[1] {
		if err := o.checkSchedule(); err != nil {
			return fmt.Errorf("step %d: schedule: %w", o.steps+1, err)
		}
	}
	base := o.rule.Rate()
	rate := o.rates.Rate(base, o.at)
	if !(rate >= 0 && rate <= math.MaxFloat32) {
		return o.badRate(rate)
	}
	o.begun = rate
	if o.momenta != nil {
		if err := o.moveMomenta(); err != nil {
			return err
		}
	}
	for _, g := range o.groups {
		own := rate
		if o.divides { // rules may have rates of their own
			if other := g.rule.Rate(); other != base {
				own = o.rates.Rate(other, o.at)
			}
		}
		if !g.begin(o.steps+1, own) {
			return o.badRate(own * g.factor)
		}
	}
	return nil
}

// badRate is the error for a rate of the step to come that is none.
func (o *Optimizer) badRate(rate float64) error {
	return fmt.Errorf("step %d: schedule %w", o.steps+1, fault.Value(o.schedule.String(), "rate", rate, "a finite number, at least 0"))
}

// checkSchedule asks the schedule whether it has rates for the training under way. Once is
// enough for each end that it may have.
func (o *Optimizer) checkSchedule() error {
	o.at.Step = o.steps + 1
	if err := o.schedule.Validate(o.at); err != nil {
		return err
	}
	o.ends = [2]int{o.at.Steps, o.at.Epochs}
	return nil
}

// stepped notes that the step is taken, and how large parameters and state can be now.
func (o *Optimizer) stepped() {
	o.steps++
	o.rate = o.begun
	for _, g := range o.groups {
		if g.measures {
			g.exact = float64(math.Float32frombits(g.top))
			g.after.Param, g.top = g.exact, 0
		}
		setBounds(&g.bounds, &g.after, len(g.slots))
	}
	o.version = o.net.version
	if o.unforeseen {
		o.version, o.unforeseen = unknown, false
	}
}
