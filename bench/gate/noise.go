package main

import (
	"math"
	"math/rand/v2"
	"slices"
)

// floorQuantile is the share of medians that lie inside the noise floor.
const floorQuantile = 0.95

// allSigns is up to how many pairs every choice of signs is looked at; beyond
// it, as many random ones.
const allSigns = 12

// noiseFloor is how far apart this machine puts a program and itself. Each
// element of logRatios is ln(A'/A) of a pair of runs of the same program, so
// its sign is arbitrary: over all choices of signs, floorQuantile of the
// medians are at most the floor. The observed median is a lower bound. The
// result is a ratio minus one; +Inf without pairs.
func noiseFloor(logRatios []float64) float64 {
	n := len(logRatios)
	if n == 0 {
		return math.Inf(1)
	}
	signed := make([]float64, n)
	medianWith := func(negative uint64) float64 {
		for i, r := range logRatios {
			if negative>>i&1 == 1 {
				r = -r
			}
			signed[i] = r
		}
		return math.Abs(median(signed))
	}
	var medians []float64
	if n <= allSigns {
		for signs := range uint64(1) << (n - 1) { // the other half mirrors it
			medians = append(medians, medianWith(signs))
		}
	} else {
		rng := rand.New(rand.NewPCG(uint64(n), 0))
		for range 1 << (allSigns - 1) {
			medians = append(medians, medianWith(rng.Uint64()))
		}
	}
	slices.Sort(medians)
	at := int(math.Ceil(floorQuantile*float64(len(medians)))) - 1
	return math.Expm1(max(medians[at], math.Abs(median(logRatios))))
}

// median is the middle of values, or the mean of the two in the middle; NaN
// without values.
func median(values []float64) float64 {
	n := len(values)
	if n == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
