package nntest

import (
	"fmt"

	"github.com/neurona-ml/neurona/nn/optim"
)

// moving takes the steps of run while the momentum moves, if it is one that can.
func (k *stepperCheck) moving() error {
	s := k.start()
	elements, _ := s.(optim.Elementwise)
	moves, _ := s.(optim.MomentumStepper)
	if elements == nil || moves == nil {
		return nil
	}
	own, ok := moves.Momentum()
	if !ok {
		return nil
	}
	if !(own >= 0 && own < 1) {
		return fmt.Errorf("the rule's own is %v, want at least 0 and below 1", own)
	}
	k.stepper, k.moves = elements, moves
	moves.Momenta(own/2, (1+own)/2)
	return k.steps()
}

// move sets the momentum of a step, and sees first that the rule's own, once set, is the rule's own.
func (k *stepperCheck) move(step int, rate float64) error {
	plain, set := k.start().(optim.Elementwise), k.start().(optim.Elementwise)
	moves := set.(optim.MomentumStepper)
	own, _ := moves.Momentum()
	moves.Momenta(own/2, (1+own)/2)
	for _, m := range []float64{own / 2, own} {
		moves.SetMomentum(m)
		set.Begin(step, rate)
	}
	plain.Begin(step, rate)
	want, got := k.now.clone(), k.now.clone()
	plain.Update(want.p, k.g, want.slots)
	set.Update(got.p, k.g, got.slots)
	if err := got.same(want, "without SetMomentum"); err != nil {
		return fmt.Errorf("with the momentum set to the rule's own: %w", err)
	}
	k.moves.SetMomentum([]float64{own / 2, own, (1 + own) / 2}[step%3])
	return nil
}
