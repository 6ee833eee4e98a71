package optim

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

type warmup struct {
	steps int
	then  Schedule
}

// Warmup lets the rate rise linearly to the whole of it over the given number
// of steps, and follows another schedule from there on, which has the steps that are left:
//
//	rate = base·step/steps           for step ≤ steps
//	rate = then(base, step-steps)    for step > steps
//
// The first step already moves, at base/steps: the warm-up of Goyal et al.,
// "Accurate, large minibatch SGD" (2017). A nil schedule is an error of Validate.
func Warmup(steps int, then Schedule) Schedule { return warmup{steps, then} }

func warmupPart() catalog.Part[Schedule] {
	return catalog.Part[Schedule]{
		Name: "warmup",
		Params: []catalog.Param{
			{Name: "steps", Kind: catalog.Integer, Range: catalog.AtLeast(0), Help: "until the rate is whole"},
			{Name: "then", Kind: catalog.OnePart, Help: "what follows"},
		},
		Help: "rises, then follows another schedule", Formula: "lr·min(step/steps, 1)", Torch: "LinearLR, then another by SequentialLR",
		Example: "warmup(500, cosine)",
		New: func(a catalog.Args) (Schedule, error) {
			s := Warmup(a.Int("steps"), catalog.One[Schedule](a, "then"))
			return s, Check(s)
		},
	}
}

func (s warmup) String() string {
	spelling := warmupPart().Spell().Int("steps", s.steps)
	if s.then != nil {
		spelling = spelling.Part("then", s.then.String())
	}
	return spelling.String()
}

func (s warmup) Validate(p Progress) error {
	if s.steps < 0 {
		return fault.Value("warmup", "steps", float64(s.steps), "at least 0")
	}
	if s.then == nil {
		return fault.Nil("warmup", "schedule to follow", "one such as Constant or Cosine")
	}
	return s.then.Validate(s.after(p))
}

func (s warmup) Rate(base float64, p Progress) float64 {
	switch {
	case p.Step <= s.steps:
		return s.rising(base, p)
	case s.then == nil:
		return base
	}
	return s.then.Rate(base, s.after(p))
}

func (s warmup) rising(base float64, p Progress) float64 {
	return base * float64(max(p.Step, 1)) / float64(s.steps)
}

// after is where the training is for the schedule that follows. One that ends before the
// warm-up does has an end all the same.
func (s warmup) after(p Progress) Progress {
	p.Step -= s.steps
	if p.Steps > 0 {
		p.Steps = max(p.Steps-s.steps, 1)
	}
	return p
}

// Start implements Adaptive.
func (s warmup) Start() Observer {
	if s.then == nil {
		return nil
	}
	if then := Start(s.then); then != nil {
		return warming{then, s}
	}
	return nil
}

// warming is a warm-up at work that something follows which observes.
type warming struct {
	Observer // what follows; its state is all there is
	warmup   warmup
}

// Observe is told of what comes before the end of the warm-up too, and does not pass it on:
// what goes on there says nothing about the rate.
func (s warming) Observe(p Progress, value float64) {
	if p.Step > s.warmup.steps {
		s.Observer.Observe(s.warmup.after(p), value)
	}
}

func (s warming) Rate(base float64, p Progress) float64 {
	if p.Step <= s.warmup.steps {
		return s.warmup.rising(base, p)
	}
	return s.Observer.Rate(base, s.warmup.after(p))
}
