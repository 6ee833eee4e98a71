package optim

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// radam is the rule that RAdam returns.
type radam struct {
	moments
	decoupled bool
}

// RAdamOption is an option of RAdam.
type RAdamOption interface{ applyRAdam(*radam) }

// RAdam is Adam that goes along the mean alone until enough gradients have come to know
// their mean square, and carefully after that (Liu et al., "On the variance of the adaptive
// learning rate and beyond", 2020), as PyTorch computes it (torch.optim.RAdam):
//
//	g = grad + decay·p                 with Decoupled p = (1 - lr·decay)·p in its place
//	m = beta1·m + (1-beta1)·g
//	v = beta2·v + (1-beta2)·g²
//	R = 2/(1-beta2) - 1, ρ = R - 2t·beta2ᵗ/(1-beta2ᵗ)
//	p -= lr·m/(1-beta1ᵗ)                                             where ρ ≤ 5, otherwise
//	p -= lr·m/(1-beta1ᵗ) · √((ρ-4)(ρ-2)R/((R-4)(R-2)ρ)) · √(1-beta2ᵗ)/(√v+epsilon)
//
// Betas are 0.9 and 0.999, epsilon is 1e-8 and there is no decay, unless options say otherwise.
// With a beta2 up to 2/3, ρ is never above 5. The slots are "mean" and "mean_square", PyTorch's
// exp_avg and exp_avg_sq; where they are denormal they count as 0.
func RAdam(rate float64, opts ...RAdamOption) Rule {
	r := radam{moments: newMoments(rate, epsilonDefault, 0)}
	for i, o := range opts {
		if o == nil {
			r.err = fault.Option("radam", i)
			continue
		}
		o.applyRAdam(&r)
	}
	exempt := r.exempting()
	return exempted(r, exempt)
}

func radamPart() catalog.Part[Rule] {
	return catalog.Part[Rule]{
		Name:   "radam",
		Params: append(momentsParams("0.001", fmt.Sprint(epsilonDefault), "0"), decoupledParam()),
		Help:   "Adam that waits until it knows the mean square", Formula: "as adam, times √((ρ-4)(ρ-2)R/((R-4)(R-2)ρ)) where ρ > 5, otherwise p -= lr·m̂", Torch: "torch.optim.RAdam",
		Example: "radam(lr=0.01, beta2=0.9, decay=0.05, decoupled)",
		New: func(a catalog.Args) (Rule, error) {
			return valid(radam{momentsOf(a), a.Bool("decoupled")})
		},
	}
}

func (r radam) String() string {
	return r.spell(radamPart().Spell()).Bool("decoupled", r.decoupled).String()
}

func (r radam) Validate() error { return r.validate("radam") }

// WithDecay implements Decayer.
func (r radam) WithDecay(d float64) (Rule, error) {
	r.decay = d
	return r, nil
}

func (r radam) Slots() []Slot { return []Slot{{Name: "mean"}, {Name: "mean_square"}} }

func (r radam) Stepper() Stepper { return r.Bind(plain()) }

// Bind implements Vector.
func (r radam) Bind(k *kernels.Set) Stepper {
	s := &radamStepper{adamStepper{rule: adam{moments: r.moments, decoupled: r.decoupled}, kernels: k}}
	s.Momenta(r.beta1, r.beta1)
	return s
}

// radamStepper takes Adam's steps with other constants.
type radamStepper struct{ adamStepper }

func (s *radamStepper) Begin(step int, rate float64) {
	r := &s.rule
	s.constants = r.constants(rate)
	s.constants.StepSize = float32(rate / (1 - power(r.beta1, step)))
	rest := 1 - power(r.beta2, step)
	most := 2/(1-r.beta2) - 1
	length := most - 2*float64(step)*(1-rest)/rest
	if length <= 5 { // divided by 0·√v + 1
		s.constants.InvSqrtBias2, s.constants.Epsilon, s.quotient = 0, 1, math.Inf(1)
		return
	}
	rectified := math.Sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length) * rest)
	s.constants.StepSize = float32(rate / (1 - power(r.beta1, step)) * rectified)
	s.constants.InvSqrtBias2 = 1
	s.quotient = s.ratio + s.residue/r.epsilon
}
