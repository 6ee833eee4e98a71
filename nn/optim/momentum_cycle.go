package optim

import (
	"fmt"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// momentumCycle is how OneCycle and Cyclic move the momentum: the lower the rate, the higher.
type momentumCycle struct {
	base, most float64 // where the rate is highest, and where it is lowest
	kept       bool    // it stays as it is
}

// MomentumCycleOption is what CycleMomentum and KeepMomentum return: an option of OneCycle and Cyclic.
type MomentumCycleOption momentumCycle

// CycleMomentum sets what the momentum falls to from most while the rate rises, and rises back to while it falls. Both are in
// [0, 1), and base is at most most; 0.85 and 0.95 are the default of OneCycle, 0.8 and 0.9 that of Cyclic.
func CycleMomentum(base, most float64) MomentumCycleOption {
	return MomentumCycleOption{base: base, most: most}
}

// KeepMomentum leaves the rule's momentum as it is (PyTorch's cycle_momentum = False): a rule without any, or whose own
// cannot move, needs it.
func KeepMomentum() MomentumCycleOption { return MomentumCycleOption{kept: true} }

func (o MomentumCycleOption) applyOneCycle(s *oneCycle) { s.momentum = o.of(oneCycleMomentum()) }
func (o MomentumCycleOption) applyCyclic(s *cyclic)     { s.momentum = o.of(cyclicMomentum()) }

// of is the cycle, of a schedule that has another by default.
func (o MomentumCycleOption) of(byDefault momentumCycle) momentumCycle {
	if o.kept {
		byDefault.kept = true
		return byDefault
	}
	return momentumCycle(o)
}

// oneCycleMomentum and cyclicMomentum are the defaults, which are PyTorch's.
func oneCycleMomentum() momentumCycle { return momentumCycle{base: 0.85, most: 0.95} }
func cyclicMomentum() momentumCycle   { return momentumCycle{base: 0.8, most: 0.9} }

// params are what catalogues say of a cycle, m being the default.
func (m momentumCycle) params() []catalog.Param {
	number := func(name string, byDefault float64, help string) catalog.Param {
		return catalog.Param{Name: name, Kind: catalog.Number, Default: fmt.Sprint(byDefault), Range: catalog.Fraction(), Help: help}
	}
	return []catalog.Param{
		{Name: "cycle_momentum", Kind: catalog.Bool, Default: "true", Help: "the momentum, or beta1, falls while the rate rises, and rises while it falls"},
		number("base_momentum", m.base, "the momentum where the rate is highest"),
		number("max_momentum", m.most, "the momentum where the rate is lowest"),
	}
}

func momentumCycleOf(a catalog.Args) momentumCycle {
	return momentumCycle{a.Float("base_momentum"), a.Float("max_momentum"), !a.Bool("cycle_momentum")}
}

func (m momentumCycle) spell(s catalog.Spelling) catalog.Spelling {
	return s.Bool("cycle_momentum", !m.kept).Float("base_momentum", m.base).Float("max_momentum", m.most)
}

// validate reports a cycle that is none, of a schedule that has another by default.
func (m momentumCycle) validate(of string, byDefault momentumCycle) error {
	const none = "none where the momentum is kept"
	switch {
	case m.kept && m.base != byDefault.base:
		return fault.Value(of, "base_momentum", m.base, none)
	case m.kept && m.most != byDefault.most:
		return fault.Value(of, "max_momentum", m.most, none)
	}
	if err := fault.Fraction(of, "max_momentum", m.most); err != nil {
		return err
	}
	if !(m.base >= 0 && m.base <= m.most) {
		return fault.Value(of, "base_momentum", m.base, "at least 0, and at most max_momentum")
	}
	return nil
}

// momenta are the least and the most, if it moves.
func (m momentumCycle) momenta(own float64) (least, most float64, ok bool) {
	if m.kept {
		return own, own, false
	}
	return m.base, m.most, true
}
