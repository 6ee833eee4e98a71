package main

import (
	"math"

	"github.com/neurona-ml/neurona/bench"
	"github.com/neurona-ml/neurona/blas"
)

// Streams of random numbers; rivals/product.h has the same.
const (
	streamA = iota + 1
	streamB
	streamU // signs for the rows of C
	streamV // signs for the columns of C
)

// mix is number i of SplitMix64 from seed.
func mix(seed, i uint64) uint64 {
	z := seed + (i+1)*0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// uniform is element i of a stream: in [-1, 1), the same in every rival.
func uniform(stream, i uint64) float32 { return float32(mix(stream, i)>>40)*0x1p-23 - 1 }

// sign is element i of a stream of signs.
func sign(stream, i uint64) float64 {
	if mix(stream, i)>>63 != 0 {
		return 1
	}
	return -1
}

// fill writes the first elements of a stream, row by row.
func fill(stream uint64) bench.Fill {
	return func(m blas.Matrix) {
		for i := range m.Rows {
			for j := range m.Cols {
				m.Data[i*m.Stride+j] = uniform(stream, uint64(i*m.Cols+j))
			}
		}
	}
}

// checksum is uᵀ·C·v for random signs u and v, in float64.
func checksum(c blas.Matrix) float64 {
	sum := 0.0
	for i := range c.Rows {
		row := 0.0
		for j, x := range c.Data[i*c.Stride : i*c.Stride+c.Cols] {
			row += sign(streamV, uint64(j)) * float64(x)
		}
		sum += sign(streamU, uint64(i)) * row
	}
	return sum
}

// expectedChecksum is what checksum must give for p's result: uᵀ·(A·B)·v taken
// as (uᵀ·A)·(B·v), which needs no product (Freivalds, 1977).
func expectedChecksum(p product) float64 {
	left := make([]float64, p.K)  // uᵀ·op(A)
	right := make([]float64, p.K) // op(B)·v
	for k := range p.K {
		for i := range p.M {
			at := i*p.K + k
			if p.Op == bench.TN {
				at = k*p.M + i
			}
			left[k] += sign(streamU, uint64(i)) * float64(uniform(streamA, uint64(at)))
		}
		for j := range p.N {
			at := k*p.N + j
			if p.Op == bench.NT {
				at = j*p.K + k
			}
			right[k] += sign(streamV, uint64(j)) * float64(uniform(streamB, uint64(at)))
		}
	}
	sum := 0.0
	for k := range left {
		sum += left[k] * right[k]
	}
	return sum
}

// checksumTolerance bounds the error of a right result. The checksum of a
// random C is about √(mnk)/3, and so is the change if anything is wrong.
// Relative to that, rounding to float32 leaves about 2⁻²⁴·√k, which is less
// than 1e-5; operands rounded to bf16 leave about 2⁻⁹.
func checksumTolerance(p product) float64 {
	scale := math.Sqrt(float64(p.M)*float64(p.N)*float64(p.K)) / 3
	if p.Precision == "bf16" {
		return 2e-2 * scale
	}
	return 1e-4 * scale
}
