package optim

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// scheduleFreeAdamW is the rule that ScheduleFreeAdamW returns.
type scheduleFreeAdamW struct{ moments }

// ScheduleFreeAdamW is AdamW that averages its parameters instead of lowering its rate, so that
// nobody has to say beforehand where training ends (Defazio et al., "The road less scheduled",
// 2024). Gradients are taken between a sequence z that goes by Adam's steps and the average x of it:
//
//	v = beta2·v + (1-beta2)·g²
//	d = g/(√(v/(1-beta2ᵗ))+epsilon) + decay·p
//	z = z - lr·d
//	x = (1-1/t)·x + z/t               at step t, from 1
//	p = (1-beta1)·z + beta1·x
//
// All three begin as the parameters are. x is what to use: the optimizer puts it in place of p when averages are
// asked for, as Fit does at the end of each epoch (nn.Optimizer.UseAverages). All z count alike, whatever a
// schedule makes of the rate: leave that constant, or let it warm up.
//
// Betas are 0.9, which must be at least 0.1, and 0.999, epsilon is 1e-8 and there is no decay, unless options say
// otherwise. A usual rate is 1 to 10 times AdamW's. The slots are "base", which is z, and "mean_square"; where
// that is denormal it counts as 0.
func ScheduleFreeAdamW(rate float64, opts ...MomentsOption) Rule {
	r := scheduleFreeAdamW{newMoments(rate, epsilonDefault, 0)}
	r.apply("schedule_free_adamw", opts)
	exempt := r.exempting()
	return exempted(r, exempt)
}

// scheduleFreeBeta1 is the least beta1: what rounds p changes the average by up to 1/beta1 as much.
const scheduleFreeBeta1 = 0.1

func scheduleFreeAdamWPart() catalog.Part[Rule] {
	params := momentsParams("0.0025", fmt.Sprint(epsilonDefault), "0")
	params[1].Help = "how much of the average is where gradients are taken"
	params[1].Range = catalog.Between(scheduleFreeBeta1, 1)
	return catalog.Part[Rule]{
		Name: "schedule_free_adamw", Params: params,
		Help: "AdamW that averages instead of lowering its rate", Formula: "z -= lr·(g/(√v̂+epsilon) + decay·p), x = (1-1/t)·x + z/t, p = (1-beta1)·z + beta1·x",
		Example: "schedule_free_adamw(lr=0.02, decay=0.05)",
		New:     func(a catalog.Args) (Rule, error) { return valid(scheduleFreeAdamW{momentsOf(a)}) },
	}
}

func (r scheduleFreeAdamW) String() string { return r.spell(scheduleFreeAdamWPart().Spell()).String() }

func (r scheduleFreeAdamW) Validate() error {
	if err := r.validate("schedule_free_adamw"); err != nil {
		return err
	}
	if r.beta1 < scheduleFreeBeta1 {
		return fault.Value("schedule_free_adamw", "beta1", r.beta1, "at least 0.1, of which the average is found again")
	}
	return nil
}

// WithDecay implements Decayer.
func (r scheduleFreeAdamW) WithDecay(d float64) (Rule, error) {
	r.decay = d
	return r, nil
}

func (r scheduleFreeAdamW) Slots() []Slot { return []Slot{{Name: "base"}, {Name: "mean_square"}} }

func (r scheduleFreeAdamW) Stepper() Stepper { return r.Bind(plain()) }

// Bind implements Vector.
func (r scheduleFreeAdamW) Bind(k *kernels.Set) Stepper {
	return &scheduleFreeStepper{rule: r, kernels: k, alone: r.alone()}
}

type scheduleFreeStepper struct {
	rule      scheduleFreeAdamW
	kernels   *kernels.Set
	constants kernels.ScheduleFreeConstants // of the step under way
	first     bool                          // it is the first
	alone     float64                       // see moments.alone
}

func (s *scheduleFreeStepper) Begin(step int, rate float64) {
	r := &s.rule
	bias2 := math.Sqrt(1 - power(r.beta2, step))
	goes := 1 / float64(step)
	s.first = step == 1
	s.constants = kernels.ScheduleFreeConstants{
		Beta2:         float32(r.beta2),
		OneMinusBeta2: float32(1 - r.beta2),
		InvSqrtBias2:  float32(1 / bias2),
		Epsilon:       float32(r.epsilon),
		Decay:         float32(r.decay),
		Stay:          float32(1 - goes),
		Go:            float32(goes),
		Step:          float32(rate * (1 - r.beta1*(1-goes))),
		Rate:          float32(rate),
	}
}

func (s *scheduleFreeStepper) Update(p, grad []float32, slots [MaxSlots][]float32) {
	if s.first {
		copy(slots[0], p)
	}
	s.kernels.ScheduleFree(p, grad, slots[0], slots[1], &s.constants)
}

// Average implements Averaged: p = (1-beta1)·z + beta1·x.
func (s *scheduleFreeStepper) Average(dst, p []float32, slots [MaxSlots][]float32) {
	inverse := 1 / s.rule.beta1
	for i, z := range slots[0][:len(p)] {
		// The difference first: where both are alike, it is z.
		dst[i] = float32(float64(z) + float64((float64(p[i])-float64(z))*inverse))
	}
}

// CheckState implements StateChecker.
func (s *scheduleFreeStepper) CheckState(slots [MaxSlots][]float32) error {
	return checkSquares("mean_square", slots[1])
}

// Bound implements Bounder.
func (s *scheduleFreeStepper) Bound(b *Bounds, grad float64) (between float64) {
	c := &s.constants
	base := b.Slots[0]
	if s.first {
		base = b.Param
	}
	b.Slots[1] = float64(c.Beta2)*b.Slots[1] + float64(c.OneMinusBeta2)*grad*grad
	divisor := math.Sqrt(b.Slots[1])*float64(c.InvSqrtBias2) + float64(c.Epsilon)
	d := min(grad/float64(c.Epsilon), s.alone) + float64(c.Decay)*b.Param
	b.Param = float64(c.Stay)*b.Param + float64(c.Go)*base + float64(c.Step)*d
	b.Slots[0] = base + float64(c.Rate)*d
	return max(divisor, d, b.Param+float64(c.Step)*d)
}
