package optim

import "math"

// Progress is where a training is. Numbers count over the trainer's life, and are 0 where
// nobody knows them: outside of Fit only Step is known.
type Progress struct {
	Step   int // the step to come, from 1
	Steps  int // the step with which Fit ends
	Epoch  int // the epoch under way, from 1
	Epochs int // the epoch with which Fit ends
}

// Schedule scales the learning rate as training goes on. One of one's own is these
// methods, and a line of a catalogue if it is to be found by name: see Schedules. It has
// no memory, so that trainers may share it; one that needs some is Adaptive.
type Schedule interface {
	// String is the schedule's spelling: its name, and what differs from the
	// defaults, as in "warmup(500, cosine)".
	String() string
	// Validate reports impossible hyper-parameters, and a training, which is at p, that
	// the schedule has no rates for: one whose end it has to know and nobody does.
	// Trainers ask before the first step of a Fit, and before a step outside of one.
	Validate(p Progress) error
	// Rate is the learning rate of the step to come, for a rule whose own rate is base:
	// a function of these alone.
	Rate(base float64, p Progress) float64
}

// Adaptive is a Schedule that goes by what it observes. Its own Rate is that of a training
// of which nothing has been observed.
type Adaptive interface {
	Schedule
	// Start returns what observes one training and has seen nothing yet, or nil if there
	// is nothing to observe, as in a warm-up that a constant rate follows. Each optimizer
	// has its own.
	Start() Observer
}

// Observer is an Adaptive schedule at work in one training.
type Observer interface {
	// Observe takes a value, the lower the better: Fit gives it the loss of each validation,
	// or, without any, that of each epoch's training. p has the step to come.
	Observe(p Progress, value float64)
	// Rate is that of the schedule, after what has been observed.
	Rate(base float64, p Progress) float64
	// State is all that it remembers, for another to go on with by SetState, which
	// reports numbers that are no state and then changes nothing.
	State() []float64
	SetState(state []float64) error
}

// Start returns an observer for one training by s, nil if there is nothing to observe.
func Start(s Schedule) Observer {
	if a, ok := s.(Adaptive); ok {
		return a.Start()
	}
	return nil
}

// Check reports a schedule that is impossible in any training.
func Check(s Schedule) error {
	return s.Validate(Progress{Step: 1, Steps: math.MaxInt, Epoch: 1, Epochs: math.MaxInt})
}
