package optim

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

type polynomial struct {
	power float64
	floor float64
	over  length
	err   error
}

// PolynomialOption is an option of Polynomial.
type PolynomialOption interface{ applyPolynomial(*polynomial) }

// Polynomial lets the rate fall as a power, more than 0, of what is left of the training, from the whole of it at
// step 1 to a fraction, Floor, after the last step, and stays there:
//
//	rate = base·(floor + (1-floor)·(1 - min(step-1, steps)/steps)^power)
//
// This is PyTorch's PolynomialLR with total_iters = steps, where floor is 0. A power of 1 is a straight line. The
// steps are those to the end of Fit, or by Over a number of one's own, which steps outside of Fit need.
func Polynomial(power float64, opts ...PolynomialOption) Schedule {
	s := polynomial{power: power}
	for i, o := range opts {
		if o == nil {
			s.err = fault.Option("polynomial", i)
			continue
		}
		o.applyPolynomial(&s)
	}
	return s
}

func polynomialPart() catalog.Part[Schedule] {
	return catalog.Part[Schedule]{
		Name: "polynomial",
		Params: []catalog.Param{
			{Name: "power", Kind: catalog.Number, Default: "1", Range: catalog.Above(0), Help: "of what is left"},
			floorParam("0"),
			overParam(),
		},
		Help: "falls as a power of what is left", Formula: "lr·(floor + (1-floor)·(1-t)^power)", Torch: "PolynomialLR",
		Example: "polynomial(power=2, over=10)",
		New: func(a catalog.Args) (Schedule, error) {
			s := polynomial{power: a.Float("power"), floor: a.Float("floor"), over: lengthOf(a)}
			return s, Check(s)
		},
	}
}

func (s polynomial) String() string {
	return s.over.spell(polynomialPart().Spell().Float("power", s.power).Float("floor", s.floor)).String()
}

func (s polynomial) Validate(p Progress) error {
	if s.err != nil {
		return s.err
	}
	if !(s.power > 0 && s.power <= math.MaxFloat64) {
		return fault.Value("polynomial", "power", s.power, "a finite number, more than 0")
	}
	if err := checkFloor("polynomial", s.floor); err != nil {
		return err
	}
	return s.over.validate("polynomial", "fall", p)
}

func (s polynomial) Rate(base float64, p Progress) float64 {
	return base * (s.floor + (1-s.floor)*math.Pow(1-s.over.done(p), s.power))
}
