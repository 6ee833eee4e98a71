package kernels

import (
	"math"
	"unsafe"
)

// genericPairs is the unit in Go, with tiles as wide as those of set.
func genericPairs(set *Set) *Pairs {
	p := genericProduct()
	p.Tile = tilePairsGeneric
	p.Transpose, p.PackRows = set.Product.Transpose, set.Product.PackRows
	p.NR = set.Product.NR
	return &Pairs{
		Unit: UnitGeneric, Product: p, MaxRows: p.MR, KStep: 1,
		FromRows: fromRowsGeneric, FromColumns: fromColumnsGeneric,
	}
}

// tilePairsGeneric is Product.Tile for pairs.
func tilePairsGeneric(m, n, k int, a *float32, rsa, csa int, b *float32, ldb int, s *float32, lds int, c *float32, ldc int, floor float32, _ *float32, _ int) {
	for i := range m {
		for j := range n {
			sum := float32(0)
			if s != nil {
				sum = *at(s, i*lds+j)
			}
			for p := range k {
				x, y := math.Float32bits(*at(a, i*rsa+p*csa)), math.Float32bits(*at(b, p*ldb+j))
				sum += float32(lowOf(x) * lowOf(y))
				sum += float32(highOf(x) * highOf(y))
			}
			storeAtLeast(at(c, i*ldc+j), floor, sum)
		}
	}
}

func lowOf(pair uint32) float32  { return math.Float32frombits(pair << 16) }
func highOf(pair uint32) float32 { return math.Float32frombits(pair &^ 0xffff) }

// largestBF16 is the largest finite number of bf16, as float32 bits.
const largestBF16 = 0x7f7f0000

// piece rounds x to bf16, to nearest with ties to even, and returns what is left.
// Denormal numbers become zero, as with the processor's conversion.
func piece(x float32) (rounded, left float32) {
	bits := math.Float32bits(x)
	switch size := bits &^ (1 << 31); {
	case size > 0x7f800000: // NaN: a payload in the lower half alone would be lost
		return math.Float32frombits(bits&^0xffff | 1<<22), 0
	case size == 0x7f800000:
		return x, 0
	case size < 1<<23: // denormal
		return math.Float32frombits(bits & (1 << 31)), x
	case size >= largestBF16:
		rounded = math.Float32frombits(bits &^ 0xffff)
	default:
		rounded = math.Float32frombits((bits + 0x7fff + bits>>16&1) &^ 0xffff)
	}
	return rounded, x - rounded
}

// pairOf joins two numbers of bf16.
func pairOf(low, high float32) float32 {
	return math.Float32frombits(math.Float32bits(low)>>16 | math.Float32bits(high)&^0xffff)
}

// fromRowsGeneric is Pairs.FromRows.
func fromRowsGeneric(rows, n int, src *float32, lds, pieces int, dst *float32, ldd, plane int) (special bool) {
	for r := range rows {
		row := unsafe.Slice(at(src, r*lds), n)
		for j := 0; j < n; j += 2 {
			low, high := row[j], float32(0)
			if j+1 < n {
				high = row[j+1]
			}
			special = storePieces(low, high, pieces, at(dst, r*ldd+j/2), plane) || special
		}
	}
	return special
}

// fromColumnsGeneric is Pairs.FromColumns.
func fromColumnsGeneric(rows, n int, src *float32, lds, pieces int, dst *float32, ldd, plane int) (special bool) {
	for r := 0; r < rows; r += 2 {
		for j := range n {
			low, high := *at(src, r*lds+j), float32(0)
			if r+1 < rows {
				high = *at(src, (r+1)*lds+j)
			}
			special = storePieces(low, high, pieces, at(dst, r/2*ldd+j), plane) || special
		}
	}
	return special
}

// storePieces stores the pairs of the pieces of two numbers, plane elements
// apart, and reports whether one is infinite or NaN.
func storePieces(low, high float32, pieces int, dst *float32, plane int) bool {
	special := low-low != 0 || high-high != 0
	for i := range pieces {
		var l, h float32
		l, low = piece(low)
		h, high = piece(high)
		*at(dst, i*plane) = pairOf(l, h)
	}
	return special
}
