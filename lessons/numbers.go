package lessons

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Numbers are written alike in all languages, with a decimal point: both spellings are right in Spanish, and a reader may copy
// them into a program (RAE, Ortografía de la lengua española, 2010).

// short is a number as people write it: at most four significant digits, no zeros behind them.
func short(v float64) string {
	if v == 0 {
		return "0"
	}
	digits := max(0, 4-int(math.Floor(math.Log10(math.Abs(v))))-1)
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// fixed is a number with so many decimals. What is rounded to nought has no sign.
func fixed(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.Trim(s, "-0.") == "" {
		s = strings.TrimPrefix(s, "-")
	}
	return s
}

// scientific is a number as a formula with a power of ten.
func scientific(v float64) string {
	if v == 0 {
		return "0"
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', 1, 64), "e")
	power, err := strconv.Atoi(exponent)
	if err != nil { // Inf and NaN
		return mantissa
	}
	return fmt.Sprintf(`$%s \cdot 10^{%d}$`, mantissa, power)
}

// brief is a number of any size: with a power of ten where decimals would not do.
func brief(v float64) string {
	if a := math.Abs(v); a != 0 && (a < 0.001 || a >= 1e5) {
		return scientific(v)
	}
	return short(v)
}

// percent is a share.
func percent(v float64) string { return fixed(100*v, 1) + "\u00a0%" }

// signed is a number as a summand: "+ 3.2", "- 1.5".
func signed(v float64, decimals int) string {
	s := fixed(math.Abs(v), decimals)
	if v < 0 {
		return "- " + s
	}
	return "+ " + s
}

// matrixFormula is a matrix as a formula.
func matrixFormula(rows [][]float64) string {
	var b strings.Builder
	b.WriteString(`\begin{pmatrix} `)
	for i, row := range rows {
		if i > 0 {
			b.WriteString(` \\ `)
		}
		for j, v := range row {
			if j > 0 {
				b.WriteString(" & ")
			}
			b.WriteString(short(v))
		}
	}
	b.WriteString(` \end{pmatrix}`)
	return b.String()
}
