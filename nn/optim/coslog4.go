package optim

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

type cosLog4 struct {
	over length
	err  error
}

// CosLog4Option is an option of CosLog4.
type CosLog4Option interface{ applyCosLog4(*cosLog4) }

// CosLog4 takes the rate through four cosine cycles, each longer than the one before (Holzmüller et al., "Better by
// default: strong pre-tuned MLPs and boosted trees on tabular data", 2024: RealMLP):
//
//	rate = base·(1 - cos(2π·log2(1 + 15·min(step-1, steps)/steps)))/2
//
// It is 0 at step 1 and after the last one. The steps are those to the end of Fit, or by Over a number of one's
// own, which steps outside of Fit need.
func CosLog4(opts ...CosLog4Option) Schedule {
	var s cosLog4
	for i, o := range opts {
		if o == nil {
			s.err = fault.Option("coslog4", i)
			continue
		}
		o.applyCosLog4(&s)
	}
	return s
}

func cosLog4Part() catalog.Part[Schedule] {
	return catalog.Part[Schedule]{
		Name: "coslog4", Params: []catalog.Param{overParam()},
		Help: "four cosine cycles, each longer than the one before", Formula: "lr·(1-cos(2π·log2(1+15·t)))/2",
		New: func(a catalog.Args) (Schedule, error) {
			s := cosLog4{over: lengthOf(a)}
			return s, Check(s)
		},
	}
}

func (s cosLog4) String() string { return s.over.spell(cosLog4Part().Spell()).String() }

func (s cosLog4) Validate(p Progress) error {
	if s.err != nil {
		return s.err
	}
	return s.over.validate("coslog4", "go", p)
}

func (s cosLog4) Rate(base float64, p Progress) float64 {
	return base * (1 - math.Cos(2*math.Pi*math.Log2(1+15*s.over.done(p)))) / 2
}
