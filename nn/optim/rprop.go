package optim

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// rprop is the rule that Rprop returns.
type rprop struct {
	rate            float64
	shorter, longer float64
	least, most     float64
	err             error // of an option that was nil
}

// RpropOption is an option of Rprop.
type RpropOption interface{ applyRprop(*rprop) }

// Rprop gives each parameter a step of its own, which grows while the sign of the gradient stays and
// shrinks when it turns (Riedmiller and Braun, "A direct adaptive method for faster
// backpropagation learning", 1993), as PyTorch computes it (torch.optim.Rprop):
//
//	g·previous > 0:  s = s·longer
//	g·previous < 0:  s = s·shorter and g = 0, for this step and as the next previous
//	s = min(max(s, least), most)
//	p -= sign(g)·s
//
// It is for batches of all samples: signs of small ones turn by chance. rate is what steps are before the first;
// what a schedule makes of it later changes nothing. Factors are 0.5 and 1.2, steps from 1e-6 to 50, unless
// options say otherwise. The slots are "previous" and "step", PyTorch's prev and step_size. Signs are compared,
// where PyTorch's product of small gradients may be 0.
func Rprop(rate float64, opts ...RpropOption) Rule {
	r := rprop{rate: rate, shorter: 0.5, longer: 1.2, least: 1e-6, most: 50}
	for i, o := range opts {
		if o == nil {
			r.err = fault.Option("rprop", i)
			continue
		}
		o.applyRprop(&r)
	}
	return r
}

type factorsOption struct{ shorter, longer float64 }

func (o factorsOption) applyRprop(r *rprop) { r.shorter, r.longer = o.shorter, o.longer }

// Factors are what Rprop multiplies a step by when the gradient's sign has turned, between 0 and 1, and
// when it has not, at least 1.
func Factors(shorter, longer float64) RpropOption { return factorsOption{shorter, longer} }

type stepSizesOption struct{ least, most float64 }

func (o stepSizesOption) applyRprop(r *rprop) { r.least, r.most = o.least, o.most }

// StepSizes are the shortest and the longest step of Rprop, more than 0.
func StepSizes(least, most float64) RpropOption { return stepSizesOption{least, most} }

func rpropPart() catalog.Part[Rule] {
	return catalog.Part[Rule]{
		Name: "rprop",
		Params: []catalog.Param{
			rateParam("0.01"),
			{Name: "shorter", Kind: catalog.Number, Default: "0.5", Range: catalog.Inside(0, 1), Help: "what a step is multiplied by when the sign has turned"},
			{Name: "longer", Kind: catalog.Number, Default: "1.2", Range: catalog.AtLeast(1), Help: "and when it has not"},
			{Name: "least", Kind: catalog.Number, Default: "1e-6", Range: catalog.Above(0), Help: "the shortest step"},
			{Name: "most", Kind: catalog.Number, Default: "50", Range: catalog.Above(0), Help: "the longest step"},
		},
		Help: "a step for each parameter, by the signs of its gradients, for whole batches", Formula: "p -= sign(g)·s, s times longer where g·previous > 0, times shorter where it is < 0", Torch: "torch.optim.Rprop",
		Example: "rprop(lr=0.005, least=0.002, most=0.02)",
		New: func(a catalog.Args) (Rule, error) {
			return valid(rprop{rate: a.Float("lr"), shorter: a.Float("shorter"), longer: a.Float("longer"), least: a.Float("least"), most: a.Float("most")})
		},
	}
}

func (r rprop) String() string {
	return rpropPart().Spell().Float("lr", r.rate).Float("shorter", r.shorter).Float("longer", r.longer).
		Float("least", r.least).Float("most", r.most).String()
}

func (r rprop) Rate() float64 { return r.rate }

func (r rprop) Validate() error {
	if r.err != nil {
		return r.err
	}
	if err := fault.NonNegative("rprop", "lr", r.rate); err != nil {
		return err
	}
	switch {
	case !(r.shorter > 0 && r.shorter < 1):
		return fault.Value("rprop", "shorter", r.shorter, "more than 0 and less than 1")
	case !(r.longer >= 1 && r.longer <= math.MaxFloat32):
		return fault.Value("rprop", "longer", r.longer, "a finite number, at least 1")
	case !(float32(r.least) > 0 && r.least <= math.MaxFloat32):
		return fault.Value("rprop", "least", r.least, "a finite number, more than 0 in float32")
	case !(r.most >= r.least && r.most <= math.MaxFloat32):
		return fault.Value("rprop", "most", r.most, fmt.Sprintf("a finite number, at least the least step of %v", r.least))
	}
	return nil
}

func (r rprop) Slots() []Slot { return []Slot{{Name: "previous"}, {Name: "step"}} }

func (r rprop) Stepper() Stepper { return r.Bind(plain()) }

// Bind implements Vector.
func (r rprop) Bind(k *kernels.Set) Stepper {
	return &rpropStepper{kernels: k, constants: kernels.RpropConstants{
		Shorter: float32(r.shorter), Longer: float32(r.longer), Least: float32(r.least), Most: float32(r.most),
	}}
}

type rpropStepper struct {
	kernels   *kernels.Set
	constants kernels.RpropConstants
	first     bool    // the step under way
	rate      float32 // its rate
}

func (s *rpropStepper) Begin(step int, rate float64) { s.first, s.rate = step == 1, float32(rate) }

func (s *rpropStepper) Update(p, grad []float32, slots [MaxSlots][]float32) {
	s.UpdateMeasured(p, grad, 0, &slots)
}

// UpdateMeasured implements Measurer.
func (s *rpropStepper) UpdateMeasured(p, grad []float32, lo int, slots *[MaxSlots][]float32) (largest float32) {
	steps := slots[1][lo : lo+len(p)]
	if s.first { // groups have rates of their own, so that no Slot can say it
		for i := range steps {
			steps[i] = s.rate
		}
	}
	return s.kernels.Rprop(p, grad, slots[0][lo:lo+len(p)], steps, &s.constants)
}

// CheckState implements StateChecker.
func (s *rpropStepper) CheckState(slots [MaxSlots][]float32) error {
	for i, v := range slots[1] {
		if v < 0 || v > s.constants.Most {
			return fmt.Errorf("step [%d] is %v, want at least 0 and at most %v", i, v, s.constants.Most)
		}
	}
	return nil
}

// Bound implements Bounder.
func (s *rpropStepper) Bound(b *Bounds, grad float64) (between float64) {
	most := float64(s.constants.Most)
	between = max(b.Slots[1], float64(s.rate)) * float64(s.constants.Longer)
	b.Slots[0], b.Slots[1] = grad, most
	b.Param += most
	return between
}
