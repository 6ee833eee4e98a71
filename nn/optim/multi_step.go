package optim

import (
	"math"
	"slices"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

type multiStep struct {
	factor float64
	at     []int
}

// MultiStep multiplies the rate by factor, more than 0 and at most 1, after each of these steps, which are at
// least 1 and rise:
//
//	rate = base·factorⁿ      after n of them
//
// This is PyTorch's MultiStepLR, whose gamma is 0.1. PerEpoch counts epochs instead.
func MultiStep(factor float64, at ...int) Schedule { return &multiStep{factor, slices.Clone(at)} }

func multiStepPart() catalog.Part[Schedule] {
	return catalog.Part[Schedule]{
		Name: "multi_step",
		Params: []catalog.Param{
			{Name: "at", Kind: catalog.Integers, Range: catalog.AtLeast(1), Help: "the steps after which it falls", Formerly: []string{"milestones"}},
			factorParam("0.1"),
		},
		Help: "falls after given steps", Formula: "lr·factorⁿ, after n of them", Torch: "MultiStepLR",
		Example: "multi_step([2, 5, 6], factor=0.5)",
		New: func(a catalog.Args) (Schedule, error) {
			s := MultiStep(a.Float("factor"), a.Ints("at")...)
			return s, Check(s)
		},
	}
}

func (s *multiStep) String() string {
	return multiStepPart().Spell().Ints("at", s.at...).Float("factor", s.factor).String()
}

func (s *multiStep) Validate(Progress) error {
	if len(s.at) == 0 {
		return fault.Value("multi_step", "number of steps", 0, "at least 1")
	}
	for i, at := range s.at {
		if at < 1 || i > 0 && at <= s.at[i-1] {
			return fault.Value("multi_step", "step", float64(at), "at least 1, and more than the one before")
		}
	}
	return checkFactor("multi_step", s.factor)
}

func (s *multiStep) Rate(base float64, p Progress) float64 {
	n, found := slices.BinarySearch(s.at, p.Step-1)
	if found {
		n++
	}
	return base * math.Pow(s.factor, float64(n))
}
