package optim

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

type step struct {
	every  int
	factor float64
}

// Step multiplies the rate by factor, more than 0 and at most 1, after every so many steps, at least 1:
//
//	rate = base·factor^⌊(step-1)/every⌋
//
// This is PyTorch's StepLR, whose gamma is 0.1. PerEpoch counts epochs instead.
func Step(every int, factor float64) Schedule { return step{every, factor} }

func stepPart() catalog.Part[Schedule] {
	return catalog.Part[Schedule]{
		Name: "step",
		Params: []catalog.Param{
			{Name: "every", Kind: catalog.Integer, Range: catalog.AtLeast(1), Help: "so many steps", Formerly: []string{"step_size"}},
			factorParam("0.1"),
		},
		Help: "falls at regular intervals", Formula: "lr·factor^⌊(step-1)/every⌋", Torch: "StepLR",
		Example: "step(3, factor=0.5)",
		New: func(a catalog.Args) (Schedule, error) {
			s := Step(a.Int("every"), a.Float("factor"))
			return s, Check(s)
		},
	}
}

// factorParam is what falls multiply the rate by.
func factorParam(byDefault string) catalog.Param {
	return catalog.Param{Name: "factor", Kind: catalog.Number, Default: byDefault, Range: catalog.Between(0, 1), Help: "what the rate is multiplied by", Formerly: []string{"gamma"}}
}

func checkFactor(of string, factor float64) error {
	if !(factor > 0 && factor <= 1) {
		return fault.Value(of, "factor", factor, "more than 0 and at most 1")
	}
	return nil
}

func (s step) String() string {
	return stepPart().Spell().Int("every", s.every).Float("factor", s.factor).String()
}

func (s step) Validate(Progress) error {
	if s.every < 1 {
		return fault.Value("step", "every", float64(s.every), "at least 1 step")
	}
	return checkFactor("step", s.factor)
}

func (s step) Rate(base float64, p Progress) float64 {
	return base * math.Pow(s.factor, float64(max(p.Step-1, 0)/s.every))
}
