package optim

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

type cosine struct {
	floor float64
	over  length
	err   error
}

// CosineOption is an option of Cosine.
type CosineOption interface{ applyCosine(*cosine) }

// Cosine lets the rate fall along half a cosine, from the whole of it at step
// 1 to a fraction, Floor, after the last step, and stays there:
//
//	rate = base·(floor + (1-floor)·(1+cos(π·min(step-1, steps)/steps))/2)
//
// This is PyTorch's CosineAnnealingLR with T_max = steps and eta_min =
// floor·base, and SGDR without restarts (Loshchilov and Hutter, 2017).
//
// The steps are those to the end of Fit: a second Fit bends the curve. With Over they are a
// number of one's own; steps outside of Fit need it, and are an error without.
func Cosine(opts ...CosineOption) Schedule {
	var s cosine
	for i, o := range opts {
		if o == nil {
			s.err = fault.Option("cosine", i)
			continue
		}
		o.applyCosine(&s)
	}
	return s
}

func cosinePart() catalog.Part[Schedule] {
	return catalog.Part[Schedule]{
		Name: "cosine",
		Params: []catalog.Param{
			floorParam("0"),
			overParam(),
		},
		Help: "falls along half a cosine", Formula: "lr·(floor + (1-floor)·(1+cos(π·t))/2)", Torch: "CosineAnnealingLR",
		Example: "cosine(floor=0.1, over=1000)",
		New: func(a catalog.Args) (Schedule, error) {
			s := cosine{floor: a.Float("floor"), over: lengthOf(a)}
			return s, Check(s)
		},
	}
}

func (s cosine) String() string {
	return s.over.spell(cosinePart().Spell().Float("floor", s.floor)).String()
}

func (s cosine) Rate(base float64, p Progress) float64 {
	fall := (1 + math.Cos(math.Pi*s.over.done(p))) / 2
	return base * (s.floor + (1-s.floor)*fall)
}

func (s cosine) Validate(p Progress) error {
	if s.err != nil {
		return s.err
	}
	if err := checkFloor("cosine", s.floor); err != nil {
		return err
	}
	return s.over.validate("cosine", "fall", p)
}
