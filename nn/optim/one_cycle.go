package optim

import (
	"math"
	"slices"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

type oneCycle struct {
	rise       float64
	start, end float64
	linear     bool
	threePhase bool
	momentum   momentumCycle
	over       length
	err        error
}

// OneCycleOption is an option of OneCycle.
type OneCycleOption interface{ applyOneCycle(*oneCycle) }

type oneCycleOption func(*oneCycle)

func (o oneCycleOption) applyOneCycle(s *oneCycle) { o(s) }

// Rise is the part of OneCycle's steps in which the rate rises, between 0 and 1, and 0.3 by default.
func Rise(part float64) OneCycleOption { return oneCycleOption(func(s *oneCycle) { s.rise = part }) }

// Divisors are what the rate is divided by at the first step of OneCycle, and that of the first step at the last.
// Both are at least 1; 25 and 10000 are the default.
func Divisors(first, last float64) OneCycleOption {
	return oneCycleOption(func(s *oneCycle) { s.start, s.end = first, last })
}

// LinearPhases makes OneCycle go along straight lines in place of half cosines.
func LinearPhases() OneCycleOption { return oneCycleOption(func(s *oneCycle) { s.linear = true }) }

// ThreePhases makes OneCycle fall as fast as it rises, and then to its end. Rise is at most a half then.
func ThreePhases() OneCycleOption {
	return oneCycleOption(func(s *oneCycle) { s.threePhase = true })
}

// OneCycle lets the rate rise from a small part of it to all of it and fall to next to nothing, along half cosines
// (Smith and Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2019).
// This is PyTorch's OneCycleLR with max_lr = base. The rate and the momentum, or beta1, are
//
//	base/first             0.95     at step 1
//	base                   0.85     at step rise·steps
//	base/first             0.95     at step 2·rise·steps - 1, if there are three phases
//	base/first/last        0.95     at the last step, and after it
//
// CycleMomentum sets other momenta. Rules without any, and rules whose own cannot move, are refused together with
// it, unless KeepMomentum leaves theirs as they are: MomentumSchedule.
//
// The steps are those to the end of Fit, or by Over a number of one's own, which steps outside of Fit need.
func OneCycle(opts ...OneCycleOption) Schedule {
	s := oneCycle{rise: 0.3, start: 25, end: 1e4, momentum: oneCycleMomentum()}
	for i, o := range opts {
		if o == nil {
			s.err = fault.Option("one_cycle", i)
			continue
		}
		o.applyOneCycle(&s)
	}
	return s
}

func oneCyclePart() catalog.Part[Schedule] {
	return catalog.Part[Schedule]{
		Name: "one_cycle",
		Params: slices.Concat([]catalog.Param{
			{Name: "rise", Kind: catalog.Number, Default: "0.3", Range: catalog.Inside(0, 1), Help: "the part of the steps in which it rises", Formerly: []string{"pct_start"}},
			{Name: "first", Kind: catalog.Number, Default: "25", Range: catalog.AtLeast(1), Help: "what the rate is divided by at the first step", Formerly: []string{"div_factor"}},
			{Name: "last", Kind: catalog.Number, Default: "10000", Range: catalog.AtLeast(1), Help: "and that at the last", Formerly: []string{"final_div_factor"}},
			{Name: "linear", Kind: catalog.Bool, Default: "false", Help: "straight lines in place of half cosines"},
			{Name: "three_phases", Kind: catalog.Bool, Default: "false", Help: "falls as fast as it rises, and then to the end", Formerly: []string{"three_phase"}},
			overParam(),
		}, oneCycleMomentum().params()),
		Help: "rises, then falls to next to nothing", Formula: "from lr/first to lr to lr/first/last", Torch: "OneCycleLR",
		Example: "one_cycle(first=10, last=100)",
		New: func(a catalog.Args) (Schedule, error) {
			s := oneCycle{
				rise: a.Float("rise"), start: a.Float("first"), end: a.Float("last"),
				linear: a.Bool("linear"), threePhase: a.Bool("three_phases"), over: lengthOf(a), momentum: momentumCycleOf(a),
			}
			return s, Check(s)
		},
	}
}

func (s oneCycle) String() string {
	spelling := oneCyclePart().Spell().Float("rise", s.rise).Float("first", s.start).Float("last", s.end).
		Bool("linear", s.linear).Bool("three_phases", s.threePhase)
	return s.momentum.spell(s.over.spell(spelling)).String()
}

func (s oneCycle) Validate(p Progress) error {
	switch {
	case s.err != nil:
		return s.err
	case !(s.rise > 0 && s.rise < 1):
		return fault.Value("one_cycle", "rise", s.rise, "more than 0 and less than 1")
	case s.threePhase && s.rise > 0.5:
		return fault.Value("one_cycle", "rise", s.rise, "at most 0.5 with three phases")
	case !(s.start >= 1 && s.start <= math.MaxFloat64):
		return fault.Value("one_cycle", "first", s.start, "a finite number, at least 1")
	case !(s.end >= 1 && s.end <= math.MaxFloat64):
		return fault.Value("one_cycle", "last", s.end, "a finite number, at least 1")
	}
	if err := s.momentum.validate("one_cycle", oneCycleMomentum()); err != nil {
		return err
	}
	return s.over.validate("one_cycle", "rise and fall", p)
}

func (s oneCycle) Rate(base float64, p Progress) float64 {
	low := 1 / s.start
	return base * s.along(p, low, 1, low, low/s.end)
}

// Momenta implements MomentumSchedule.
func (s oneCycle) Momenta(own float64) (least, most float64, ok bool) { return s.momentum.momenta(own) }

// Momentum implements MomentumSchedule.
func (s oneCycle) Momentum(own float64, p Progress) float64 {
	if s.momentum.kept {
		return own
	}
	// What is rounded stays between the two.
	m := s.along(p, s.momentum.most, s.momentum.base, s.momentum.most, s.momentum.most)
	return min(max(m, s.momentum.base), s.momentum.most)
}

// along is where the step to come is on the way from one value to the one at the top, to one after it if there are
// three phases, and to the last.
func (s oneCycle) along(p Progress, first, peak, after, last float64) float64 {
	steps := float64(s.over.of(p))
	at := min(float64(max(p.Step-1, 0)), steps-1)
	top := s.rise*steps - 1
	switch down := 2*s.rise*steps - 2; {
	case at <= top:
		return s.between(first, peak, at, 0, top)
	case !s.threePhase:
		return s.between(peak, last, at, top, steps-1)
	case at <= down:
		return s.between(peak, after, at, top, down)
	default:
		return s.between(after, last, at, down, steps-1)
	}
}

// between is what is at a step on the way from one value, at step start, to another, at step end.
func (s oneCycle) between(from, to, at, start, end float64) float64 {
	part := 1.0
	if end > start {
		part = (at - start) / (end - start)
	}
	if !s.linear {
		part = (1 - math.Cos(math.Pi*part)) / 2
	}
	return from + (to-from)*part
}
