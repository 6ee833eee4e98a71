package optim

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
)

type exponential struct{ factor float64 }

// Exponential multiplies the rate by factor, more than 0 and at most 1, after each step:
//
//	rate = base·factor^(step-1)
//
// This is PyTorch's ExponentialLR. PerEpoch counts epochs instead.
func Exponential(factor float64) Schedule { return exponential{factor} }

func exponentialPart() catalog.Part[Schedule] {
	factor := factorParam("")
	return catalog.Part[Schedule]{
		Name: "exponential", Params: []catalog.Param{factor},
		Help: "falls by a factor at each step", Formula: "lr·factor^(step-1)", Torch: "ExponentialLR",
		Example: "exponential(0.9)",
		New: func(a catalog.Args) (Schedule, error) {
			s := Exponential(a.Float("factor"))
			return s, Check(s)
		},
	}
}

func (s exponential) String() string {
	return exponentialPart().Spell().Float("factor", s.factor).String()
}

func (s exponential) Validate(Progress) error { return checkFactor("exponential", s.factor) }

func (s exponential) Rate(base float64, p Progress) float64 {
	return base * math.Pow(s.factor, float64(max(p.Step-1, 0)))
}
