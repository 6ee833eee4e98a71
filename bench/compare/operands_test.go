package main

import (
	"math"
	"testing"

	"github.com/neurona-ml/neurona/bench"
	"github.com/neurona-ml/neurona/blas"
)

// TestMix compares with the reference implementation's published output for
// seed 1234567 (Vigna, prng.di.unimi.it/splitmix64.c).
func TestMix(t *testing.T) {
	for i, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431} {
		if got := mix(1234567, uint64(i)); got != want {
			t.Errorf("number %d is %d, want %d", i, got, want)
		}
	}
}

func TestUniformFillsItsRange(t *testing.T) {
	lo, hi, sum := 1.0, -1.0, 0.0
	const n = 1 << 14
	for i := range uint64(n) {
		x := float64(uniform(streamA, i))
		lo, hi, sum = min(lo, x), max(hi, x), sum+x
	}
	// The mean of n numbers uniform in [-1, 1) has a deviation of 1/√(3n).
	if lo < -1 || hi >= 1 || lo > -0.99 || hi < 0.99 || !(math.Abs(sum/n) <= 5/math.Sqrt(3*n)) {
		t.Errorf("from %g to %g, mean %g", lo, hi, sum/n)
	}
}

// sized is a product's shape in the order of labels.
func sized(op bench.Op, m, n, k int) bench.Product { return bench.Product{Op: op, M: m, N: n, K: k} }

// naive is the product in float64, rounded at the end.
func naive(p product) blas.Matrix {
	c := blas.Matrix{Rows: p.M, Cols: p.N, Stride: p.N, Data: make([]float32, p.M*p.N)}
	for i := range p.M {
		for j := range p.N {
			sum := 0.0
			for k := range p.K {
				a, b := i*p.K+k, k*p.N+j
				if p.Op == bench.TN {
					a = k*p.M + i
				}
				if p.Op == bench.NT {
					b = j*p.K + k
				}
				sum += float64(uniform(streamA, uint64(a))) * float64(uniform(streamB, uint64(b)))
			}
			c.Data[i*p.N+j] = float32(sum)
		}
	}
	return c
}

func TestChecksumOfRightAndWrongResults(t *testing.T) {
	for _, op := range bench.Ops {
		p := product{Product: sized(op, 33, 17, 29)}
		c := naive(p)
		want := expectedChecksum(p)
		if got := checksum(c); !(math.Abs(got-want) <= checksumTolerance(p)) {
			t.Errorf("%v: checksum %g, want %g ± %g", p, got, want, checksumTolerance(p))
		}
		for name, spoil := range map[string]func(){
			"one element":       func() { c.Data[40] += 0.1 },
			"rows swapped":      func() { c.Data[0], c.Data[17] = c.Data[17], c.Data[0] },
			"element left as 0": func() { c.Data[5] = 0 },
			"NaN":               func() { c.Data[5] = float32(math.NaN()) },
		} {
			c = naive(p)
			spoil()
			check := newChecker(p)
			if err := check.check(false, answer{Checksum: checksum(c)}); err == nil {
				t.Errorf("%v: %s passes", p, name)
			}
		}
	}
}
