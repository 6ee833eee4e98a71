package nn

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/blas"
)

// Optimizer changes a network's parameters by a Rule, one step at a time. It
// is for people who bring their own loss: Forward, the gradient of the loss,
// Backward, Step. A Trainer has one inside.
//
// Its methods belong to the network's training pass; a second goroutine gets
// ErrBusy.
type Optimizer struct {
	net      *Network
	rule     Rule
	stepper  Stepper
	schedule Schedule

	clip       float64 // largest gradient norm; 0 for any
	accumulate int     // passes that make a step
	check      bool    // look at every gradient before anything is written

	steps int     // steps taken
	rate  float64 // learning rate of the last one

	trainables []*trainable
	sinks      []*trainable // that of each node that is a block
	ranges     []span
	total      int // elements in all ranges
	update     updateJob
	norm       normJob
}

// OptimizerOption changes one thing about an optimizer or trainer.
type OptimizerOption func(*Optimizer)

// WithSchedule lets the learning rate follow s. The default is Constant.
func WithSchedule(s Schedule) OptimizerOption { return func(o *Optimizer) { o.schedule = s } }

// WithClipNorm scales the gradients so that the Euclidean norm of all of them
// together is at most limit, as PyTorch's clip_grad_norm_ does: they are
// multiplied by limit/(norm+1e-6) if that is less than 1. The norm is
// accumulated in float64, in an order that does not depend on the number of
// workers. A norm that is not finite is a *NonFiniteError.
func WithClipNorm(limit float64) OptimizerOption { return func(o *Optimizer) { o.clip = limit } }

// WithAccumulation makes one step out of n passes, with the mean of their
// gradients: a batch n times as large in the memory of one. Step acts at every
// n-th call; Flush acts on fewer.
func WithAccumulation(n int) OptimizerOption { return func(o *Optimizer) { o.accumulate = n } }

// WithGradientCheck looks at every gradient before anything is written. One
// that is NaN or infinite is a *NonFiniteError that names the layer and the
// parameter.
func WithGradientCheck() OptimizerOption { return func(o *Optimizer) { o.check = true } }

// NewOptimizer makes an optimizer of net's parameters by rule, its state zero.
// It reports impossible hyper-parameters, and a network that has nothing to
// train or cannot be trained.
func NewOptimizer(net *Network, rule Rule, opts ...OptimizerOption) (*Optimizer, error) {
	o := &Optimizer{net: net, rule: rule, schedule: Constant(), clip: math.Inf(1), accumulate: 1}
	for _, opt := range opts {
		opt(o)
	}
	if err := o.validate(); err != nil {
		return nil, err
	}
	if net.untrainable != nil {
		return nil, net.untrainable
	}
	if math.IsInf(o.clip, 1) {
		o.clip = 0
	}
	o.stepper = rule.Stepper(net.backend.Kernels())
	o.addTrainables()
	o.update.o, o.norm.o = o, o
	o.norm.sums = make([]float64, len(o.ranges))
	return o, nil
}

func (o *Optimizer) validate() error {
	if o.rule == nil {
		return &HyperparameterError{"optimizer", "number of rules", 0, "a rule, such as SGD or Adam"}
	}
	if err := o.rule.Validate(); err != nil {
		return err
	}
	if slots := o.rule.Slots(); slots < 0 || slots > MaxSlots {
		return &HyperparameterError{o.rule.Name(), "number of slots", float64(slots), "0 to 3"}
	}
	if o.schedule == nil {
		o.schedule = Constant()
	}
	if err := o.schedule.Validate(); err != nil {
		return err
	}
	if !(o.clip > 0) {
		return &HyperparameterError{"optimizer", "largest gradient norm", o.clip, "more than 0"}
	}
	if o.accumulate < 1 {
		return &HyperparameterError{"optimizer", "passes to accumulate", float64(o.accumulate), "at least 1"}
	}
	if o.net.lowest == len(o.net.nodes) {
		return &HyperparameterError{"optimizer", "number of parameters", 0, "a network with something to train"}
	}
	return nil
}

