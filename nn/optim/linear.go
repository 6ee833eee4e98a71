package optim

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

type linear struct {
	from, to float64
	over     length
	err      error
}

// LinearOption is an option of Linear.
type LinearOption interface{ applyLinear(*linear) }

// Linear takes the rate along a straight line from one fraction of it at step 1 to another after the last step, and
// stays there. Fractions are at least 0:
//
//	rate = base·(from + (to-from)·min(step-1, steps)/steps)
//
// This is PyTorch's LinearLR with total_iters = steps; its factors go from 1/3 to 1 unless something else is said.
// The steps are those to the end of Fit, or by Over a number of one's own, which steps outside of Fit need.
func Linear(from, to float64, opts ...LinearOption) Schedule {
	s := linear{from: from, to: to}
	for i, o := range opts {
		if o == nil {
			s.err = fault.Option("linear", i)
			continue
		}
		o.applyLinear(&s)
	}
	return s
}

func linearPart() catalog.Part[Schedule] {
	fraction := func(name, byDefault, help string, formerly string) catalog.Param {
		return catalog.Param{Name: name, Kind: catalog.Number, Default: byDefault, Range: catalog.AtLeast(0), Help: help, Formerly: []string{formerly}}
	}
	return catalog.Part[Schedule]{
		Name: "linear",
		Params: []catalog.Param{
			fraction("from", "1", "the fraction of the rate at first", "start_factor"),
			fraction("to", "0", "and at the end", "end_factor"),
			overParam(),
		},
		Help: "goes along a straight line", Formula: "lr·(from + (to-from)·t)", Torch: "LinearLR",
		Example: "linear(from=0.1, to=1, over=5)",
		New: func(a catalog.Args) (Schedule, error) {
			s := linear{from: a.Float("from"), to: a.Float("to"), over: lengthOf(a)}
			return s, Check(s)
		},
	}
}

func (s linear) String() string {
	return s.over.spell(linearPart().Spell().Float("from", s.from).Float("to", s.to)).String()
}

func (s linear) Validate(p Progress) error {
	if s.err != nil {
		return s.err
	}
	if err := fault.NonNegative("linear", "from", s.from); err != nil {
		return err
	}
	if err := fault.NonNegative("linear", "to", s.to); err != nil {
		return err
	}
	return s.over.validate("linear", "go", p)
}

func (s linear) Rate(base float64, p Progress) float64 {
	return base * (s.from + (s.to-s.from)*s.over.done(p))
}
