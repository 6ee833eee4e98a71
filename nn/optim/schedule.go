package optim

// Progress is where a training is.
type Progress struct {
	Step  int // the step to come, counted from 1 over the trainer's life
	Steps int // the step with which Fit ends, 0 where nobody knows: outside of Fit
}

// Schedule scales the learning rate as training goes on. One of one's own is these
// methods, and a line of a catalogue if it is to be found by name: see Schedules.
type Schedule interface {
	// String is the schedule's spelling: its name, and what differs from the
	// defaults, as in "warmup(500, cosine)".
	String() string
	// Rate is the learning rate of the step to come, for a rule whose own rate is base:
	// a function of these alone. NaN, if a schedule needs to know p.Steps and nobody does, is
	// an error of the step.
	Rate(base float64, p Progress) float64
	// Validate reports impossible hyper-parameters.
	Validate() error
}
