package nn

import (
	"fmt"
	"math"
	"sync/atomic"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// trainable is parameters that lie together in memory, all of a block's or one
// tensor of a stage, with the state that an optimizer keeps for them.
type trainable struct {
	node    *node
	block   *block         // nil for a tensor of a stage
	param   *tensor.Tensor // nil for a block
	stepper optim.Stepper
	kernels *kernels.Set
	slots   [optim.MaxSlots][]float32
	used    int // slots

	measurer optim.Measurer // the stepper, nil if it is none
	top      uint32         // the bits of the largest parameter that the step under way has written
}

// span is a piece of a trainable, small enough that the values, gradients and
// state of a few fit into the second-level cache, and large enough that
// handing it to a worker costs little.
type span struct {
	owner  *trainable
	lo, hi int
}

const (
	// spanLength: with Adam, a span takes four vectors of 64 KiB.
	spanLength = 16 << 10
	// inlineLength is how many elements are updated without asking other
	// workers for help. SGD takes about 1 µs for 8 Ki elements in cache, and
	// waking a worker that is parked 10 µs.
	inlineLength = 64 << 10
)

// addTrainables lists the network's parameters and cuts them into spans.
func (o *Optimizer) addTrainables() {
	o.net.weights.RLock() // a larger batch replaces plans
	defer o.net.weights.RUnlock()
	o.sinks = make([]*trainable, len(o.net.nodes))
	for i, n := range o.net.nodes {
		switch op := n.op.(type) {
		case *block:
			o.sinks[i] = o.addTrainable(&trainable{node: n, block: op})
		case *staged:
			for _, p := range op.params {
				o.addTrainable(&trainable{node: n, param: p})
			}
		}
	}
}

func (o *Optimizer) addTrainable(t *trainable) *trainable {
	t.stepper, t.kernels, t.used = o.stepper, o.net.backend.Kernels(), o.slots
	t.measurer, _ = o.stepper.(optim.Measurer)
	length := len(t.values())
	for s := range t.used {
		t.slots[s] = arena.Float32(length)
		if first := o.kept[s].Init; first != 0 {
			for i := range t.slots[s] {
				t.slots[s][i] = first
			}
		}
	}
	for lo := 0; lo < length; lo += spanLength {
		o.ranges = append(o.ranges, span{t, lo, min(lo+spanLength, length)})
	}
	o.total += length
	o.trainables = append(o.trainables, t)
	if t.param != nil {
		o.ofStages = append(o.ofStages, t)
	}
	return t
}

// values is looked up each time: a network that meets a larger batch makes
// new plans.
func (t *trainable) values() []float32 {
	if t.param != nil {
		return t.param.Value
	}
	return t.block.plan.Parameters()
}

func (t *trainable) gradients() []float32 {
	if t.param != nil {
		return t.param.Grad
	}
	return t.block.plan.Gradients()
}

func (t *trainable) refresh() {
	if t.param == nil {
		t.block.plan.Refresh()
	}
}

// Update implements blas.Sink. A rule treats weights and biases alike.
func (t *trainable) Update(lo, _ int, params, grads []float32) {
	top := math.Float32bits(t.update(lo, params, grads))
	for t.measurer != nil { // several goroutines may be at it
		seen := atomic.LoadUint32(&t.top)
		if top <= seen || atomic.CompareAndSwapUint32(&t.top, seen, top) {
			return
		}
	}
}

// update takes a step on parameters lo and on, and returns the largest magnitude in them
// afterwards if there is a measurer.
func (t *trainable) update(lo int, params, grads []float32) (largest float32) {
	if t.measurer != nil {
		return t.measurer.UpdateMeasured(params, grads, lo, &t.slots)
	}
	slots := t.slots
	for s := range t.used {
		slots[s] = slots[s][lo : lo+len(params)]
	}
	t.stepper.Update(params, grads, slots)
	return 0
}

// State implements blas.Sink.
func (t *trainable) State() [][]float32 { return t.slots[:t.used] }

// run does a job over all spans.
func (o *Optimizer) run(job blas.Job) error {
	if o.total < inlineLength {
		return parallel.Alone(job, len(o.ranges))
	}
	return o.net.backend.Run(job, len(o.ranges))
}

// updateAll multiplies all gradients by coefficient and updates the parameters. The
// caller holds the weights.
func (o *Optimizer) updateAll(coefficient float32) error {
	if o.total >= inlineLength {
		o.update.coefficient = coefficient
		err := o.run(&o.update)
		o.refresh() // after a panic halfway too
		return err
	}
	// Spans take small networks as long as the update does.
	for _, t := range o.trainables {
		grads := t.gradients()
		if coefficient != 1 {
			t.kernels.Scale(coefficient, grads)
		}
		t.top = math.Float32bits(t.update(0, t.values(), grads))
		t.refresh()
	}
	return nil
}

// updateJob multiplies the gradients of each span by coefficient and updates
// its parameters.
type updateJob struct {
	o           *Optimizer
	coefficient float32
}

func (j *updateJob) Task(i, _ int) {
	s := &j.o.ranges[i]
	grads := s.owner.gradients()[s.lo:s.hi]
	if j.coefficient != 1 {
		s.owner.kernels.Scale(j.coefficient, grads)
	}
	s.owner.Update(s.lo, 0, s.owner.values()[s.lo:s.hi], grads)
}

// normJob sums the squares of the gradients of each span.
type normJob struct {
	o    *Optimizer
	sums []float64
}

func (j *normJob) Task(i, _ int) {
	s := &j.o.ranges[i]
	j.sums[i] = s.owner.kernels.SumSquares(s.owner.gradients()[s.lo:s.hi])
}

// gradientNorm is the Euclidean norm of all gradients. Squares of float32
// numbers cannot overflow float64, so it is finite if and only if all
// gradients are.
func (o *Optimizer) gradientNorm() (float64, error) {
	if err := o.run(&o.norm); err != nil {
		return 0, err
	}
	sum := 0.0
	for _, s := range o.norm.sums {
		sum += s
	}
	return math.Sqrt(sum), nil
}

// nonFiniteGradient is the error for the first gradient that is not finite, nil if all
// are.
func (o *Optimizer) nonFiniteGradient() error {
	for _, t := range o.trainables {
		if where, v, found := t.nonFinite(t.gradients()); found {
			return t.nonFiniteError(o.steps+1, "gradient of "+where, v)
		}
	}
	return nil
}

// nonFinite returns the first element of flat, in the layout of the parameters, that is
// not finite, and its place.
func (t *trainable) nonFinite(flat []float32) (where string, v float64, found bool) {
	if t.param != nil {
		cols := t.param.Dims[len(t.param.Dims)-1]
		return nonFiniteIn(t.param.Name, tensor.Matrix{Rows: len(flat) / cols, Cols: cols, Stride: cols, Data: flat})
	}
	w, b, err := t.block.unpack(flat)
	if err != nil {
		return "", 0, false
	}
	if where, v, found = nonFiniteIn("weight", w); found {
		return where, v, true
	}
	return nonFiniteIn("bias", tensor.Matrix{Rows: 1, Cols: len(b), Stride: len(b), Data: b})
}

func nonFiniteIn(name string, m tensor.Matrix) (where string, v float64, found bool) {
	for i := range m.Rows {
		for j, g := range rowOf(m, i) {
			if !isFinite(g) {
				return fmt.Sprintf("%s [%d][%d]", name, i, j), float64(g), true
			}
		}
	}
	return "", 0, false
}
