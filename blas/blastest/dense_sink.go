package blastest

import (
	"errors"
	"fmt"
	"sync"

	"github.com/neurona-ml/neurona/blas"
)

// descent is a sink that records what it is given and takes a step of gradient descent,
// with a decay and a push that would move parameters without a gradient too.
type descent struct {
	plan blas.Dense
	rate float32

	mu    sync.Mutex
	grads []float32 // what came, where it belongs
	times []int     // how often
	kinds []kind    // of the parameters, as the plan's segments have it
	err   error
}

func newDescent(plan blas.Dense) *descent {
	n := len(plan.Parameters())
	return &descent{plan: plan, rate: 0.125, grads: make([]float32, n), times: make([]int, n), kinds: kinds(plan)}
}

func (s *descent) Update(lo, weights int, params, grads []float32) {
	s.record(lo, weights, params, grads)
	// Outside the lock, so that the race detector sees ranges that overlap.
	for i, g := range grads {
		params[i] = s.step(params[i], g)
	}
}

// step returns what becomes of a parameter p with gradient g. The conversions keep compilers
// from fusing what they may.
func (s *descent) step(p, g float32) float32 {
	return float32(0.75*p) + 0.0625 - float32(s.rate*g)
}

// State implements blas.Sink.
func (s *descent) State() [][]float32 { return [][]float32{s.grads} }

func (s *descent) record(lo, weights int, params, grads []float32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.plan.Parameters()
	switch {
	case len(params) != len(grads) || len(grads) == 0:
		s.err = fmt.Errorf("Update at %d got %d parameters and %d gradients", lo, len(params), len(grads))
	case lo < 0 || lo+len(params) > len(all):
		s.err = fmt.Errorf("Update got [%d, %d) of %d parameters", lo, lo+len(params), len(all))
	case &params[0] != &all[lo]:
		s.err = fmt.Errorf("Update at %d got something else than Parameters()[%d:]", lo, lo)
	case weights < 0 || weights > len(params):
		s.err = fmt.Errorf("Update at %d got %d parameters, %d of them weights", lo, len(params), weights)
	default:
		copy(s.grads[lo:], grads)
		for i := range grads {
			s.times[lo+i]++
			want := weight
			if i >= weights {
				want = bias
			}
			if got := s.kinds[lo+i]; got != want {
				s.err = fmt.Errorf("Update at %d got %d parameters, %d of them weights; number %d of the plan's is %v", lo, len(params), weights, lo+i, got)
			}
		}
	}
}

// covered reports a parameter that was not updated exactly once, and padding that was.
func (s *descent) covered() error {
	if s.err != nil {
		return s.err
	}
	for i, n := range s.times {
		want := 1
		if s.kinds[i] == padding {
			want = 0
		}
		if n != want {
			return fmt.Errorf("parameter %d of %d, %v, was updated %d times", i, len(s.times), s.kinds[i], n)
		}
	}
	return nil
}

// checkSink checks that each parameter meets its gradient once.
func (l layer) checkSink(plan blas.Dense, before weights, x, dz blas.Matrix) error {
	sink := newDescent(plan)
	if err := plan.BackwardWeights(x, dz, false, sink); err != nil {
		return err
	}
	if err := sink.covered(); err != nil {
		return err
	}
	got, after := newWeights(l.spec()), newWeights(l.spec())
	if err := errors.Join(plan.Unpack(sink.grads, got.w, got.b), blas.CopyWeights(plan, after.w, after.b)); err != nil {
		return err
	}
	dw, db := l.gradients(x, dz, nil)
	if err := errors.Join(dw.check("dW", got.w), db.checkSlice("db", got.b)); err != nil {
		return err
	}
	for i, g := range got.w.Data {
		before.w.Data[i] = sink.step(before.w.Data[i], g)
	}
	for j, g := range got.b {
		before.b[j] = sink.step(before.b[j], g)
	}
	if err := errors.Join(sameBits(after.w.Data, before.w.Data), sameBits(after.b, before.b)); err != nil {
		return fmt.Errorf("parameters after the update: %w", err)
	}
	return errors.Join(
		paddingZero(plan, "the sink's gradients", sink.grads),
		paddingZero(plan, "updated parameters", plan.Parameters()))
}
