package nn

import (
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/optim"
)

// rates is the learning rate of the step to come, for a rule whose own rate is base.
type rates interface {
	Rate(base float64, p optim.Progress) float64
}

// Optimizer changes a network's parameters by a rule, one step at a time. It
// is for people who bring their own loss: Forward, the gradient of the loss,
// Backward, Step. A Trainer has one inside.
//
// Its methods belong to the network's training pass; a second goroutine gets
// ErrBusy, and what returns no error, such as Steps and Rate, is for the one that trains.
type Optimizer struct {
	net      *Network
	rule     optim.Rule
	schedule optim.Schedule
	observer optim.Observer         // the schedule, nil if it observes nothing
	rates    rates                  // the schedule, or its observer
	momenta  optim.MomentumSchedule // the schedule, nil if it moves no momentum

	clips      []clipping // what options say
	clip       clipping
	accumulate int  // passes that make a step
	check      bool // look at every gradient before anything is written

	steps int     // steps taken
	rate  float64 // learning rate of the last one
	begun float64 // learning rate of the step to come

	at   optim.Progress // the step to come, in the Fit under way if there is one
	ends [2]int         // the last step and epoch of at when the schedule was last asked about them

	groups   []*group
	divides  bool    // the rule is an Assigner
	elements bool    // a group is Elementwise
	bounded  bool    // each group that is not of matrices is a Bounder
	frozen   float64 // the largest parameter that no group has, as far as it is known
	version  uint64  // of the network's parameters that bounds are about

	unforeseen bool // the step under way was rehearsed instead

	trainables []*trainable
	ofStages   []*trainable // those of them that are no block's
	sinks      []*trainable // that of each node that is a block, nil if all of it is frozen
	matrices   []*matrix    // what Matrixwise rules change
	norms      normStep     // what Normwise rules change
	ranges     []span
	total      int // elements in all ranges
	update     updateJob
	norm       normJob
	clamp      clampJob
	adapt      adapter
	rehearsal  rehearsalJob
	averages   averages
}

// OptimizerOption changes one thing about an optimizer or trainer.
type OptimizerOption func(*Optimizer)

// Schedule lets the learning rate follow s. The default is optim.Constant; a nil is
// an error.
func Schedule(s optim.Schedule) OptimizerOption { return func(o *Optimizer) { o.schedule = s } }

// Accumulate makes one step out of n passes, with the mean of their
// gradients over all rows: a batch n times as large in the memory of one. Batches may
// differ in size: a Trainer's count by the loss's Weight, and gradients that
// Backward is given are taken for means over rows. The two do not go into one step:
// ErrMixedGradients. Step acts
// at every n-th call; Flush acts on fewer. A step of another optimizer of the network in
// between drops what is gathered.
func Accumulate(n int) OptimizerOption { return func(o *Optimizer) { o.accumulate = n } }

// InspectGradients looks at every gradient before anything is written. One
// that is NaN or infinite is a *NonFiniteError that names the layer and the
// parameter. Without it a step looks where bounds do not say that all are finite, with
// the same result.
func InspectGradients() OptimizerOption { return func(o *Optimizer) { o.check = true } }

// NewOptimizer makes an optimizer of net's parameters by rule, its state zero.
// It reports impossible hyper-parameters, a network that has nothing to
// train or cannot be trained, a rule that does not fit its tensors: names in
// optim.Groups that none has, a rule of matrices for what is none, and as ErrMomentum a
// schedule that moves a momentum that the rule has not.
func NewOptimizer(net *Network, rule optim.Rule, opts ...OptimizerOption) (o *Optimizer, err error) {
	defer recovered(&err)
	o = &Optimizer{net: net, rule: rule, schedule: optim.Constant(), accumulate: 1}
	if net == nil {
		return nil, fault.Nil("optimizer", "network", "one that New or Load has returned")
	}
	if err := apply("optimizer", opts, o); err != nil {
		return nil, err
	}
	if err := o.validate(); err != nil {
		return nil, err
	}
	if net.untrainable != nil {
		return nil, net.untrainable
	}
	if err := o.addTrainables(); err != nil {
		return nil, err
	}
	o.addClip()
	o.rates = o.schedule
	if o.observer = optim.Start(o.schedule); o.observer != nil {
		o.rates = o.observer
	}
	if err := o.addMomenta(); err != nil {
		return nil, err
	}
	o.ends = [2]int{-1, -1} // none
	o.addAverages()
	o.elements = slices.ContainsFunc(o.groups, func(g *group) bool { return g.elements != nil })
	o.bounded = !slices.ContainsFunc(o.groups, func(g *group) bool { return g.elements != nil && g.bounder == nil })
	o.version = unknown
	o.update.o, o.norm.o, o.rehearsal.o, o.norms.o = o, o, o, o
	o.norm.sums = make([]float64, len(o.ranges))
	return o, nil
}

