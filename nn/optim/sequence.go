package optim

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

type sequence struct {
	first Schedule
	steps int
	then  Schedule
}

// Sequence follows one schedule for so many steps, at least 0, which are all that it knows of, and another from
// there on, which has the steps that are left and begins with its first:
//
//	rate = first(base, step)          for step ≤ steps
//	rate = then(base, step-steps)     for step > steps
//
// This is PyTorch's SequentialLR of two; then may be a Sequence. Epochs are not counted anew: a PerEpoch in it goes by
// those of the whole training, and PerEpoch(Sequence(first, epochs, then)) is a sequence of epochs. A nil schedule is an error of Validate.
func Sequence(first Schedule, steps int, then Schedule) Schedule {
	return sequence{first, steps, then}
}

func sequencePart() catalog.Part[Schedule] {
	return catalog.Part[Schedule]{
		Name: "sequence",
		Params: []catalog.Param{
			{Name: "first", Kind: catalog.OnePart, Help: "what is followed at first"},
			{Name: "steps", Kind: catalog.Integer, Range: catalog.AtLeast(0), Help: "and how long"},
			{Name: "then", Kind: catalog.OnePart, Help: "what follows"},
		},
		Help: "one schedule after another", Formula: "first(step) up to steps, then(step-steps) after that", Torch: "SequentialLR",
		Example: "sequence(linear(from=0.1, to=1), 4, cosine)",
		New: func(a catalog.Args) (Schedule, error) {
			s := Sequence(catalog.One[Schedule](a, "first"), a.Int("steps"), catalog.One[Schedule](a, "then"))
			return s, Check(s)
		},
	}
}

func (s sequence) String() string {
	spelling := sequencePart().Spell()
	if s.first != nil {
		spelling = spelling.Part("first", s.first.String())
	}
	spelling = spelling.Int("steps", s.steps)
	if s.then != nil {
		spelling = spelling.Part("then", s.then.String())
	}
	return spelling.String()
}

func (s sequence) Validate(p Progress) error {
	if s.steps < 0 {
		return fault.Value("sequence", "steps", float64(s.steps), "at least 0")
	}
	if s.first == nil || s.then == nil {
		return fault.Nil("sequence", "schedule to follow", "one such as Constant or Cosine")
	}
	if s.steps > 0 {
		if err := s.first.Validate(s.before(p)); err != nil {
			return err
		}
	}
	return s.then.Validate(s.after(p))
}

// before is where the training is for the first schedule, and after for the other. One that ends before that
// begins has an end all the same.
func (s sequence) before(p Progress) Progress {
	p.Steps = s.steps
	return p
}

func (s sequence) after(p Progress) Progress {
	p.Step -= s.steps
	if p.Steps > 0 {
		p.Steps = max(p.Steps-s.steps, 1)
	}
	return p
}

// at returns which of the two a step is of, and where the training is for it.
func (s sequence) at(p Progress) (first bool, at Progress) {
	if p.Step <= s.steps {
		return true, s.before(p)
	}
	return false, s.after(p)
}

func (s sequence) Rate(base float64, p Progress) float64 {
	first, at := s.at(p)
	of := s.then
	if first {
		of = s.first
	}
	if of == nil {
		return base
	}
	return of.Rate(base, at)
}

// Momenta implements MomentumSchedule.
func (s sequence) Momenta(own float64) (least, most float64, ok bool) {
	return momentaOf(own, s.first, s.then)
}

// Momentum implements MomentumSchedule: that of the schedule that the step is of, or the rule's own where it moves none.
func (s sequence) Momentum(own float64, p Progress) float64 {
	first, at := s.at(p)
	if first {
		return momentumOf(s.first, own, at)
	}
	return momentumOf(s.then, own, at)
}

// Start implements Adaptive.
func (s sequence) Start() Observer {
	o := &watchedSequence{sequence: s}
	if s.first != nil {
		o.first = Start(s.first)
	}
	if s.then != nil {
		o.then = Start(s.then)
	}
	if o.first == nil && o.then == nil {
		return nil
	}
	return o
}

// watchedSequence is a sequence at work of which one schedule or both observe.
type watchedSequence struct {
	sequence
	first, then Observer // nil if it does not
}

// Observe tells the schedule that the step to come is of: what goes on before it begins says nothing about its rate.
func (s *watchedSequence) Observe(p Progress, value float64) {
	first, at := s.at(p)
	of := s.then
	if first {
		of = s.first
	}
	if of != nil {
		of.Observe(at, value)
	}
}

func (s *watchedSequence) Rate(base float64, p Progress) float64 {
	switch first, at := s.at(p); {
	case first && s.first != nil:
		return s.first.Rate(base, at)
	case !first && s.then != nil:
		return s.then.Rate(base, at)
	}
	return s.sequence.Rate(base, p)
}

// State is that of the first and then that of the other.
func (s *watchedSequence) State() (state []float64) {
	for _, o := range []Observer{s.first, s.then} {
		if o != nil {
			state = append(state, o.State()...)
		}
	}
	return state
}

func (s *watchedSequence) SetState(state []float64) error {
	if s.first == nil {
		return s.then.SetState(state)
	}
	if s.then == nil {
		return s.first.SetState(state)
	}
	before := s.first.State()
	cut := min(len(before), len(state))
	if err := s.first.SetState(state[:cut]); err != nil {
		return err
	}
	err := s.then.SetState(state[cut:])
	if err != nil {
		s.first.SetState(before) // which it has returned
	}
	return err
}
