package optim

// MomentumSchedule is a Schedule that moves the momentum of rules as well as their rate, such as OneCycle and Cyclic,
// and what follows one of them. An optimizer refuses it together with a rule of which a Stepper is no
// MomentumStepper, or one that has no momentum.
type MomentumSchedule interface {
	Schedule
	// Momenta are the least and the most momentum of any step, for a rule whose own is own. It does not move if ok is
	// false, as in a warm-up that a cosine follows.
	Momenta(own float64) (least, most float64, ok bool)
	// Momentum is that of the step to come, for a rule whose own is own: a function of these alone, within Momenta.
	Momentum(own float64, p Progress) float64
}

// MomentumStepper is a Stepper whose momentum may be another at each step: the share of its velocity, or of
// the mean of its gradients, that stays, from 0 to 1.
type MomentumStepper interface {
	Stepper
	// Momentum is the rule's own, unless ok is false: it has none.
	Momentum() (own float64, ok bool)
	// Momenta says, once and before the first step, what the momenta of all steps are between. The rule's own is.
	Momenta(least, most float64)
	// SetMomentum sets it for the steps to come. It is called before each Begin, or never.
	SetMomentum(m float64)
}

// momentumOf is what s makes of the momentum own at p.
func momentumOf(s Schedule, own float64, p Progress) float64 {
	if m, ok := s.(MomentumSchedule); ok {
		return m.Momentum(own, p)
	}
	return own
}

// momentaOf are the least and the most momentum that schedules make of own, one after another; ok is false if none
// moves it.
func momentaOf(own float64, list ...Schedule) (least, most float64, ok bool) {
	least, most = own, own
	for i, s := range list {
		lo, hi := own, own
		if m, is := s.(MomentumSchedule); is {
			if l, h, moves := m.Momenta(own); moves {
				lo, hi, ok = l, h, true
			}
		}
		if i == 0 {
			least, most = lo, hi
			continue
		}
		least, most = min(least, lo), max(most, hi)
	}
	return least, most, ok
}