func (o *Optimizer) validate() error {
	if o.rule == nil {
		return fault.Nil("optimizer", "rule", "one such as SGD or Adam")
	}
	if err := o.rule.Validate(); err != nil {
		return err
	}
	if o.schedule == nil {
		return fault.Nil("optimizer", "schedule", "one such as Constant, or no Schedule")
	}
	if err := optim.Check(o.schedule); err != nil {
		return err
	}
	if err := o.setClip(); err != nil {
		return err
	}
	if o.accumulate < 1 {
		return fault.Value("optimizer", "passes to accumulate", float64(o.accumulate), "at least 1")
	}
	if o.net.made() != nil || !o.net.trains() {
		return fault.Value("optimizer", "number of parameters", 0, "a network with something to train")
	}
	return nil
}

// Network returns the network whose parameters it changes.
func (o *Optimizer) Network() *Network {
	if o == nil {
		return nil
	}
	return o.net
}

// Steps is how many steps have been taken.
func (o *Optimizer) Steps() int {
	if o == nil {
		return 0
	}
	return o.steps
}

// Rate is the learning rate of the last step, 0 before the first. Factors of groups are not in
// it.
func (o *Optimizer) Rate() float64 {
	if o == nil {
		return 0
	}
	return o.rate
}

// Observer is what the schedule remembers of this training, nil if it is no optim.Adaptive.
// Fit tells it what to observe; who brings their own loop does so themselves, and whoever
// saves a training saves its State.
func (o *Optimizer) Observer() optim.Observer {
	if o == nil {
		return nil
	}
	return o.observer
}

// Step uses up the gradients that Backward has computed since the last step,
// and changes the parameters. With Accumulate it does so at every n-th
// call. An error, but for ErrTorn, leaves the parameters and the optimizer's state as they
// were and drops the gradients: a *NonFiniteError if any of those would not be finite
// afterwards.
func (o *Optimizer) Step() (err error) {
	if o == nil {
		return ErrNoNetwork
	}
	if err := o.net.begin(); err != nil {
		return err
	}
	defer o.net.ended(&err)
	o.at = optim.Progress{}
	if o.averages.used(o.net) {
		o.net.dropGradients()
		return ErrAverages
	}
	g := &o.net.gathered
	if g.current == 0 {
		return ErrNoGradient
	}
	if g.by != nil && g.by != o {
		o.net.dropGradients()
		return fmt.Errorf("%w: those there are part of another optimizer's accumulated step", ErrNoGradient)
	}
	return o.count(false)
}

// Flush takes the step that fewer than n passes of Accumulate have
// gathered so far, with the mean of their gradients. Without any it does
// nothing.
func (o *Optimizer) Flush() error {
	if o == nil {
		return ErrNoNetwork
	}
	return o.flush(optim.Progress{})
}

// flush is Flush within a Fit, or without one.
func (o *Optimizer) flush(until optim.Progress) (err error) {
	if err := o.net.begin(); err != nil {
		return err
	}
	defer o.net.ended(&err)
	o.at = until
	if g := &o.net.gathered; g.counted == 0 || g.by != o {
		return nil
	}
	return o.apply(false)
}
