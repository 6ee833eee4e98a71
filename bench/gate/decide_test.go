package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

var defaultRules = Rules{Alpha: 0.05, Threshold: 0.03, MaxNoise: 0.10, Instructions: 0.01, InstructionLimit: 0.05}

// synthetic draws a timing whose pairs scatter by sigma and whose HEAD takes
// factor as long as BASE.
func synthetic(rng *rand.Rand, pairs int, sigma, factor float64) comparison {
	c := comparison{name: "Synthetic", unit: secondsPerOp}
	noise := func() float64 { return math.Exp(sigma * rng.NormFloat64()) }
	for range pairs {
		a, again := 1e-3*noise(), 1e-3*noise()
		c.aa = append(c.aa, math.Log(again/a))
		base, head := 1e-3*noise(), 1e-3*factor*noise()
		c.base, c.head = append(c.base, base), append(c.head, head)
		c.ab = append(c.ab, math.Log(head/base))
	}
	return c
}

func TestFirst(t *testing.T) {
	const benchmarks = 40
	for _, tt := range []struct {
		name          string
		pairs         int
		sigma, factor float64
		want          Verdict
	}{
		{"same program", 10, 0.01, 1, Same},
		{"10 % slower", 10, 0.01, 1.10, Worse},
		{"10 % faster", 10, 0.01, 1 / 1.10, Better},
		{"1 % slower is below the threshold", 10, 0.001, 1.01, Same},
		{"5 % slower on a quiet machine", 10, 0.005, 1.05, Worse},
		{"5 % slower on a noisy machine", 10, 0.40, 1.05, CannotTell},
		{"the same on a noisy machine", 10, 0.40, 1, CannotTell},
		{"twice as slow on a noisy machine", 16, 0.20, 2.2, Worse},
		{"too few pairs", 4, 0.001, 1.5, CannotTell},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(7, 7))
			cs := []comparison{synthetic(rng, tt.pairs, tt.sigma, tt.factor)}
			for range benchmarks - 1 {
				cs = append(cs, synthetic(rng, tt.pairs, 0.01, 1))
			}
			f := defaultRules.first(cs)[0]
			if f.Verdict != tt.want {
				t.Errorf("%s (%s): change %+.3f, timing %+v; want %s", f.Verdict, f.Reason, f.Change, *f.Timing, tt.want)
			}
			if f.Reason == "" {
				t.Error("no reason")
			}
			if !(f.Timing.AdjustedP >= f.Timing.P) {
				t.Errorf("adjusted p %g below p %g", f.Timing.AdjustedP, f.Timing.P)
			}
		})
	}
}

// TestRateHasTheOtherSign: of a rate, less is worse, and the change reported
// is that of the rate.
func TestRateHasTheOtherSign(t *testing.T) {
	c := synthetic(rand.New(rand.NewPCG(1, 2)), 10, 0.005, 1.25) // positive log ratio: worse
	c.unit, c.higher = "GFLOP/s", true
	f := defaultRules.first([]comparison{c})[0]
	if f.Verdict != Worse {
		t.Errorf("verdict %s, want worse", f.Verdict)
	}
	if !(math.Abs(f.Change+0.2) <= 0.01) {
		t.Errorf("change %+.3f, want -0.2: a time 1.25 as long is a rate 0.8 as high", f.Change)
	}
}

func TestNoValues(t *testing.T) {
	f := defaultRules.first([]comparison{{name: "Empty", unit: secondsPerOp}})[0]
	if f.Verdict != CannotTell {
		t.Errorf("nothing measured is %q, want %q", f.Verdict, CannotTell)
	}
}

