package nn

import (
	"fmt"

	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/optim"
)

// momentum is that of a group's rule, which a schedule moves.
type momentum struct {
	stepper     optim.MomentumStepper // the group's
	own         float64               // the rule's
	least, most float64               // of all steps
}

// addMomenta lets the schedule move the momentum of each group, if it moves any.
func (o *Optimizer) addMomenta() error {
	s, ok := o.schedule.(optim.MomentumSchedule)
	if !ok {
		return nil
	}
	for _, g := range o.groups {
		m := momentum{}
		has := false
		if m.stepper, has = g.stepper.(optim.MomentumStepper); has {
			m.own, has = m.stepper.Momentum()
		}
		least, most, moves := s.Momenta(m.own)
		if !moves {
			continue
		}
		if !has {
			return fmt.Errorf("optimizer: schedule %s moves the momentum of %s: %w", s, g.rule, ErrMomentum)
		}
		// State may be of steps with the rule's own.
		m.least, m.most = min(least, m.own), max(most, m.own)
		for _, v := range []float64{m.least, m.most} {
			if !(v >= 0 && v < 1) {
				return fmt.Errorf("optimizer: schedule %w", fault.Value(s.String(), "momentum", v, "at least 0 and below 1"))
			}
		}
		m.stepper.Momenta(m.least, m.most)
		g.momentum, o.momenta = m, s
	}
	return nil
}

// moveMomenta sets the momenta of the step to come.
func (o *Optimizer) moveMomenta() error {
	for _, g := range o.groups {
		m := &g.momentum
		if m.stepper == nil {
			continue
		}
		v := o.momenta.Momentum(m.own, o.at)
		if !(v >= m.least && v <= m.most) {
			return fmt.Errorf("step %d: schedule %w", o.steps+1, fault.Value(o.schedule.String(), "momentum", v, fmt.Sprintf("from %v to %v, as its Momenta say", m.least, m.most)))
		}
		m.stepper.SetMomentum(v)
	}
	return nil
}
