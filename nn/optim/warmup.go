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
	return s.sequence().Validate(p)
}

// sequence is the same of two parts.
func (s warmup) sequence() sequence { return sequence{rising(s.steps), s.steps, s.then} }

func (s warmup) Rate(base float64, p Progress) float64 { return s.sequence().Rate(base, p) }

// Momenta implements MomentumSchedule.
func (s warmup) Momenta(own float64) (least, most float64, ok bool) { return s.sequence().Momenta(own) }

// Momentum implements MomentumSchedule: the rule's own in the warm-up.
func (s warmup) Momentum(own float64, p Progress) float64 { return s.sequence().Momentum(own, p) }

// Start implements Adaptive. What is observed before the end of the warm-up says nothing about the rate, and does
// not count.
func (s warmup) Start() Observer { return s.sequence().Start() }

// rising is a warm-up alone, of so many steps.
type rising int

func (s rising) String() string        { return warmup{steps: int(s)}.String() }
func (rising) Validate(Progress) error { return nil }

func (s rising) Rate(base float64, p Progress) float64 {
	return base * float64(max(p.Step, 1)) / float64(s)
}
