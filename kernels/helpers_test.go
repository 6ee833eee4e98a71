package kernels

import (
	"math"
	"testing"

	"github.com/neurona-ml/neurona/internal/arena"
)

const (
	// unit is the unit roundoff of float32: a rounded result is within unit
	// times its magnitude of the exact one, or within tiny if it is denormal.
	unit = 0x1p-24
	tiny = 0x1p-149
)

// eachSet runs a subtest for every set that this machine can run.
func eachSet(t *testing.T, test func(t *testing.T, s *Set)) {
	for _, s := range Sets() {
		t.Run("isa="+s.ISA, func(t *testing.T) {
			t.Parallel()
			test(t, s)
		})
	}
}

// lengths returns the lengths to test up to limit: all small ones, which have
// every combination of rounds, vectors and tail, and a few larger.
func lengths(limit int) []int {
	var all []int
	for n := range 71 {
		all = append(all, n)
	}
	all = append(all, 255, 256, 257, 258, 259, 260, 1000)
	for i, n := range all {
		if n > limit {
			return all[:i]
		}
	}
	return all
}

const longest = 1000

// guarded is memory that faults if anything beyond a slice of it is touched.
type guarded struct {
	afterGuard, beforeGuard []float32 // unmapped page before the first, behind the second
}

func newGuarded(t testing.TB) guarded {
	t.Helper()
	var mem [2][]float32
	for i, atEnd := range []bool{false, true} {
		m, free, err := arena.Guarded(longest, atEnd)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(free)
		mem[i] = m
	}
	return guarded{mem[0], mem[1]}
}

// slice returns n floats that end at an unmapped page if atEnd, and start
// after one if not. At the end, odd lengths start at unaligned addresses.
func (g guarded) slice(n int, atEnd bool) []float32 {
	if atEnd {
		return g.beforeGuard[longest-n:]
	}
	return g.afterGuard[:n:n]
}

// agree says whether got is want within tol; NaN agrees with NaN, and what is
// too large for a float32 with the infinity of its sign.
func agree(got float32, want, tol float64) bool {
	if math.IsNaN(want) {
		return got != got
	}
	if rounded := float32(want); math.IsInf(float64(rounded), 0) {
		return got == rounded
	}
	return math.Abs(float64(got)-want) <= tol
}

// ulp returns the distance of neighbouring float32 numbers at x.
func ulp(x float64) float64 {
	_, exponent := math.Frexp(x)
	return math.Ldexp(1, max(exponent-24, -149))
}

func sameBits(x, y []float32) bool {
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if math.Float32bits(x[i]) != math.Float32bits(y[i]) {
			return false
		}
	}
	return true
}

func fill(x []float32, v float32) {
	for i := range x {
		x[i] = v
	}
}

var (
	nan32 = float32(math.NaN())
	inf32 = float32(math.Inf(1))
)
