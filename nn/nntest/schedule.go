package nntest

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/optim"
)

// scheduleEpochs and scheduleSteps are the training that a schedule is asked about.
const (
	scheduleEpochs = 7
	scheduleSteps  = 30 // in an epoch
)

// CheckSchedule checks a schedule's rates over a training of 210 steps in 7 epochs, and over one step; where Validate lets it,
// also without an end:
//
//   - Each is finite in float32, and at least 0, for base rates of 0, 1e-3 and 1.
//   - It is a function of the base rate and of where the training is alone: asked for in another order, it is the same.
//
// The momenta of an optim.MomentumSchedule are such functions too, within what its Momenta say, which is from 0 to below 1; where
// those say that it does not move, it is the rule's own.
//
// The observers of an optim.Adaptive are shown values that fall, rise, and are not finite. Their rates are as above;
// asking changes nothing; one that was given the State of another goes on as that one does; a state that is none is an
// error and changes nothing; and observers of one schedule do not know of each other.
func CheckSchedule(s optim.Schedule, opts ...Option) (err error) {
	defer recovered(&err)
	c, err := newConfig("schedule check", opts)
	if err != nil {
		return err
	}
	if s == nil {
		return fault.Nil("schedule check", "schedule", "one such as optim.Constant")
	}
	if err := optim.Check(s); err != nil {
		return err
	}
	trainings := [][]optim.Progress{training(scheduleEpochs, scheduleSteps), training(1, 1)}
	for _, steps := range trainings {
		if err := s.Validate(steps[0]); err != nil {
			return fmt.Errorf("schedule check: %s in a training of %d steps: %w", s, len(steps), err)
		}
	}
	endless := make([]optim.Progress, scheduleSteps)
	for i := range endless {
		endless[i].Step = i*i*i + 1
	}
	if s.Validate(endless[0]) == nil {
		trainings = append(trainings, endless)
	}
	rng := random.New(c.seed, streamCheck)
	for _, steps := range trainings {
		if err := checkRates(s, steps, rng.Perm(len(steps))); err != nil {
			return fmt.Errorf("schedule check: %s: %w", s, err)
		}
		if err := checkMomenta(s, steps, rng.Perm(len(steps))); err != nil {
			return fmt.Errorf("schedule check: %s: %w", s, err)
		}
		if err := checkObserver(s, steps); err != nil {
			return fmt.Errorf("schedule check: observer of %s: %w", s, err)
		}
	}
	return nil
}

// training is each step of one.
func training(epochs, steps int) (list []optim.Progress) {
	for i := range epochs * steps {
		list = append(list, optim.Progress{Step: i + 1, Steps: epochs * steps, Epoch: i/steps + 1, Epochs: epochs})
	}
	return list
}

var bases = []float64{0, 1e-3, 1}

// rates asks for all rates of a step.
func rates(rate func(base float64, p optim.Progress) float64, p optim.Progress) ([]float64, error) {
	list := make([]float64, len(bases))
	for i, base := range bases {
		list[i] = rate(base, p)
		if !(list[i] >= 0 && list[i] <= math.MaxFloat32) {
			return nil, fmt.Errorf("the rate of step %d for a base of %v is %v, want a finite number, at least 0", p.Step, base, list[i])
		}
	}
	return list, nil
}

func checkRates(s optim.Schedule, steps []optim.Progress, order []int) error {
	first := make([][]float64, len(steps))
	for i, p := range steps {
		var err error
		if first[i], err = rates(s.Rate, p); err != nil {
			return err
		}
	}
	for _, i := range order {
		again, err := rates(s.Rate, steps[i])
		if err != nil {
			return err
		}
		if !slices.Equal(again, first[i]) {
			return fmt.Errorf("the rates of step %d are %v, and %v when they are asked for again: they must follow from base and progress alone", steps[i].Step, first[i], again)
		}
	}
	return nil
}

// checkMomenta asks for the momentum of each step, for two rules, and again in another order.
func checkMomenta(s optim.Schedule, steps []optim.Progress, order []int) error {
	m, ok := s.(optim.MomentumSchedule)
	if !ok {
		return nil
	}
	for _, own := range []float64{0.25, 0.97} {
		least, most, moves := m.Momenta(own)
		if !moves {
			least, most = own, own
		}
		if !(least >= 0 && least <= most && most < 1) {
			return fmt.Errorf("the momenta of a rule whose own is %v are from %v to %v, want at least 0 and below 1", own, least, most)
		}
		first := make([]float64, len(steps))
		for i, p := range steps {
			if first[i] = m.Momentum(own, p); !(first[i] >= least && first[i] <= most) {
				return fmt.Errorf("the momentum of step %d of a rule whose own is %v is %v, want from %v to %v", p.Step, own, first[i], least, most)
			}
		}
		for _, i := range order {
			if again := m.Momentum(own, steps[i]); again != first[i] {
				return fmt.Errorf("the momentum of step %d is %v, and %v when it is asked for again: it must follow from the rule's own and progress alone", steps[i].Step, first[i], again)
			}
		}
	}
	return nil
}

// observed is the value that an observer sees after a step: it falls, rises, stays, and is not finite.
func observed(step int) float64 {
	switch step % 17 {
	case 5:
		return math.NaN()
	case 11:
		return math.Inf(1)
	}
	return 2 + math.Cos(float64(step)/9)
}

func checkObserver(s optim.Schedule, steps []optim.Progress) error {
	o, other := optim.Start(s), optim.Start(s)
	if o == nil {
		return nil
	}
	before, err := rates(other.Rate, steps[len(steps)-1])
	if err != nil {
		return err
	}
	states, want := make([][]float64, len(steps)), make([][]float64, len(steps))
	for i, p := range steps {
		o.Observe(p, observed(p.Step))
		if want[i], err = rates(o.Rate, p); err != nil {
			return err
		}
		states[i] = slices.Clone(o.State())
		if err := o.SetState(append(slices.Clone(states[i]), 0)); err == nil {
			return fmt.Errorf("SetState takes %d numbers, State returns %d", len(states[i])+1, len(states[i]))
		}
		if got := o.State(); !slices.Equal(got, states[i]) {
			return fmt.Errorf("its state was %v, and is %v after a SetState that failed", states[i], got)
		}
		if again, err := rates(o.Rate, p); err != nil || !slices.Equal(again, want[i]) {
			return fmt.Errorf("the rates of step %d are %v, and then %v", p.Step, want[i], again)
		}
	}
	for i := range steps {
		goesOn := optim.Start(s)
		if err := goesOn.SetState(states[i]); err != nil {
			return fmt.Errorf("the state %v is refused: %w", states[i], err)
		}
		for j, p := range steps[i+1 : min(i+20, len(steps))] {
			goesOn.Observe(p, observed(p.Step))
			if got, err := rates(goesOn.Rate, p); err != nil || !slices.Equal(got, want[i+1+j]) {
				return fmt.Errorf("gone on from the state %v of step %d, the rates of step %d are %v, want %v", states[i], steps[i].Step, p.Step, got, want[i+1+j])
			}
		}
	}
	if after, err := rates(other.Rate, steps[len(steps)-1]); err != nil || !slices.Equal(before, after) {
		return fmt.Errorf("the rates of one that has seen nothing were %v and are %v: observers have memory in common", before, after)
	}
	return nil
}
