package optim

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

type plateau struct {
	factor    float64
	patience  int
	threshold float64
	absolute  bool
	cooldown  int
	floor     float64
	change    float64
	err       error
}

// PlateauOption is an option of Plateau.
type PlateauOption interface{ applyPlateau(*plateau) }

type plateauOption func(*plateau)

func (o plateauOption) applyPlateau(s *plateau) { o(s) }

// Threshold sets what a value has to be better by, as a fraction of the best one. The default
// is 1e-4.
func Threshold(fraction float64) PlateauOption {
	return plateauOption(func(s *plateau) { s.threshold, s.absolute = fraction, false })
}

// AbsoluteThreshold sets what a value has to be better by, in its own unit.
func AbsoluteThreshold(difference float64) PlateauOption {
	return plateauOption(func(s *plateau) { s.threshold, s.absolute = difference, true })
}

// Cooldown sets how many values after a fall are not counted. The default is 0.
func Cooldown(values int) PlateauOption {
	return plateauOption(func(s *plateau) { s.cooldown = values })
}

// LeastChange sets what a fall has to take off the rate, as a fraction of all of it, or the rate stays. The
// default is 0.
func LeastChange(fraction float64) PlateauOption {
	return plateauOption(func(s *plateau) { s.change = fraction })
}

// Plateau multiplies the rate by factor, below 1, when more than patience values in a row were
// no better than the best before:
//
//	better:  value < best - threshold·|best|, or best - threshold by AbsoluteThreshold
//	rate = base·max(factorⁿ, floor) after n falls
//
// This is PyTorch's ReduceLROnPlateau of mode min with min_lr = floor·base and eps = 0, or by LeastChange a
// fraction of base. (For a best below zero, PyTorch's relative threshold would take a value that is no lower for
// better.) NaN is never better. Values are those that Observer says; outside of Fit the rate is constant until
// somebody observes, by Optimizer.Observer.
func Plateau(factor float64, patience int, opts ...PlateauOption) Schedule {
	s := plateau{factor: factor, patience: patience, threshold: 1e-4}
	for i, o := range opts {
		if o == nil {
			s.err = fault.Option("plateau", i)
			continue
		}
		o.applyPlateau(&s)
	}
	return s
}

func plateauPart() catalog.Part[Schedule] {
	return catalog.Part[Schedule]{
		Name: "plateau",
		Params: []catalog.Param{
			{Name: "factor", Kind: catalog.Number, Default: "0.1", Range: catalog.Between(0, 1), Help: "what the rate is multiplied by, between 0 and 1"},
			{Name: "patience", Kind: catalog.Integer, Default: "10", Range: catalog.AtLeast(0), Help: "validations without a better one that are borne"},
			{Name: "threshold", Kind: catalog.Number, Default: "1e-4", Range: catalog.AtLeast(0), Help: "what is better, as a fraction of the best"},
			{Name: "absolute", Kind: catalog.Bool, Default: "false", Help: "the threshold is a difference"},
			{Name: "cooldown", Kind: catalog.Integer, Default: "0", Range: catalog.AtLeast(0), Help: "validations after a fall that do not count"},
			floorParam("0"),
			{Name: "least_change", Kind: catalog.Number, Default: "0", Range: catalog.Between(0, 1), Help: "what a fall has to take off, as a fraction of the rate", Formerly: []string{"eps"}},
		},
		Help: "falls when the loss does not", Formula: "lr·max(factorⁿ, floor)", Torch: "ReduceLROnPlateau",
		Example: "plateau(factor=0.5, patience=3)",
		New: func(a catalog.Args) (Schedule, error) {
			s := plateau{
				factor: a.Float("factor"), patience: a.Int("patience"), threshold: a.Float("threshold"), absolute: a.Bool("absolute"),
				cooldown: a.Int("cooldown"), floor: a.Float("floor"), change: a.Float("least_change"),
			}
			return s, Check(s)
		},
	}
}

func (s plateau) String() string {
	return plateauPart().Spell().Float("factor", s.factor).Int("patience", s.patience).Float("threshold", s.threshold).
		Bool("absolute", s.absolute).Int("cooldown", s.cooldown).Float("floor", s.floor).Float("least_change", s.change).String()
}

func (s plateau) Validate(Progress) error {
	switch {
	case s.err != nil:
		return s.err
	case !(s.factor > 0 && s.factor < 1):
		return fault.Value("plateau", "factor", s.factor, "more than 0 and less than 1")
	case s.patience < 0:
		return fault.Value("plateau", "patience", float64(s.patience), "at least 0 values")
	case s.cooldown < 0:
		return fault.Value("plateau", "cooldown", float64(s.cooldown), "at least 0 values")
	case !(s.threshold >= 0 && s.threshold <= math.MaxFloat64):
		return fault.Value("plateau", "threshold", s.threshold, "a finite number, at least 0")
	case !(s.change >= 0 && s.change <= 1):
		return fault.Value("plateau", "least_change", s.change, "a fraction from 0 to 1")
	}
	return checkFloor("plateau", s.floor)
}

func (plateau) Rate(base float64, _ Progress) float64 { return base }

// Start implements Adaptive.
func (s plateau) Start() Observer { return &watchedPlateau{plateau: s, best: math.Inf(1), left: 1} }

// watchedPlateau is a plateau at work.
type watchedPlateau struct {
	plateau
	best float64 // of the values
	bad  int     // values since, as far as they count
	cool int     // values to come that do not count
	left float64 // fraction of the rate
}

func (s *watchedPlateau) Observe(_ Progress, value float64) {
	if s.better(value) {
		s.best, s.bad = value, 0
	} else {
		s.bad++
	}
	if s.cool > 0 {
		s.cool--
		s.bad = 0
	}
	if s.bad > s.patience {
		if left := max(s.left*s.factor, s.floor); s.left-left > s.change {
			s.left = left
		}
		s.cool, s.bad = s.cooldown, 0
	}
}

func (s *watchedPlateau) better(value float64) bool {
	switch {
	case math.IsInf(s.best, 1): // where a threshold times the best is nothing to subtract
		return value < s.best
	case s.absolute:
		return value < s.best-s.threshold
	}
	return value < s.best-s.threshold*math.Abs(s.best)
}

func (s *watchedPlateau) Rate(base float64, _ Progress) float64 { return base * s.left }

func (s *watchedPlateau) State() []float64 {
	return []float64{s.best, float64(s.bad), float64(s.cool), s.left}
}

func (s *watchedPlateau) SetState(state []float64) error {
	if len(state) != 4 {
		return fault.Value("plateau", "length of its state", float64(len(state)), "4: best, bad, cooldown and fraction of the rate")
	}
	best, bad, cool, left := state[0], state[1], state[2], state[3]
	switch {
	case math.IsNaN(best):
		return fault.Value("plateau", "best of its state", best, "a number")
	case !(bad >= 0 && bad <= float64(s.patience) && bad == math.Trunc(bad)):
		return fault.Value("plateau", "bad values of its state", bad, "a whole number, not more than its patience")
	case !(cool >= 0 && cool <= float64(s.cooldown) && cool == math.Trunc(cool)):
		return fault.Value("plateau", "cooldown of its state", cool, "a whole number, not more than its own")
	case !(left >= s.floor && left <= 1):
		return fault.Value("plateau", "fraction of its state", left, "at least its floor and at most 1")
	}
	s.best, s.bad, s.cool, s.left = best, int(bad), int(cool), left
	return nil
}
