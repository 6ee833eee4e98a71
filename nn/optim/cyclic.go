package optim

import (
	"math"
	"slices"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

type cyclic struct {
	up, down int // down is 0 where it is as long as up
	floor    float64
	halves   bool
	factor   float64
	momentum momentumCycle
	err      error
}

// CyclicOption is an option of Cyclic.
type CyclicOption interface{ applyCyclic(*cyclic) }

type cyclicOption func(*cyclic)

func (o cyclicOption) applyCyclic(s *cyclic) { o(s) }

// Down is how many steps Cyclic falls for, at least 1; as many as it rises for by default.
func Down(steps int) CyclicOption {
	return cyclicOption(func(s *cyclic) {
		if s.down = steps; steps < 1 {
			s.err = fault.Value("cyclic", "down", float64(steps), "at least 1 step")
		}
	})
}

// Halving makes each of Cyclic's cycles half as high as the one before.
func Halving() CyclicOption { return cyclicOption(func(s *cyclic) { s.halves = true }) }

// Fading multiplies the height of Cyclic's cycles by factor, more than 0 and at most 1, at each step.
func Fading(factor float64) CyclicOption {
	return cyclicOption(func(s *cyclic) { s.factor = factor })
}

// Cyclic lets the rate rise for up steps, at least 1, from a fraction, Floor, to all of it, fall back, and again
// (Smith, "Cyclical learning rates for training neural networks", 2017):
//
//	rate = base·(floor + (1-floor)·h·k)
//
// where h goes from 0 to 1 and back along straight lines, and k is 1, or 1/2^n after n cycles by Halving, or
// factor^(step-1) by Fading. This is PyTorch's CyclicLR with max_lr = base and base_lr = floor·base, of the modes
// triangular, triangular2 and exp_range, where up is 2000. The momentum, or beta1, goes the other way, from 0.9 to 0.8
// where h·k is 1:
//
//	momentum = most - (most-base)·h·k
//
// CycleMomentum sets other momenta. Rules without any, and rules whose own cannot move, are refused together with
// it, unless KeepMomentum leaves theirs as they are: MomentumSchedule.
func Cyclic(up int, opts ...CyclicOption) Schedule {
	s := cyclic{up: up, floor: 0.1, factor: 1, momentum: cyclicMomentum()}
	for i, o := range opts {
		if o == nil {
			s.err = fault.Option("cyclic", i)
			continue
		}
		o.applyCyclic(&s)
	}
	return s
}

func cyclicPart() catalog.Part[Schedule] {
	return catalog.Part[Schedule]{
		Name: "cyclic",
		Params: slices.Concat([]catalog.Param{
			{Name: "up", Kind: catalog.Integer, Default: "2000", Range: catalog.AtLeast(1), Help: "steps in which it rises", Formerly: []string{"step_size_up"}},
			{Name: "down", Kind: catalog.Integer, Optional: true, Range: catalog.AtLeast(1), Help: "steps in which it falls; as many if it is left out", Formerly: []string{"step_size_down"}},
			floorParam("0.1"),
			{Name: "halving", Kind: catalog.Bool, Default: "false", Help: "each cycle is half as high as the one before"},
			{Name: "fading", Kind: catalog.Number, Default: "1", Range: catalog.Between(0, 1), Help: "what the height is multiplied by at each step", Formerly: []string{"gamma"}},
		}, cyclicMomentum().params()),
		Help: "rises and falls, again and again", Formula: "lr·(floor + (1-floor)·h·k), h from 0 to 1 and back", Torch: "CyclicLR",
		Example: "cyclic(2, down=3, halving)",
		New: func(a catalog.Args) (Schedule, error) {
			s := cyclic{up: a.Int("up"), down: a.Int("down"), floor: a.Float("floor"), halves: a.Bool("halving"), factor: a.Float("fading"), momentum: momentumCycleOf(a)}
			return s, Check(s)
		},
	}
}

func (s cyclic) String() string {
	spelling := cyclicPart().Spell().Int("up", s.up)
	if s.down != 0 {
		spelling = spelling.Int("down", s.down)
	}
	return s.momentum.spell(spelling.Float("floor", s.floor).Bool("halving", s.halves).Float("fading", s.factor)).String()
}

func (s cyclic) Validate(Progress) error {
	switch {
	case s.err != nil:
		return s.err
	case s.up < 1:
		return fault.Value("cyclic", "up", float64(s.up), "at least 1 step")
	case !(s.factor > 0 && s.factor <= 1):
		return fault.Value("cyclic", "fading", s.factor, "more than 0 and at most 1")
	}
	if err := s.momentum.validate("cyclic", cyclicMomentum()); err != nil {
		return err
	}
	return checkFloor("cyclic", s.floor)
}

func (s cyclic) Rate(base float64, p Progress) float64 {
	return base * (s.floor + (1-s.floor)*s.height(p))
}

// Momenta implements MomentumSchedule.
func (s cyclic) Momenta(own float64) (least, most float64, ok bool) { return s.momentum.momenta(own) }

// Momentum implements MomentumSchedule.
func (s cyclic) Momentum(own float64, p Progress) float64 {
	if s.momentum.kept {
		return own
	}
	m := s.momentum.most - (s.momentum.most-s.momentum.base)*s.height(p)
	return min(max(m, s.momentum.base), s.momentum.most) // rounded, it stays between the two
}

// height is h·k of the step to come, from 0 to 1.
func (s cyclic) height(p Progress) float64 {
	up, down := float64(s.up), float64(s.down) // an int may not hold the sum
	if s.down == 0 {
		down = up
	}
	done := float64(max(p.Step-1, 0))
	at := math.Mod(done, up+down)
	height := at / up
	if at > up {
		height = (up + down - at) / down
	}
	if s.halves {
		height *= math.Exp2(-math.Floor(done / (up + down)))
	}
	return height * math.Pow(s.factor, done)
}
