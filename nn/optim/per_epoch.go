package optim

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

type perEpoch struct{ of Schedule }

// PerEpoch follows a schedule that takes epochs for steps: the rate of an epoch is that of the step of its number,
// and the training has as many steps as Fit has epochs. This is what PyTorch's schedules do whose step is called
// once an epoch:
//
//	optim.PerEpoch(optim.Step(30, 0.1))
//
// Outside of Fit nobody knows the epoch, and a step is an error. A nil schedule is one of Validate.
func PerEpoch(of Schedule) Schedule { return perEpoch{of} }

func perEpochPart() catalog.Part[Schedule] {
	return catalog.Part[Schedule]{
		Name:   "per_epoch",
		Params: []catalog.Param{{Name: "of", Kind: catalog.OnePart, Help: "what takes epochs for steps"}},
		Help:   "a schedule that counts epochs instead of steps", Formula: "of(epoch)", Torch: "a scheduler whose step is called once an epoch",
		Example: "per_epoch(step(2))",
		New: func(a catalog.Args) (Schedule, error) {
			s := PerEpoch(catalog.One[Schedule](a, "of"))
			return s, Check(s)
		},
	}
}

func (s perEpoch) String() string {
	spelling := perEpochPart().Spell()
	if s.of != nil {
		spelling = spelling.Part("of", s.of.String())
	}
	return spelling.String()
}

// at is where the training is for the schedule.
func (perEpoch) at(p Progress) Progress {
	p.Step, p.Steps = p.Epoch, p.Epochs
	return p
}

func (s perEpoch) Validate(p Progress) error {
	if s.of == nil {
		return fault.Nil("per_epoch", "schedule", "one such as Step or Cosine")
	}
	if p.Epoch < 1 {
		return fault.Value("per_epoch", "epoch", float64(p.Epoch), "one of Fit, from 1")
	}
	return s.of.Validate(s.at(p))
}

func (s perEpoch) Rate(base float64, p Progress) float64 {
	if s.of == nil {
		return base
	}
	return s.of.Rate(base, s.at(p))
}

// Momenta implements MomentumSchedule.
func (s perEpoch) Momenta(own float64) (least, most float64, ok bool) { return momentaOf(own, s.of) }

// Momentum implements MomentumSchedule.
func (s perEpoch) Momentum(own float64, p Progress) float64 { return momentumOf(s.of, own, s.at(p)) }

// Start implements Adaptive.
func (s perEpoch) Start() Observer {
	if s.of == nil {
		return nil
	}
	if o := Start(s.of); o != nil {
		return watchedPerEpoch{o, s}
	}
	return nil
}

// watchedPerEpoch is a perEpoch of what observes.
type watchedPerEpoch struct {
	Observer
	perEpoch perEpoch
}

func (s watchedPerEpoch) Observe(p Progress, value float64) {
	s.Observer.Observe(s.perEpoch.at(p), value)
}

func (s watchedPerEpoch) Rate(base float64, p Progress) float64 {
	return s.Observer.Rate(base, s.perEpoch.at(p))
}
