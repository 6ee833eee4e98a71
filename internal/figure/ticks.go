package figure

import (
	"math"
	"strconv"
)

// Tick is a marked value of an axis.
type Tick struct {
	Value float64
	Label string
}

// Ticks are the multiples of a round step (1, 2 or 5 times a power of ten) from
// low to high, at most so many, and at least two if most allows for it. There
// are none if low is not below high.
func Ticks(low, high float64, most int) []Tick {
	if !(low < high) || math.IsInf(high-low, 0) || most < 1 {
		return nil
	}
	exponent := int(math.Floor(math.Log10((high-low)/float64(most)))) - 1
	for ; ; exponent++ {
		for _, factor := range []float64{1, 2, 5} {
			first := math.Ceil(inSteps(low, factor, exponent) - 1e-9)
			last := math.Floor(inSteps(high, factor, exponent) + 1e-9)
			if count := last - first + 1; count > float64(most) || math.IsInf(count, 0) || math.IsNaN(count) {
				continue
			} else if count < 1 {
				return nil
			}
			var all []Tick
			for k := first; k <= last; k++ {
				// Rounding may put the outer ones beyond by the last bit.
				v := min(high, max(low, multiple(k, factor, exponent)))
				all = append(all, Tick{v, tickLabel(v, exponent)})
			}
			return all
		}
	}
}

// inSteps is v divided by factor times ten to the exponent.
func inSteps(v, factor float64, exponent int) float64 {
	if exponent < 0 {
		return v * math.Pow10(-exponent) / factor
	}
	return v / math.Pow10(exponent) / factor
}

// multiple is k times the step. Powers below one are divided by, not
// multiplied with: 3 / 10 is 0.3, 3 * 0.1 is not.
func multiple(k, factor float64, exponent int) float64 {
	if exponent < 0 {
		return k * factor / math.Pow10(-exponent)
	}
	return k * factor * math.Pow10(exponent)
}

// tickLabel writes a tick with as many decimals as its step has.
func tickLabel(v float64, exponent int) string {
	if exponent > 4 || exponent < -6 {
		return strconv.FormatFloat(v, 'g', 6, 64)
	}
	return Format(v, max(0, -exponent))
}
