package blastest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// runPanics lets jobs and sinks panic, and expects an error and a backend that
// goes on working.
func runPanics(t *testing.T, open Opener, o Options) {
	layers := []layer{
		{in: 3, out: 2, batch: 4, maxBatch: 4},
		{in: 40, out: 70, batch: 17, maxBatch: 17, act: kernels.ReLU, previous: kernels.Tanh},
		{in: 150, out: 130, batch: 64, maxBatch: 64, act: kernels.Tanh, previous: kernels.ReLU},
	}
	if testing.Short() || raceEnabled {
		layers = layers[:len(layers)-1]
	}
	for _, workers := range []int{1, 2, 4} {
		with(t, open, workers, func(be blas.Backend) {
			t.Run(fmt.Sprintf("Run/workers=%d", workers), func(t *testing.T) { report(t, checkPanickingJobs(be)) })
			t.Run(fmt.Sprintf("Sink/workers=%d", workers), func(t *testing.T) {
				for _, l := range layers {
					l.precision = o.Precision
					if err := l.checkPanickingSink(be); err != nil {
						t.Errorf("%v: %v", l, err)
					}
				}
			})
		})
	}
}

// bang is what jobs and sinks panic with.
const bang = "bang"

// wantPanic reports an error that is not a panic with bang.
func wantPanic(err error) error {
	var e *blas.PanicError
	if !errors.As(err, &e) || e.Value != bang {
		return fmt.Errorf("error is %v, want a *blas.PanicError of %q", err, bang)
	}
	return nil
}

// panicking is a job whose task number at panics.
type panicking struct {
	at   int
	runs []atomic.Int32
}

func (j *panicking) Task(i, _ int) {
	if i == j.at {
		panic(bang)
	}
	j.runs[i].Add(1)
}

// checkPanickingJobs panics in each task of some jobs, and after each of them runs
// a job and makes a product worth sharing.
func checkPanickingJobs(be blas.Backend) error {
	p := product{tA: blas.NoTrans, tB: blas.Trans, m: 40, n: 96, k: 65, alpha: 1, beta: 1}
	d, err := newDesk(3, p.size())
	if err != nil {
		return err
	}
	defer d.free()
	rng := rand.New(rand.NewPCG(27, 28))
	for _, tasks := range []int{1, 2, 9} {
		for at := range tasks {
			job := &panicking{at, make([]atomic.Int32, tasks)}
			if err := wantPanic(be.Run(job, tasks)); err != nil {
				return fmt.Errorf("task %d of %d panics: %w", at, tasks, err)
			}
			for i := range job.runs {
				if n := job.runs[i].Load(); n > 1 {
					return fmt.Errorf("task %d of %d panics: task %d was done %d times", at, tasks, i, n)
				}
			}
			whole := &panicking{-1, make([]atomic.Int32, 9)}
			if err := be.Run(whole, len(whole.runs)); err != nil {
				return fmt.Errorf("the job after a panic: %w", err)
			}
			for i := range whole.runs {
				if n := whole.runs[i].Load(); n != 1 {
					return fmt.Errorf("the job after a panic: task %d was done %d times", i, n)
				}
			}
			if err := p.check(be, d, rng); err != nil {
				return fmt.Errorf("the product after a panic: %w", err)
			}
		}
	}
	return nil
}

// explosive is a sink that panics in its update number at, counted from 1, right
// after it has written the parameters; or, for number 0, when it is asked for its
// state.
type explosive struct {
	at      int64
	updates atomic.Int64
	gone    atomic.Bool // it has panicked
}

func (s *explosive) Update(_, _ int, params, _ []float32) {
	for i := range params {
		params[i] = -params[i]
	}
	if s.updates.Add(1) == s.at {
		s.gone.Store(true)
		panic(bang)
	}
}

func (s *explosive) State() [][]float32 {
	if s.at == 0 {
		s.gone.Store(true)
		panic(bang)
	}
	return nil
}

// checkPanickingSink lets a sink panic in its first update, in one in the middle
// and in the last. All passes are then right for the parameters that are there,
// and so is another update.
func (l layer) checkPanickingSink(be blas.Backend) error {
	rng := rand.New(rand.NewPCG(29, 30))
	plan, _, err := l.plan(be, rng)
	if err != nil {
		return err
	}
	d, err := newDesk(4, l.batch*max(l.in, l.out))
	if err != nil {
		return err
	}
	defer d.free()
	x, dz := d[0].matrix(l.batch, l.in, 0, true), d[1].matrix(l.batch, l.out, 0, true)
	fillOutput(x, l.previous, rng)
	fill(dz, uniform(rng))
	all := &explosive{at: -1}
	// The passes before make what a plan derives from its parameters.
	check := func() error {
		w := newWeights(l.spec())
		return errors.Join(
			blas.CopyWeights(plan, w.w, w.b),
			l.checkForward(plan, w, x, d[2]),
			l.checkBackwardData(plan, w, dz, x, d[3]))
	}
	if err := errors.Join(check(), plan.BackwardWeights(x, dz, false, all)); err != nil {
		return err
	}
	for _, at := range []int64{0, 1, (all.updates.Load() + 1) / 2, all.updates.Load()} {
		sink := &explosive{at: at}
		err := plan.BackwardWeights(x, dz, false, sink)
		if err == nil && !sink.gone.Load() {
			continue // there are fewer updates this time, or nobody asks for its state
		}
		if err := wantPanic(err); err != nil {
			return fmt.Errorf("update %d panics: %w", at, err)
		}
		if err := check(); err != nil {
			return fmt.Errorf("after a panic in update %d: %w", at, err)
		}
		w := newWeights(l.spec())
		if err := errors.Join(blas.CopyWeights(plan, w.w, w.b), l.checkSink(plan, w, x, dz)); err != nil {
			return fmt.Errorf("the update after a panic in update %d: %w", at, err)
		}
	}
	return nil
}
