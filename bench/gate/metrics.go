package main

import (
	"math"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
)

const (
	secondsPerOp      = "sec/op"
	instructionsPerOp = "instructions/op"
)

// exactUnits are properties of the program wherever they appear; units
// declared assume=exact join them.
var exactUnits = []string{"B/op", "allocs/op", "flops/op", instructionsPerOp}

func isExact(unit string, units benchfmt.UnitMetadataMap) bool {
	if slices.Contains(exactUnits, unit) {
		return true
	}
	assume := units.Get(unit, "assume")
	return assume != nil && assume.Value == "exact"
}

// direction is +1 if higher values are better, -1 if lower ones are, 0 if
// nobody knows, so that nobody can judge.
func direction(unit string, units benchfmt.UnitMetadataMap) int {
	if better := units.GetBetter(unit); better != 0 {
		return better
	}
	if slices.Contains(exactUnits, unit) {
		return -1
	}
	return 0
}

// isTiming reports whether a unit is compared by statistics. A percentage of
// a roof is not: it is a time over a second, noisier measurement of the
// machine, and the time stands beside it.
func isTiming(unit string, units benchfmt.UnitMetadataMap) bool {
	return direction(unit, units) != 0 && !isExact(unit, units) && !strings.HasPrefix(unit, "%")
}

// sameInformation is how far, as a ratio, the product of a rate and a time
// may vary if one is computed from the other: what printing both to about
// four digits loses, twice.
const sameInformation = 2e-3

// impliedByTime reports whether a rate says nothing that sec/op does not:
// their product, the work of an iteration, is one number in every reading.
// Testing it beside the time would only make each test weaker.
func impliedByTime(unit string, readings []reading) bool {
	least, most := math.Inf(1), math.Inf(-1)
	for _, r := range readings {
		seconds, ok := r[secondsPerOp]
		rate, has := r[unit]
		if !ok || !has {
			return false
		}
		least, most = min(least, seconds*rate), max(most, seconds*rate)
	}
	return most-least <= sameInformation*math.Abs(most)
}
