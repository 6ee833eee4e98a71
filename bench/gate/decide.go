package main

import (
	"fmt"
	"math"

	"golang.org/x/perf/benchmath"
)

// Rules are the constants of the decision.
type Rules struct {
	Alpha        float64 `json:"alpha"`        // chance of a false claim, over all timings together
	Threshold    float64 `json:"threshold"`    // changes of a timing up to this do not matter
	MaxNoise     float64 `json:"max_noise"`    // above this noise floor "same" would say nothing
	Instructions float64 `json:"instructions"` // changes of an instruction count up to this do not matter

	// InstructionLimit is up to where a rise of an instruction count is
	// accepted if the time stays.
	InstructionLimit float64 `json:"instruction_limit"`
}

// comparison is one timing of one benchmark as measured. A positive log ratio
// means that the second of a pair was worse.
type comparison struct {
	name, unit string
	base, head []float64 // values of BASE and HEAD in the A/B pairs
	aa         []float64 // ln(worse) of pairs of BASE and BASE
	ab         []float64 // ln(worse) of pairs of BASE and HEAD
	higher     bool      // whether higher values are better
}

// p is the p-value of the hypothesis that HEAD differs from BASE no more than
// BASE from itself. Comparing ratios within pairs instead of the values
// themselves makes slow drifts of the machine fall out.
func (c comparison) p() float64 {
	if len(c.aa) == 0 || len(c.ab) == 0 {
		return 1
	}
	return benchmath.AssumeNothing.Compare(newSample(c.aa), newSample(c.ab)).P
}

// measure fills in everything but verdict and reason.
func (c comparison) measure(r Rules) Finding {
	floor := noiseFloor(c.aa)
	ratio := median(c.ab)
	if c.higher {
		ratio = -ratio
	}
	p := c.p()
	return Finding{
		Name: c.name, Unit: c.unit, Kind: KindTiming,
		Base: centerOf(c.base), Head: centerOf(c.head),
		Change: math.Expm1(ratio),
		Timing: &Timing{P: p, AdjustedP: p, Floor: floor, Limit: max(floor, r.Threshold), Pairs: len(c.ab)},
	}
}

// first judges the timings of the first measurement. Findings other than Same
// are to be measured again, and then judged by second.
func (r Rules) first(cs []comparison) []Finding {
	findings := make([]Finding, len(cs))
	p := make([]float64, len(cs))
	for i, c := range cs {
		findings[i] = c.measure(r)
		p[i] = findings[i].Timing.P
	}
	for i, adjusted := range holm(p) {
		findings[i].Timing.AdjustedP = adjusted
		r.judge(&findings[i], cs[i], float64(len(cs)))
	}
	return findings
}

// second judges a timing by its second measurement alone. What the first one
// claimed has passed the correction for family tests already and is now one
// test; what it could not tell has not.
func (r Rules) second(first Finding, c comparison, family int) Finding {
	f := c.measure(r)
	f.Again = true
	tests := 1.0
	if first.Verdict == CannotTell {
		tests = float64(family)
	}
	f.Timing.AdjustedP = min(1, tests*f.Timing.P)
	r.judge(&f, c, tests)
	if (first.Verdict == Worse && f.Verdict == Better) || (first.Verdict == Better && f.Verdict == Worse) {
		f.Reason = fmt.Sprintf("%s at first, %s when measured again", first.Verdict, f.Verdict)
		f.Verdict = CannotTell
	} else if first.Verdict != CannotTell && f.Verdict == Same {
		f.Reason = fmt.Sprintf("%s at first, not when measured again", first.Verdict)
	}
	return f
}

// judge gives f its verdict from its change and its adjusted p-value, which
// stands for the given number of tests.
func (r Rules) judge(f *Finding, c comparison, tests float64) {
	t := f.Timing
	worse := math.Expm1(median(c.ab)) // as a slow-down: positive is worse
	size := math.Abs(worse)
	if worse < 0 {
		size = -worse / (1 + worse) // the same factor the other way
	}
	least := min(1, tests*leastP(len(c.aa), len(c.ab)))
	switch {
	case !(least < r.Alpha):
		f.Verdict = CannotTell
		f.Reason = fmt.Sprintf("%d pairs are too few for %.0f tests", len(c.ab), tests)
	case size > t.Limit && t.AdjustedP < r.Alpha:
		f.Verdict = Worse
		if worse < 0 {
			f.Verdict = Better
		}
		f.Reason = fmt.Sprintf("significant (p=%.2g) and above the limit of %s", t.AdjustedP, percent(t.Limit))
	case !(t.Floor <= r.MaxNoise):
		f.Verdict = CannotTell
		f.Reason = fmt.Sprintf("this machine puts it %s from itself, more than %s", percent(t.Floor), percent(r.MaxNoise))
	case worse < 0 && size > t.Limit:
		f.Verdict = Same // perhaps better, which is nothing to warn of
		f.Reason = fmt.Sprintf("better by %s, but not significantly (p=%.2g)", percent(size), t.AdjustedP)
	case !(size <= t.Limit):
		f.Verdict = CannotTell
		f.Reason = fmt.Sprintf("above the limit of %s but not significant (p=%.2g)", percent(t.Limit), t.AdjustedP)
	default:
		f.Verdict = Same
		f.Reason = fmt.Sprintf("within %s", percent(t.Limit))
	}
}

// percent formats a ratio: 0.031 is "3.1%".
func percent(ratio float64) string { return fmt.Sprintf("%.1f%%", 100*ratio) }
