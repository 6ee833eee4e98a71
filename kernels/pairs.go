package kernels

import "github.com/neurona-ml/neurona/internal/cpu"

// Pairs is a unit that multiplies numbers of bf16, float32 without the lower
// half of its bits, two at a time.
//
// Its operands are matrices of pairs: an element, of 32 bits, holds two
// neighbours along k, the one with the lower k in its lower half. If k is odd,
// zero fills the last pairs. So everything that moves float32 moves pairs: Product
// is that of float32 with pairs in A and B, float32 in C, k and Rate counted as if
// a pair were one number, and in Tile
//
//	sum += low(a)*low(b)
//	sum += high(a)*high(b)
//
// for sum += a*b, each product exact and each sum rounded to float32. Units
// take denormal operands, and may take denormal sums, for zero.
//
// A float32 number x is the sum of pieces of bf16, exact to 24 bits with three:
// the first is x rounded, the next what is left of x rounded, and so on. Numbers
// that would round to infinity are rounded towards zero; the pieces of
// infinities and NaN are themselves, then zeros.
type Pairs struct {
	Unit    string // "generic", "avx512_bf16" or "amx"
	Product Product
	// RowMajor units read A by rows only: Tile's csa is 1.
	RowMajor bool
	// MaxRows is how many rows a Tile takes at most, a multiple of Product.MR.
	MaxRows int

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
