package table

import (
	"fmt"
	"slices"
)

// sliver is how far apart scaled numbers must be for their differences to be learnt, as networks start: at about 1. At 0.001 a date of the
// wrong century is not found; public tables have none even at 0.1.
const sliver = 0.01

// collapse doubts numbers that are hardly told apart any more when they are scaled: if float32 merges more than a hundredth of
// them, or if a few that are far from all others squeeze these. option is what chooses how they are scaled.
func (o *fitting) collapse(option string, f *Field, c *Column, s *Scaler, sorted []float64) {
	values := slices.Compact(slices.Clone(sorted))
	from, to, span := closest(values, s)
	if whole := s.Apply(values[len(values)-1]) - s.Apply(values[0]); !(span < sliver && span < sliver*whole) {
		lost := 0
		for i := 1; i < len(values); i++ {
			lost += flag(toFloat32(s.Apply(values[i])) == toFloat32(s.Apply(values[i-1])))
		}
		if lost*100 > len(values)-1 {
			o.doubts = append(o.doubts, Doubt{DoubtCollapse, c.index, fmt.Sprintf("column %s: %d of its %d values are the same as the next one when they are scaled (%s) and rounded to float32", f.Label(), lost, len(values), s.Kind),
				by(option, nil, "")})
		}
		return
	}
	far := slices.Concat(values[:from], values[to:])
	example := numberText(far[len(far)-1])
	if f.Kind == Date {
		example = dateText(far[len(far)-1], f.Dates.Layout)
	}
	var remedy Remedy
	if option == "ScaleBy" {
		remedy = by(option, string(Quantile), "keeps all apart")
	}
	if len(far) == 1 && f.Kind == Number {
		remedy = remedy.or(by("Na", example, "if it stands for a missing cell"))
	}
	remedy = remedy.or(inWords("leave out or correct rows whose number is wrong"))
	o.doubts = append(o.doubts, Doubt{DoubtCollapse, c.index, fmt.Sprintf("column %s: %d of its %d values are so far from the others, such as %s, that these are within %.2g of each other when they are scaled (%s): too close to be told apart in learning",
		f.Label(), len(far), len(values), example, span, s.Kind), remedy})
}

// closest finds the nine tenths of distinct values in ascending order that are closest to each other when they are scaled, all but one
// of few values, and how far apart they are then.
func closest(values []float64, s *Scaler) (from, to int, span float64) {
	spare := max(len(values)/10, 1) // at a fiftieth, 3 of 97 that are far are too many; public tables have none even at three tenths
	n := len(values) - spare
	if n < 2 {
		return 0, len(values), s.Apply(values[len(values)-1]) - s.Apply(values[0])
	}
	for i := range spare + 1 {
		if d := s.Apply(values[i+n-1]) - s.Apply(values[i]); i == 0 || d < span {
			from, to, span = i, i+n, d
		}
	}
	// Others that are as close belong to them.
	for from > 0 && s.Apply(values[to-1])-s.Apply(values[from-1]) < sliver {
		from--
	}
	for to < len(values) && s.Apply(values[to])-s.Apply(values[from]) < sliver {
		to++
	}
	return from, to, s.Apply(values[to-1]) - s.Apply(values[from])
}