// TestNoTimeIsNeverTheSame: times that say nothing are not the same.
func TestNoTimeIsNeverTheSame(t *testing.T) {
	for _, v := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		var pairs []pair
		for range 10 {
			pairs = append(pairs, pair{reading{secondsPerOp: v}, reading{secondsPerOp: v}})
		}
		base, head := columns(pairs, secondsPerOp)
		c := comparison{name: "Nothing", unit: secondsPerOp, base: base, head: head,
			aa: logRatios(pairs, secondsPerOp, -1), ab: logRatios(pairs, secondsPerOp, -1)}
		if f := defaultRules.first([]comparison{c})[0]; f.Verdict != CannotTell {
			t.Errorf("%g s on both sides: %s (%s), want %s", v, f.Verdict, f.Reason, CannotTell)
		}
		if f := defaultRules.second(Finding{Verdict: CannotTell}, c, 1); f.Verdict != CannotTell {
			t.Errorf("%g s on both sides, measured again: %s (%s), want %s", v, f.Verdict, f.Reason, CannotTell)
		}
	}
}

func TestSecond(t *testing.T) {
	const family = 40
	for _, tt := range []struct {
		first         Verdict
		sigma, factor float64
		want          Verdict
		reason        string
	}{
		{Worse, 0.01, 1.10, Worse, "significant"},
		{Worse, 0.01, 1, Same, "not when measured again"},
		{Worse, 0.01, 0.90, CannotTell, "worse at first, better when measured again"},
		{Worse, 0.40, 1, CannotTell, ""},
		{Better, 0.01, 0.90, Better, "significant"},
		{Better, 0.01, 1, Same, "not when measured again"},
		{CannotTell, 0.01, 1, Same, "within"},
		{CannotTell, 0.01, 1.10, Worse, "significant"},
		{CannotTell, 0.40, 1, CannotTell, ""},
	} {
		t.Run(fmt.Sprintf("%s then %g±%g", tt.first, tt.factor, tt.sigma), func(t *testing.T) {
			c := synthetic(rand.New(rand.NewPCG(3, 9)), 12, tt.sigma, tt.factor)
			f := defaultRules.second(Finding{Verdict: tt.first}, c, family)
			if f.Verdict != tt.want || !strings.Contains(f.Reason, tt.reason) {
				t.Errorf("%s (%s), want %s (%s)", f.Verdict, f.Reason, tt.want, tt.reason)
			}
			if !f.Again {
				t.Error("does not say that it was measured again")
			}
		})
	}
}

// TestSecondCorrects: what the first measurement could not tell has not been
// corrected for the number of tests, so the second one is.
func TestSecondCorrects(t *testing.T) {
	c := synthetic(rand.New(rand.NewPCG(3, 9)), 6, 0.001, 1.10)
	// Six pairs each, fully apart: p = 2/924, significant alone but not among 40.
	if f := defaultRules.second(Finding{Verdict: Worse}, c, 40); f.Verdict != Worse {
		t.Errorf("a claim measured again: %s (%s), want worse", f.Verdict, f.Reason)
	}
	if f := defaultRules.second(Finding{Verdict: CannotTell}, c, 40); f.Verdict != CannotTell {
		t.Errorf("a first claim among 40: %s (%s), want cannot tell", f.Verdict, f.Reason)
	}
}

func TestOverall(t *testing.T) {
	for _, tt := range []struct {
		verdicts []Verdict
		want     Verdict
		code     int
	}{
		{nil, Same, 0},
		{[]Verdict{Same, Better}, Better, 0},
		{[]Verdict{Same, CannotTell, Better}, CannotTell, 5},
		{[]Verdict{CannotTell, Worse, Better}, Worse, 4},
		{[]Verdict{Same, MoreInstructions}, Same, 0},
		{[]Verdict{MoreInstructions, Better}, Better, 0},
		{[]Verdict{MoreInstructions, CannotTell}, CannotTell, 5},
		{[]Verdict{MoreInstructions, Worse}, Worse, 4},
	} {
		var findings []Finding
		for _, v := range tt.verdicts {
			findings = append(findings, Finding{Verdict: v})
		}
		if got := overall(findings); got != tt.want || got.exitCode() != tt.code {
			t.Errorf("%v: %s, exit code %d; want %s, %d", tt.verdicts, got, got.exitCode(), tt.want, tt.code)
		}
	}
}
