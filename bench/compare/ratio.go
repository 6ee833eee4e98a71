package main

import (
	"fmt"
	"math"
)

// none stands in a table for what was not measured.
const none = "–"

// best returns the fastest of the readings that count and its rival's place,
// or nil.
func best(readings []reading) *reading {
	var fastest *reading
	for i := range readings {
		if r := &readings[i]; r.counts() && (fastest == nil || r.Nanos < fastest.Nanos) {
			fastest = r
		}
	}
	return fastest
}

// ratio says how many times as fast as the best rival neurona is, whose
// reading is the first; NaN if there is nothing to compare.
func ratio(readings []reading) (value float64, rival string) {
	if len(readings) == 0 || !readings[0].counts() {
		return math.NaN(), none
	}
	other := best(readings[1:])
	if other == nil {
		return math.NaN(), none
	}
	return other.Nanos / readings[0].Nanos, other.Rival
}

// notBelow is the ratio that counts as level: what is below it has been lost,
// what is above may be noise.
const notBelow = 0.97

// summary is what a section's ratios amount to.
type summary struct {
	Rows      int     `json:"rows"` // that have a ratio
	Geometric float64 `json:"geometric_mean"`
	Least     float64 `json:"least"`
	LeastRow  string  `json:"least_row"`
	Below     int     `json:"below_0.97"`

	logs float64 // sum of the logarithms of the ratios
}

// add takes a row's ratio; NaN is none.
func (s *summary) add(label string, ratio float64) {
	if math.IsNaN(ratio) {
		return
	}
	if s.Rows == 0 || ratio < s.Least {
		s.Least, s.LeastRow = ratio, label
	}
	if ratio < notBelow {
		s.Below++
	}
	s.logs += math.Log(ratio)
	s.Rows++
	s.Geometric = math.Exp(s.logs / float64(s.Rows))
}

func (s *summary) String() string {
	if s.Rows == 0 {
		return "no row has a reading of neurona and of a rival that does the same work"
	}
	return fmt.Sprintf("neurona against the best rival: geometric mean %.2f, least %.2f (%s), %d of %d rows below %.2f",
		s.Geometric, s.Least, s.LeastRow, s.Below, s.Rows, notBelow)
}
