package main

import (
	"math"
	"slices"

	"golang.org/x/perf/benchmath"
)

// Finding is the judgement of one metric of one benchmark.
type Finding struct {
	Name    string  `json:"name"`
	Unit    string  `json:"unit"` // in base units, as benchfmt has them: sec/op, B/op
	Kind    Kind    `json:"kind"`
	Verdict Verdict `json:"verdict"`
	Reason  string  `json:"reason"`

	Base Center `json:"base"`
	Head Center `json:"head"`

	// Change is HEAD over BASE minus one: for a timing the median over the
	// pairs of runs, for an exact metric of the values. 0 to something is +Inf
	// and left out of JSON.
	Change float64 `json:"-"`

	Timing *Timing `json:"timing,omitempty"` // the last measurement, for timings
	Again  bool    `json:"measured_again"`
}

// Kind says how a metric is compared.
type Kind string

// The kinds of metrics.
const (
	KindTiming Kind = "timing" // by statistics
	KindExact  Kind = "exact"  // by value
)

// Timing is what the statistics of a timing say.
type Timing struct {
	P         float64 `json:"p"`          // of A/B pairs against A/A pairs
	AdjustedP float64 `json:"adjusted_p"` // after correction for the number of tests
	Floor     float64 `json:"noise_floor"`
	Limit     float64 `json:"limit"` // the larger of noise floor and threshold
	Pairs     int     `json:"pairs"`
}

// Center is a sample's median with its 95 % confidence interval, or the value
// of an exact metric.
type Center struct {
	Value float64 `json:"value"`
	Low   float64 `json:"-"` // infinite if there are too few values
	High  float64 `json:"-"`
}

const confidence = 0.95

// centerOf summarises values without assuming a distribution.
func centerOf(values []float64) Center {
	if len(values) == 0 {
		return Center{}
	}
	s := benchmath.AssumeNothing.Summary(newSample(values), confidence)
	return Center{s.Center, s.Lo, s.Hi}
}

// newSample copies values, because benchmath sorts what it is given.
func newSample(values []float64) *benchmath.Sample {
	return benchmath.NewSample(slices.Clone(values), &benchmath.DefaultThresholds)
}

// change is head over base minus one; no change where both are 0.
func change(base, head float64) float64 {
	if base == head {
		return 0
	}
	if base == 0 {
		return math.Inf(1)
	}
	return head/base - 1
}
