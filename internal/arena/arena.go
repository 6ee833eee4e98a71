// Package arena hands out float32 memory that starts on a cache line, so
// that 64-byte vector loads of whole rows never straddle two lines.
package arena

import "unsafe"

const (
	// LineBytes is the size of a cache line and the alignment of everything
	// that Float32 returns.
	LineBytes = 64
	// LineFloats is how many float32 fill a line.
	LineFloats = LineBytes / 4
)

// Float32 returns n zeros whose first element is 64-byte aligned. The memory
// is ordinary garbage-collected memory without pointers; its capacity is n.
func Float32(n int) []float32 {
	if n == 0 {
		return nil
	}
	if n >= hugeBytes/8 { // half of a page: 4*n may be more than an int of 32 bits holds
		return huge(n)
	}
	// Go aligns large blocks to 8 bytes at least: room for one line more
	// always contains an aligned start.
	raw := make([]float32, n+LineFloats-1)
	skip := 0
	if off := uintptr(unsafe.Pointer(unsafe.SliceData(raw))) % LineBytes; off != 0 {
		skip = int(LineBytes-off) / 4
	}
	return raw[skip : skip+n : skip+n]
}

// Stride returns the leading dimension, in elements, at which rows of cols
// elements all start on a line and successive rows do not fall into the same
// few cache sets: cols rounded up to a line, plus one line if the row would
// be a multiple of 1 KiB (a 48-KiB, 12-way L1 has 64 sets: rows 4 KiB apart
// share one, and rows 1 KiB apart use only a sixteenth of them).
func Stride(cols int) int {
	ld := (cols + LineFloats - 1) / LineFloats * LineFloats
	if ld%256 == 0 {
		ld += LineFloats
	}
	return ld
}
