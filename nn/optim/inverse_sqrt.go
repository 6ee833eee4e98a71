package optim

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

type inverseSqrt struct{ warmup int }

// InverseSqrt lets the rate rise along a straight line for warmup steps, at least 1, and then fall as the inverse
// square root of steps (Vaswani et al., "Attention is all you need", 2017):
//
//	rate = base·min(step/warmup, √(warmup/step))
//
// It needs no end of the training.
func InverseSqrt(warmup int) Schedule { return inverseSqrt{warmup} }

func inverseSqrtPart() catalog.Part[Schedule] {
	return catalog.Part[Schedule]{
		Name:   "inverse_sqrt",
		Params: []catalog.Param{{Name: "warmup", Kind: catalog.Integer, Default: "1", Range: catalog.AtLeast(1), Help: "steps in which it rises"}},
		Help:   "rises, then falls as 1/√step", Formula: "lr·min(step/warmup, √(warmup/step))",
		Example: "inverse_sqrt(4)",
		New: func(a catalog.Args) (Schedule, error) {
			s := InverseSqrt(a.Int("warmup"))
			return s, Check(s)
		},
	}
}

func (s inverseSqrt) String() string {
	return inverseSqrtPart().Spell().Int("warmup", s.warmup).String()
}

func (s inverseSqrt) Validate(Progress) error {
	if s.warmup < 1 {
		return fault.Value("inverse_sqrt", "warmup", float64(s.warmup), "at least 1 step")
	}
	return nil
}

func (s inverseSqrt) Rate(base float64, p Progress) float64 {
	step, warmup := float64(max(p.Step, 1)), float64(s.warmup)
	return base * min(step/warmup, math.Sqrt(warmup/step))
}
