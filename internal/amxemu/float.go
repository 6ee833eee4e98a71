//go:build linux && amd64

package amxemu

import (
	"encoding/binary"
	"math"
)

const (
	minNormal = 0x1p-126 // of float32
	signBit   = 1 << 31
	expMask   = 0xff << 23
)

func bits(f float32) uint32 { return math.Float32bits(f) }

// flushed returns the float32 of these bits, zero with its sign for a
// denormal.
func flushed(u uint32) float32 {
	if u&expMask == 0 {
		u &= signBit
	}
	return math.Float32frombits(u)
}

// widen returns the pair of bfloat16 at the start of b, denormals as zeros.
func widen(b []byte) (even, odd float64) {
	u := binary.LittleEndian.Uint32(b)
	return float64(flushed(u << 16)), float64(flushed(u &^ 0xffff))
}

// add returns p+c rounded once, to nearest even, to float32, and flushed to
// zero if the rounded sum is below the normal range. p is a float32 or the
// product of two bfloat16, so that add is also the multiply-add.
//
// Rounding to float64 first and then to float32 is the same: p (a product has
// 16 bits at most, and float64 its range) and c are numbers of at most 24
// bits, and rounding their sum twice is harmless if the first time leaves at
// least 2*24+2 bits (Figueroa, "When is double rounding innocuous?", 1995).
// In short, to lie beside the middle between two float32, yet so near that
// float64 does not tell, a sum needs bits of the smaller operand that are
// more than 24 apart.
func add(p float64, c float32) float32 {
	s := p + float64(c)
	// Half a unit below the least normal number, in the precision of normal
	// numbers, rounds up to it.
	if math.Abs(s) < minNormal-0x1p-151 {
		return float32(s * 0)
	}
	return float32(s)
}
