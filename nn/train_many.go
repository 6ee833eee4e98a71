package nn

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
)

// Training is a call of Fit that TrainMany makes.
type Training struct {
	Trainer *Trainer
	// Source may be that of several trainings, if it may be opened by all of them at the same
	// time, as samples in memory may.
	Source  data.Source
	Options []FitOption
}

// ManyOption changes one thing about TrainMany.
type ManyOption func(*many)

// AtOnce sets how many trainings run at the same time, as many as GOMAXPROCS without it.
func AtOnce(n int) ManyOption { return func(m *many) { m.lanes = n } }

// TrainingError is the error of one of the trainings of TrainMany.
type TrainingError struct {
	Index int // of the training, counted from 0
	Err   error
}

func (e *TrainingError) Error() string { return fmt.Sprintf("training %d: %v", e.Index, e.Err) }

// Unwrap returns the training's own error.
func (e *TrainingError) Unwrap() error { return e.Err }

// TrainMany trains networks at the same time, each on one core: a sweep, the folds of a cross
// validation, an ensemble. Small networks, whose steps are too short to be shared out, train as
// many times as fast as there are cores, and large ones no slower. Each result has the bits that
// Fit gives it alone. The backends of the networks, one for all or one for each, are held for
// the time (blas.Soloist): others who use them meanwhile work alone too. The last training to
// run has all workers again.
//
// It returns the histories, in order, and when all trainings have ended their errors, each a
// *TrainingError, joined: one that fails leaves the others as they are. When ctx is done all of
// them end as Fit does, and those that had not begun have the error of ctx and no history.
func TrainMany(ctx context.Context, trainings []Training, opts ...ManyOption) ([]*History, error) {
	m := &many{list: trainings, lanes: runtime.GOMAXPROCS(0), histories: make([]*History, len(trainings)), errs: make([]error, len(trainings))}
	if ctx == nil {
		return nil, fault.Nil("train many", "context", "one such as context.Background()")
	}
	if err := apply("train many", opts, m); err != nil {
		return nil, err
	}
	if m.lanes < 1 {
		return nil, fault.Value("train many", "trainings at once", float64(m.lanes), "at least 1")
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	m.left = len(trainings)
	if m.lanes = min(m.lanes, len(trainings)); m.lanes > 1 {
		m.hold()
	}
	var running sync.WaitGroup
	for range m.lanes {
		running.Go(func() { m.run(ctx) })
	}
	running.Wait()
	m.release()
	return m.histories, m.err()
}

// many is a call of TrainMany under way.
type many struct {
	list      []Training
	lanes     int
	histories []*History
	errs      []error

	mu   sync.Mutex
	next int // the training that begins next
	left int // trainings that have not ended
	held []func()
}

// check reports trainings that cannot run beside each other.
func (m *many) check() error {
	trainers, networks := map[*Trainer]int{}, map[*Network]int{}
	for i, t := range m.list {
		if t.Trainer == nil || t.Trainer.net == nil {
			return &TrainingError{i, fault.Nil("train many", "trainer", "one of NewTrainer")}
		}
		if j, twice := trainers[t.Trainer]; twice {
			return &TrainingError{i, fmt.Errorf("its trainer is that of training %d: %w", j, ErrBusy)}
		}
		if j, twice := networks[t.Trainer.net]; twice {
			return &TrainingError{i, fmt.Errorf("its network is that of training %d: %w", j, ErrBusy)}
		}
		trainers[t.Trainer], networks[t.Trainer.net] = i, i
	}
	return nil
}

// hold keeps workers out.
func (m *many) hold() {
	for _, t := range m.list { // a backend that comes twice is held twice
		if s, ok := t.Trainer.net.Backend().(blas.Soloist); ok {
			m.held = append(m.held, s.Solo())
		}
	}
}

// release lets them in again.
func (m *many) release() {
	for _, end := range m.held {
		end()
	}
	m.held = nil
}

// run does trainings until there are none left to begin.
func (m *many) run(ctx context.Context) {
	for {
		m.mu.Lock()
		i := m.next
		m.next++
		m.mu.Unlock()
		if i >= len(m.list) {
			return
		}
		if err := ctx.Err(); err != nil {
			m.errs[i] = err
		} else {
			t := m.list[i]
			m.histories[i], m.errs[i] = t.Trainer.Fit(ctx, t.Source, t.Options...)
		}
		m.mu.Lock()
		if m.left--; m.left == 1 {
			m.release()
		}
		m.mu.Unlock()
	}
}

// err joins the errors of the trainings.
func (m *many) err() error {
	var list []error
	for i, err := range m.errs {
		if err != nil {
			list = append(list, &TrainingError{i, err})
		}
	}
	return errors.Join(list...)
}
