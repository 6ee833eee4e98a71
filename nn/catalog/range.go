package catalog

import "math"

// Range is a check on numbers that says what it wants. The zero value allows
// every finite number.
type Range struct {
	low, high bound
}

// bound is an end of a range.
type bound struct {
	is        bool // there is one
	value     float64
	exclusive bool // the value itself is outside
}

// AtLeast allows low and what is above.
func AtLeast(low float64) Range { return Range{low: bound{true, low, false}} }

// Above allows what is above low.
func Above(low float64) Range { return Range{low: bound{true, low, true}} }

// Between allows low, high and what is between them.
func Between(low, high float64) Range {
	return Range{bound{true, low, false}, bound{true, high, false}}
}

// Inside allows what is between low and high, but neither of them.
func Inside(low, high float64) Range {
	return Range{bound{true, low, true}, bound{true, high, true}}
}

// Fraction allows 0 and what is between 0 and 1.
func Fraction() Range { return Range{bound{true, 0, false}, bound{true, 1, true}} }

// Allows reports whether v is finite and in the range.
func (r Range) Allows(v float64) bool {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return false
	}
	if r.low.is && (v < r.low.value || r.low.exclusive && v == r.low.value) {
		return false
	}
	return !r.high.is || v < r.high.value || !r.high.exclusive && v == r.high.value
}

// String says what is wanted, "at least 0 and below 1"; nothing if every number
// is.
func (r Range) String() string {
	var low, high string
	if r.low.is {
		low = "at least "
		if r.low.exclusive {
			low = "above "
		}
		low += formatNumber(r.low.value)
	}
	if r.high.is {
		high = "at most "
		if r.high.exclusive {
			high = "below "
		}
		high += formatNumber(r.high.value)
	}
	if low != "" && high != "" {
		return low + " and " + high
	}
	return low + high
}
