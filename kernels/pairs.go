package kernels

import "github.com/neurona-ml/neurona/internal/cpu"

// Pairs is a unit that multiplies numbers of bf16, float32 without the lower
// half of its bits, two at a time.
//
// Its operands are matrices of pairs: an element, of 32 bits, holds two
// neighbours along k, the one with the lower k in its lower half. If k is odd,
// zero fills the last pairs. So everything that moves float32 moves pairs: Product
// is that of float32 with pairs in A and B, float32 in C, k counted as if
// a pair were one number, and in Tile, whose k is a multiple of KStep,
//
//	sum += low(a)*low(b)
//	sum += high(a)*high(b)
//
// for sum += a*b, each product exact and each sum rounded to float32. Units may add
// the products of a pair, or of KStep pairs, in an order of their own, and among
// themselves before they add them to sum, where they may overflow. They take
// denormal operands, and may take denormal sums, for zero.
//
// A float32 number x is the sum of pieces of bf16, exact to 24 bits with three:
// the first is x rounded, the next what is left of x rounded, and so on. Numbers
// that would round to infinity are rounded towards zero; the pieces of
// infinities and NaN are themselves, then zeros. Denormal numbers, and what is
// left where it is denormal, have pieces that are zero.
type Pairs struct {
	Unit    string // "generic", "avx512_bf16" or "amx"
	Product Product
	// RowMajor units read A by rows only: Tile's csa is 1.
	RowMajor bool
	// MaxRows is how many rows a Tile takes at most, a multiple of Product.MR.
	MaxRows int
	// KStep divides every k that Tile and Panels take: zeros fill operands up.
	KStep int
	// Panels1, Panels3 and Panels6 sum 1, 3 and 6 terms; nil where one Tile
	// after another does as well.
	Panels1, Panels3, Panels6 Panels

	// FromRows writes the pairs of neighbours in the rows of a rows×n matrix, and
	// reports whether any number is infinite or NaN:
	//
	//	for r := range rows {
	//		for j := range (n+1)/2 {
	//			for i := range pieces { // 0 behind the end of the row
	//				dst[i*plane+r*ldd+j] = pair(piece(i, src[r*lds+2*j]), piece(i, src[r*lds+2*j+1]))
	//			}
	//		}
	//	}
	FromRows func(rows, n int, src *float32, lds, pieces int, dst *float32, ldd, plane int) (special bool)
	// FromColumns writes the pairs of neighbours in its columns:
	//
	//	for r := range (rows+1)/2 {
	//		for j := range n {
	//			for i := range pieces { // 0 below the last row
	//				dst[i*plane+r*ldd+j] = pair(piece(i, src[2*r*lds+j]), piece(i, src[(2*r+1)*lds+j]))
	//			}
	//		}
	//	}
	FromColumns func(rows, n int, src *float32, lds, pieces int, dst *float32, ldd, plane int) (special bool)
}

// Panels is Product.Tile for some panels, one after the other, and for sums of
// products of pieces, those of Terms in an order of its own; 1 ≤ panels, 1 ≤ m ≤
// MaxRows, 1 ≤ n ≤ NR, and KStep divides k ≥ 0:
//
//	for q := range panels {
//		for i := range m {
//			for j := range n {
//				sum := s[q*panelS+i*lds+j] // 0 if s is nil
//				for p := range k {
//					for each term t {
//						sum += a[t.A*planeA+i*rsa+p] * b[q*panelB+t.B*planeB+p*ldb+j]
//					}
//				}
//				c[q*panelC+i*ldc+j] = max(floor, sum)
//			}
//		}
//	}
//
// s may be c with the same strides. Panels of c do not overlap.
type Panels func(panels, m, n, k int, a *float32, rsa, planeA int, b *float32, ldb, planeB, panelB int, s *float32, lds, panelS int, c *float32, ldc, panelC int, floor float32)

// PanelsOf returns what sums so many terms, or nil.
func (u *Pairs) PanelsOf(terms int) Panels {
	switch terms {
	case 1:
		return u.Panels1
	case 3:
		return u.Panels3
	case 6:
		return u.Panels6
	}
	return nil
}

// Term is a product of two pieces: number A of the first operand and B of the
// second.
type Term struct{ A, B int }

// terms are what Terms returns.
var terms = [...][]Term{
	1: {{0, 0}},
	3: {{0, 1}, {1, 0}, {0, 0}},
	6: {{1, 1}, {0, 2}, {2, 0}, {0, 1}, {1, 0}, {0, 0}},
}

// Terms lists the n = 1, 3 or 6 largest products of pieces, the smallest first, so
// that little of them is lost in rounding. Henry, Tang and Heinecke, "Leveraging the
// bfloat16 Artificial Intelligence Datatype For Higher-Precision Computations",
// arXiv 1904.06376.
func Terms(n int) []Term { return terms[n] }

// Pieces is how many pieces of each operand so many terms need.
func Pieces(n int) int {
	pieces := 0
	for _, t := range terms[n] {
		pieces = max(pieces, t.A+1, t.B+1)
	}
	return pieces
}

// UnitGeneric is the unit in Go: the specification of the others, for tests.
const UnitGeneric = "generic"

// PairUnit returns the unit called name for set, or says why it cannot be used.
func (s *Set) PairUnit(name string) (unit *Pairs, why string) {
	if name == UnitGeneric {
		return genericPairs(s), ""
	}
	if s.ISA != string(cpu.AVX512) && cpu.Missing(cpu.AVX512) == "" {
		return nil, "it needs the kernels of avx512, and those of " + s.ISA + " were chosen"
	}
	if why := MissingUnit(name); why != "" {
		return nil, why
	}
	if why := pairsFail(name); why != "" {
		return nil, why
	}
	return tunedUnit(name), ""
}

// MissingUnit says what this machine or build lacks for the unit called name;
// it is empty if nothing.
func MissingUnit(name string) string {
	if name == UnitGeneric {
		return ""
	}
	if why := cpu.MissingUnit(name); why != "" {
		return why
	}
	if why := cpu.Missing(cpu.AVX512); why != "" {
		return why
	}
	if tunedUnit(name) == nil {
		return "this build has no kernels for it"
	}
	return ""
}

// tunedUnit is the unit of a processor called name, nil if there is none.
func tunedUnit(name string) *Pairs {
	for _, u := range tunedPairs() {
		if u.Unit == name {
			return u
		}
	}
	return nil
}

// PairUnits are the units of this package, the fastest first; all but the last
// are of processors.
func PairUnits() []string { return []string{cpu.UnitAMX, cpu.UnitAVX512, UnitGeneric} }
