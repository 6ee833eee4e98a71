package optim

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// moments is what Adam and the rules around its means have in common.
type moments struct {
	rate         float64
	beta1, beta2 float64 // how slowly the means of the gradients and of their squares forget
	epsilon      float64
	decay        float64
	exempt       roleSet // from decay, until exempting has made a group of it
	err          error   // of an option that was nil
}

// newMoments has the betas that options say nothing of.
func newMoments(rate, epsilon, decay float64) moments {
	return moments{rate: rate, beta1: beta1Default, beta2: beta2Default, epsilon: epsilon, decay: decay}
}

// The betas and epsilon of which options say nothing.
const beta1Default, beta2Default, epsilonDefault = 0.9, 0.999, 1e-8

// MomentsOption is an option of Adamax, LAMB and ScheduleFreeAdamW: Betas, Epsilon, Decay, NoDecay.
type MomentsOption interface{ applyMoments(*moments) }

// apply follows the options of a rule.
func (m *moments) apply(of string, opts []MomentsOption) {
	for i, o := range opts {
		if o == nil {
			m.err = fault.Option(of, i)
			continue
		}
		o.applyMoments(m)
	}
}

// exempting returns which tensors have no decay, once: whoever asks makes a group of them.
func (m *moments) exempting() roleSet {
	roles := m.exempt
	m.exempt = 0
	return roles
}

// BetasOption is what Betas returns: an option of Adam, AdamW, Adamax, NAdam, RAdam, LAMB, Lion and
// ScheduleFreeAdamW.
type BetasOption struct{ beta1, beta2 float64 }

// Betas sets how slowly means forget: beta1 of the gradient, beta2 of its square, or, with
// Adamax, of its largest magnitude, and with Lion, of the gradient once more. Both are in [0, 1).
func Betas(beta1, beta2 float64) BetasOption { return BetasOption{beta1, beta2} }

func (o BetasOption) applyMoments(m *moments) { m.beta1, m.beta2 = o.beta1, o.beta2 }
func (o BetasOption) applyAdam(r *adam)       { o.applyMoments(&r.moments) }
func (o BetasOption) applyNAdam(r *nadam)     { o.applyMoments(&r.moments) }
func (o BetasOption) applyRAdam(r *radam)     { o.applyMoments(&r.moments) }
func (o BetasOption) applyLion(r *lion)       { r.beta1, r.beta2 = o.beta1, o.beta2 }

// momentsParams are what catalogues say of moments.
func momentsParams(rate, epsilon, decay string) []catalog.Param {
	e := epsilonParam()
	e.Default = epsilon
	return []catalog.Param{
		rateParam(rate),
		betaParam("beta1", beta1Default, "gradients"),
		betaParam("beta2", beta2Default, "squares"),
		e,
		decayParam(decay),
	}
}

func betaParam(name string, byDefault float64, of string) catalog.Param {
	return catalog.Param{Name: name, Kind: catalog.Number, Default: fmt.Sprint(byDefault), Range: catalog.Fraction(), Help: "how slowly the mean of the " + of + " forgets"}
}

// momentsOf are those that a spelling says.
func momentsOf(a catalog.Args) moments {
	return moments{rate: a.Float("lr"), beta1: a.Float("beta1"), beta2: a.Float("beta2"), epsilon: a.Float("epsilon"), decay: a.Float("decay")}
}

// spell adds m to a spelling.
func (m moments) spell(s catalog.Spelling) catalog.Spelling {
	return s.Float("lr", m.rate).Float("beta1", m.beta1).Float("beta2", m.beta2).Float("epsilon", m.epsilon).Float("decay", m.decay)
}

func (m moments) Rate() float64 { return m.rate }

func (m moments) validate(of string) error {
	if m.err != nil {
		return m.err
	}
	if err := fault.NonNegative(of, "lr", m.rate); err != nil {
		return err
	}
	if err := fault.Fraction(of, "beta1", m.beta1); err != nil {
		return err
	}
	if err := fault.Fraction(of, "beta2", m.beta2); err != nil {
		return err
	}
	if err := checkEpsilon(of, m.epsilon); err != nil {
		return err
	}
	return checkDecay(of, m.decay)
}

// within returns r and a residue, so that |m| ≤ r·√v + residue if both come from gradients by Adam's rule, with a beta1
// that is between these two in each step. Each step keeps to it with a larger r too, and that r's residue.
func (m moments) within(least, most float64) (ratio, residue float64) {
	low, high := m, m
	low.beta1, high.beta1 = least, most
	// The ratio falls with beta1 up to beta2, and rises from there on. A residue is forgotten most slowly by the highest.
	ratio = max(low.ratio(), high.ratio())
	return ratio, high.residue(ratio)
}

// ratio bounds |m|/√v, but for what denormal numbers do, while both come from
// gradients by Adam's rule. By the inequality of Cauchy and Schwarz, m' = β₁m + (1-β₁)g
// and v' = β₂v + (1-β₂)g² keep to |m| ≤ r√v if they did, for
//
//	r² = (1-β₁)²/(1-β₂) / (1 - β₁²/β₂)
//
// It is 7.3 for the usual betas, and infinite if the mean square forgets faster than the
// mean. A tenth is added for rounding, 6 roundings of 2^-24 in each step that the
// divisor multiplies by up to 100.
func (m moments) ratio() float64 {
	rest := 1 - m.beta1*m.beta1/m.beta2
	if !(rest > 0.01) {
		return math.Inf(1)
	}
	return 1.1 * (1 - m.beta1) / math.Sqrt((1-m.beta2)*rest)
}

// residue bounds |m| - r√v. In each step a v below 2^-126 may come to count as 0, and
// with it r·2^-63 of m, and a gradient whose square times 1-β₂ is as small may not reach v: that is
// up to 2^-63/√(1-β₂), of which m takes 1-β₁. m forgets both by β₁.
func (m moments) residue(ratio float64) float64 {
	return 0x1p-62 * (ratio/(1-m.beta1) + 1/math.Sqrt(1-m.beta2))
}

// largestMean is what a mean of gradients cannot exceed, whatever its beta1 was in each step, if the mean of their squares has
// stayed finite.
func (m moments) largestMean() float64 {
	return 1.01 * math.Sqrt(math.MaxFloat32/(1-m.beta2))
}

// alone bounds |g|/(√v+epsilon), where v has taken g²: it holds (1-β₂)·g², but for rounding, or
// that counts as 0, as it may below 2^-126, and then |g| is at most 2^-63/√(1-β₂).
func (m moments) alone() float64 {
	return quotientOf(1-m.beta2, m.epsilon)
}

// quotientOf is what |g|/(√v+epsilon) cannot exceed, where v has taken share·g²: it holds that but for rounding, or
// it counts as 0, as it may below 2^-126, and then |g| is at most 2^-63/√share.
func quotientOf(share, epsilon float64) float64 {
	return (1.01 + 0x1p-62/float64(float32(epsilon))) / math.Sqrt(share)
}

// power is base^n for a base from 0 to 1, up to n·2^-53 of it: half as long as math.Pow, which
// knows more, and with two of those in a step, 50 ns of the 5.6 µs of 30-64-32-1.
func power(base float64, n int) float64 {
	result := 1.0
	for ; n > 0 && result > 0x1p-60; n >>= 1 { // below, 1 less the result is 1
		if n&1 != 0 {
			result *= base
		}
		base *= base
	}
	return result
}
