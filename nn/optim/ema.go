package optim

import (
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// ema is the rule that EMA returns.
type ema struct {
	rule  Rule
	decay float64
}

// EMA takes steps by rule and keeps an exponential moving average of the parameters beside
// them, to be used in their place (Polyak and Juditsky, 1992): after each step
//
//	average = decay·average + (1-decay)·p
//
// The first step copies p, as torch.optim.swa_utils.AveragedModel and Keras do. decay is in [0, 1); 0.999 looks
// back about a thousand steps. The average is one slot more, "average"; where it is denormal when it is read it
// counts as 0. Of a rule that averages itself, such as ScheduleFreeAdamW, it is of what is trained, and used in
// place of the rule's own. See nn.Optimizer.UseAverages for who sees it when.
func EMA(rule Rule, decay float64) Rule { return ema{rule, decay} }

// averageSlot is the name of the average among slots.
const averageSlot = "average"

func emaPart() catalog.Part[Rule] {
	return catalog.Part[Rule]{
		Name: "ema",
		Params: []catalog.Param{
			{Name: "rule", Kind: catalog.OnePart, Help: "takes the steps"},
			{Name: "decay", Kind: catalog.Number, Default: "0.999", Range: catalog.Fraction(), Help: "how slowly the average forgets"},
		},
		Help: "a moving average of the parameters beside a rule", Formula: "average = decay·average + (1-decay)·p", Torch: "torch.optim.swa_utils.AveragedModel",
		Example: "ema(adamw(lr=0.01), decay=0.99)",
		New: func(a catalog.Args) (Rule, error) {
			return valid(EMA(catalog.One[Rule](a, "rule"), a.Float("decay")))
		},
	}
}

func (r ema) String() string {
	s := emaPart().Spell()
	if r.rule != nil {
		s = s.Part("rule", r.rule.String())
	}
	return s.Float("decay", r.decay).String()
}

func (r ema) Rate() float64 { return r.rule.Rate() }

func (r ema) Validate() error {
	if r.rule == nil {
		return fault.Nil("ema", "rule", "one such as SGD or Adam")
	}
	if err := r.rule.Validate(); err != nil {
		return err
	}
	// An optimizer asks this of each rule that Assign returns, too.
	if slices.ContainsFunc(r.rule.Slots(), func(s Slot) bool { return s.Name == averageSlot }) {
		return fmt.Errorf("ema: its rule %s keeps an average already, as an ema does: want one of them, of a rule that steps", r.rule)
	}
	return fault.Fraction("ema", "decay", r.decay)
}

// Assign implements Assigner.
func (r ema) Assign(tensors []tensor.Tensor) ([]Assignment, error) {
	inner, err := Assign(r.rule, tensors)
	if err != nil {
		return nil, err
	}
	list := make([]Assignment, len(inner))
	for i, a := range inner {
		a.Rule = ema{a.Rule, r.decay}
		list[i] = a
	}
	return list, nil
}

// WithDecay implements Decayer: the decay of the rule's, not that of the average.
func (r ema) WithDecay(d float64) (Rule, error) {
	rule, err := withDecay(r.rule, d)
	return ema{rule, r.decay}, err
}

func (r ema) Slots() []Slot {
	return append(append([]Slot(nil), r.rule.Slots()...), Slot{Name: averageSlot})
}

func (r ema) Stepper() Stepper { return r.at(r.rule.Stepper(), plain()) }

// Bind implements Vector.
func (r ema) Bind(k *kernels.Set) Stepper { return r.at(Bind(r.rule, k), k) }

// at is the rule at work around inner; nil if that is.
func (r ema) at(inner Stepper, k *kernels.Set) Stepper {
	s := emaStepper{inner: inner, kernels: k, full: r.decay, slot: len(r.rule.Slots())}
	switch inner := inner.(type) {
	case Elementwise:
		elements := &emaElements{emaStepper: s, elements: inner}
		if bounder, ok := inner.(Bounder); ok {
			return &emaBounder{elements, bounder}
		}
		return elements
	case Normwise:
		return &emaNorms{s, inner}
	case Matrixwise:
		return &emaMatrices{s, inner}
	}
	return nil
}

// emaStepper is what averages of elements, of tensors and of matrices have in common.
type emaStepper struct {
	inner       Stepper
	kernels     *kernels.Set
	full        float64
	slot        int     // of the average
	decay, rest float32 // of the step under way
}

func (s *emaStepper) Begin(step int, rate float64) {
	s.inner.Begin(step, rate)
	decay := s.full
	if step == 1 {
		decay = 0
	}
	s.decay, s.rest = float32(decay), float32(1-decay)
}

// Momentum implements MomentumStepper, for the rule that takes the steps.
func (s *emaStepper) Momentum() (own float64, ok bool) {
	if m, is := s.inner.(MomentumStepper); is {
		return m.Momentum()
	}
	return 0, false
}

// Momenta implements MomentumStepper, for the rule that takes the steps.
func (s *emaStepper) Momenta(least, most float64) { s.inner.(MomentumStepper).Momenta(least, most) }

// SetMomentum implements MomentumStepper, for the rule that takes the steps.
func (s *emaStepper) SetMomentum(m float64) { s.inner.(MomentumStepper).SetMomentum(m) }

// CheckState implements StateChecker, for the rule that takes the steps.
func (s *emaStepper) CheckState(slots [MaxSlots][]float32) error {
	if c, ok := s.inner.(StateChecker); ok {
		return c.CheckState(slots)
	}
	return nil
}

// add adds p to average and returns the largest magnitude in p.
func (s *emaStepper) add(average, p []float32) (largest float32) {
	return s.kernels.Average(average[:len(p)], p, s.decay, s.rest)
}

// Average implements Averaged.
func (s *emaStepper) Average(dst, _ []float32, slots [MaxSlots][]float32) { copy(dst, slots[s.slot]) }

// emaElements averages what an Elementwise updates.
type emaElements struct {
	emaStepper
	elements Elementwise
}

func (s *emaElements) Update(p, grad []float32, slots [MaxSlots][]float32) {
	s.elements.Update(p, grad, slots)
	s.add(slots[s.slot], p)
}

// UpdateMeasured implements Measurer: the average looks at all parameters anyway.
func (s *emaElements) UpdateMeasured(p, grad []float32, lo int, slots *[MaxSlots][]float32) (largest float32) {
	part := *slots
	for i := range s.slot + 1 {
		part[i] = part[i][lo : lo+len(p)]
	}
	s.elements.Update(p, grad, part)
	return s.add(part[s.slot], p)
}

// emaBounder is emaElements around a rule that is a Bounder.
type emaBounder struct {
	*emaElements
	bounder Bounder
}

// Bound implements Bounder.
func (s *emaBounder) Bound(b *Bounds, grad float64) (between float64) {
	between = s.bounder.Bound(b, grad)
	b.Slots[s.slot] = float64(s.decay)*b.Slots[s.slot] + float64(s.rest)*b.Param
	return between
}

// emaNorms averages what a Normwise updates.
type emaNorms struct {
	emaStepper
	norms Normwise
}

// Direction implements Normwise.
func (s *emaNorms) Direction(d, p, grad []float32, slots [MaxSlots][]float32) {
	s.norms.Direction(d, p, grad, slots)
}

// Follow implements Normwise: the average is of what d has become, the parameters after the step.
func (s *emaNorms) Follow(d, p []float32, slots [MaxSlots][]float32, own, along float64) {
	s.norms.Follow(d, p, slots, own, along)
	s.add(slots[s.slot], d)
}

// emaMatrices averages what a Matrixwise updates.
type emaMatrices struct {
	emaStepper
	matrices Matrixwise
}

func (s *emaMatrices) Scratch(rows, cols int) int { return s.matrices.Scratch(rows, cols) }

func (s *emaMatrices) UpdateMatrix(p, grad tensor.Matrix, slots [MaxSlots]tensor.Matrix, scratch []float32, b blas.Backend) error {
	if err := s.matrices.UpdateMatrix(p, grad, slots, scratch, b); err != nil {
		return err
	}
	s.add(slots[s.slot].Data, p.Data)
	return nil
}
