package figure

import (
	"math"
	"strconv"
	"strings"
)

// rounded is v in whole steps. It is rounded to a fine step first: values that
// should be equal, and are not by the last bit, are on the same side of a tie
// then.
func rounded(v, step float64) float64 {
	const fine = 1e6
	v = math.Round(float64(v*fine)) / fine
	return math.Round(v/step) * step
}

// tenths is a coordinate as files have it: in tenths of a unit.
func tenths(v float64) int { return int(rounded(float64(v*10), 1)) }

// number writes a coordinate.
func number(v float64) string { return tenth(tenths(v)) }

// tenth writes n tenths.
func tenth(n int) string {
	if n%10 == 0 {
		return strconv.Itoa(n / 10)
	}
	return strconv.FormatFloat(float64(n)/10, 'f', 1, 64)
}

// Format writes a value with so many decimals, with a true minus sign, and
// without one if what is left of it is nought.
func Format(v float64, decimals int) string {
	text := strconv.FormatFloat(v, 'f', decimals, 64)
	if digits, negative := strings.CutPrefix(text, "-"); negative {
		if strings.Trim(digits, "0.") == "" {
			return digits
		}
		return "−" + digits
	}
	return text
}
