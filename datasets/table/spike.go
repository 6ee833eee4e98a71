package table

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// What makes a spike. Counts are of doubts in the ten public tables, whole and in 20 samples of 30 to 1000 rows of each: 67 as it is, mostly 0
// where there is nothing to measure, such as the areas of no garage. Cases are those of TestSpikes.
const (
	spikeOthers  = 5  // other numbers, at least: a quarter of fewer is none
	spikeUsual   = 5  // as many rows as the most frequent other number: at 1, 99 is one among percents (69); at 8, 9999 in a tenth of the rows is none among incomes
	spikeCode    = 99 // the least among others: shorter codes, 9 and 77, are counts and ages, too
	spikeNear    = 3  // gaps as wide as any near it: at 2, 99 is one above percents (88); at 10, 0 below skewed values is none (34)
	spikeInner   = 2  // or as any in the middle, where half of a column is narrow (73 at 1, 65 at 3)
	spikeHalf    = 2  // parts of that half's width that it is away then: at 1 part a gap in skewed numbers is none (63), at 4 it is (76)
	spikeWhole   = 2  // widths of all others, for what is no code: outliers are nearer (69 at 1, 64 at 4)
	spikeLevels  = 10 // other numbers beside 0, at least: at 5, 0 is one below the levels 4 to 8 (70)
	spikeNegated = -9 // the codes from there down, below what has no sign: at -1, counts from -1 have one
)

// isPlaceholder tells whether people write a number where there is none: 99, 999, 9999 and so on, the same of 8s and 7s, those of 9s that
// end in 7 or 8 as surveys have them, all of them also negative and with a decimal point; -7, -8, -9 and -1.
func isPlaceholder(v float64) bool {
	text := numberText(math.Abs(v))
	digits := strings.Replace(text, ".", "", 1)
	if v == -1 {
		return true
	}
	if len(digits) < 2 && v > 0 || digits == "" {
		return false
	}
	first, last := digits[0], digits[len(digits)-1]
	same := strings.Count(digits[:len(digits)-1], digits[:1]) == len(digits)-1
	return same && first >= '7' && (last == first || first == '9' && last >= '7')
}

// pile is the rows in which a column has one value.
type pile struct {
	value float64
	rows  int
}

// suspectSpike looks for numbers that stand for missing cells: a value of several rows beyond all others, and far from them, or one that
// people write for what is missing, and that has many more rows than any other number has.
func (r *inferring) suspectSpike(f *Field, values []float64) {
	var piles []pile
	for _, v := range values {
		if n := len(piles); n > 0 && piles[n-1].value == v {
			piles[n-1].rows++
		} else {
			piles = append(piles, pile{v, 1})
		}
	}
	usual := 2 // rows of a number that is none of these
	for _, p := range piles {
		if p.value != 0 && !isPlaceholder(p.value) {
			usual = max(usual, p.rows)
		}
	}
	below := beyond(piles, 1, len(values))
	slices.Reverse(piles)
	above := beyond(piles, -1, len(values))
	for _, p := range slices.Backward(piles) {
		why := ""
		switch {
		case slices.Contains(below, p), slices.Contains(above, p):
			why = "is far from all others"
		case len(piles) > spikeOthers && p.rows >= spikeUsual*usual && isPlaceholder(p.value) && math.Abs(p.value) >= spikeCode:
			why = "has many more of them than other numbers have"
		default:
			continue
		}
		f.addDoubt(r.schema, DoubtSpike, fmt.Sprintf("%s, in %s, %s: it may stand for a missing cell", numberText(p.value), plural(p.rows, "row"), why), by("Na", numberText(p.value), ""))
	}
}

// beyond finds what stands for missing cells before all other values; sign is 1 if values ascend, -1 if they descend.
func beyond(piles []pile, sign float64, cells int) (found []pile) {
	// Several placeholders may stand beside each other: none is a neighbour of another that counts.
	first := 0
	for first < len(piles) && piles[first].rows > 1 && (piles[first].value == 0 || isPlaceholder(piles[first].value)) {
		first++
	}
	first = max(first, 1)
	if len(piles)-first < spikeOthers || piles[0].rows < 2 {
		return nil
	}
	others := piles[first:]
	apart := func(a, b pile) float64 { return sign * (b.value - a.value) }
	near := 0.0 // the widest gap in the quarter that is nearest
	for i := 1; i <= max(len(others)/4, 4); i++ {
		near = max(near, apart(others[i-1], others[i]))
	}
	var rows []pile // of others
	for _, p := range others {
		rows = append(rows, slices.Repeat([]pile{p}, p.rows)...)
	}
	n := len(rows)
	inner := 0.0 // the widest gap in the middle nine tenths: in all of it, gaps of outliers hide what is (63), in 6 tenths fewer count (71)
	for k := n/20 + 1; k < n-n/20; k++ {
		inner = max(inner, apart(rows[k-1], rows[k]))
	}
	half, whole := apart(rows[n/4], rows[3*n/4]), apart(rows[0], rows[n-1])
	for _, p := range piles[:first] {
		distance := apart(p, others[0])
		is := p.rows > 2 && distance > spikeWhole*whole
		far := distance > spikeNear*near*(1+1e-9) || distance > half/spikeHalf && distance > spikeInner*inner
		switch {
		case p.value == 0:
			// Few values are rather levels of which 0 is one, and what most cells are, is none of a column's codes.
			is = len(others) >= spikeLevels && 2*p.rows <= cells && far
		case isPlaceholder(p.value):
			is = is || far || p.value <= spikeNegated && sign > 0 && others[0].value >= 0
		}
		if is && p.rows > 1 {
			found = append(found, p)
		}
	}
	return found
}
