package nntest

import (
	"fmt"

	"github.com/neurona-ml/neurona/nn/optim"
)

// moving takes the steps of run while the momentum moves, if it is one that can.
func (k *stepperCheck) moving() error {
	s := k.start()
	moves, _ := s.(optim.MomentumStepper)
	if moves == nil || !k.use(s) {
		return nil
	}
	own, ok := moves.Momentum()
	if !ok {
		return nil
	}
	if !(own >= 0 && own < 1) {
		return fmt.Errorf("the rule's own is %v, want at least 0 and below 1", own)
	}
	k.moves = moves
	moves.Momenta(own/2, (1+own)/2)
	return k.steps()
}

// move sets the momentum of a step, and sees first that the rule's own, once set, is the rule's own.
func (k *stepperCheck) move(step int, rate float64) error {
	plain, set := k.start(), k.start()
	moves := set.(optim.MomentumStepper)
	own, _ := moves.Momentum()
	moves.Momenta(own/2, (1+own)/2)
	for _, m := range []float64{own / 2, own} {
		moves.SetMomentum(m)
		set.Begin(step, rate)
	}
	plain.Begin(step, rate)
	want, err := k.whole(plain)
	if err != nil {
		return err
	}
	got, err := k.whole(set)
	if err != nil {
		return err
	}
	if err := got.same(want, "without SetMomentum"); err != nil {
		return fmt.Errorf("with the momentum set to the rule's own: %w", err)
	}
	k.moves.SetMomentum([]float64{own / 2, own, (1 + own) / 2}[step%3])
	return nil
}

// whole is the parameters after the step that s has begun.
func (k *stepperCheck) whole(s optim.Stepper) (parameters, error) {
	if norms, ok := s.(optim.Normwise); ok && k.norms != nil {
		return k.follow(norms, len(k.g))
	}
	after := k.now.clone()
	s.(optim.Elementwise).Update(after.p, k.g, after.slots)
	return after, nil
}