// Network returns the network whose parameters it changes.
func (o *Optimizer) Network() *Network { return o.net }

// Steps is how many steps have been taken.
func (o *Optimizer) Steps() int { return o.steps }

// Rate is the learning rate of the last step, 0 before the first.
func (o *Optimizer) Rate() float64 { return o.rate }

// Step uses up the gradients that Backward has computed since the last step,
// and changes the parameters. With WithAccumulation it does so at every n-th
// call. An error leaves the parameters as they were and drops the gradients.
func (o *Optimizer) Step() error {
	if err := o.net.begin(); err != nil {
		return err
	}
	defer o.net.end()
	if o.net.gathered <= o.net.counted {
		return ErrNoGradient
	}
	return o.count()
}

// Flush takes the step that fewer than n passes of WithAccumulation have
// gathered so far, with the mean of their gradients. Without any it does
// nothing.
func (o *Optimizer) Flush() error {
	if err := o.net.begin(); err != nil {
		return err
	}
	defer o.net.end()
	return o.flush()
}

func (o *Optimizer) flush() error {
	if o.net.counted == 0 {
		return nil
	}
	return o.apply()
}

// count counts a pass and takes a step when there are enough.
func (o *Optimizer) count() error {
	o.net.counted++
	if o.net.counted < o.accumulate {
		return nil
	}
	return o.apply()
}

// apply takes a step with the gradients gathered.
func (o *Optimizer) apply() error {
	defer o.net.dropGradients()
	coefficient := 1 / float64(o.net.counted)
	if o.clip > 0 || o.check {
		sum, err := o.gradientNorm()
		if err != nil {
			return err
		}
		norm := sum * coefficient
		if !(norm <= math.MaxFloat64) {
			return o.nonFiniteGradient(sum)
		}
		if o.clip > 0 {
			coefficient *= min(1, o.clip/(norm+1e-6))
		}
	}
	o.net.weights.Lock()
	defer o.net.weights.Unlock()
	if err := o.beginStep(); err != nil {
		return err
	}
	o.update.coefficient = float32(coefficient)
	err := o.run(&o.update)
	for _, t := range o.trainables { // after a panic halfway too
		t.refresh()
	}
	if err != nil {
		return err
	}
	o.steps++
	return nil
}

// beginStep tells the rule about the step to come.
func (o *Optimizer) beginStep() error {
	rate := o.schedule.Rate(o.rule.Rate(), o.steps+1)
	if err := checkNonNegative("schedule", "rate", rate); err != nil {
		return fmt.Errorf("step %d: %s %w", o.steps+1, o.schedule.Name(), err)
	}
	o.rate = rate
	o.stepper.Begin(o.steps+1, rate)
	return nil
}

// fuses reports whether parameters may be updated while their gradients are
// being computed: when nothing needs all gradients first, and no code of
// others can fail halfway.
func (o *Optimizer) fuses() bool {
	if o.clip > 0 || o.check || o.accumulate > 1 {
		return false
	}
	for _, n := range o.net.nodes {
		if n.custom {
			return false
		}
	}
	return true
}

// backward goes back from the gradient at the outputs, which the network's
// outputGradient holds, and takes the step that follows.
func (o *Optimizer) backward(dy Matrix, fused bool) error {
	n := o.net
	if n.counted == 0 {
		n.gathered = 0
	}
	if !fused {
		if err := n.backward(dy, 0, nil); err != nil {
			return err
		}
		return o.count()
	}
	n.weights.Lock()
	defer n.weights.Unlock()
	defer n.dropGradients()
	if err := o.beginStep(); err != nil {
		return err
	}
	if err := n.backward(dy, 0, o); err != nil {
		return err
	}
	o.steps++
	return nil
}

// sink implements sinker.
func (o *Optimizer) sink(i int) blas.Sink { return o.sinks[i] }
