//go:build linux && amd64

package amxemu

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// exactSum is add by definition: the exact sum of x*y and c, rounded once.
// The second result is false if one of them is not finite.
func exactSum(x, y, c float32) (float32, bool) {
	for _, f := range []float32{x, y, c} {
		if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
			return 0, false
		}
	}
	const exact = 1000 // bits; products and sums of float32 span 553
	wide := func(f float32) *big.Float { return new(big.Float).SetPrec(exact).SetFloat64(float64(f)) }
	sum := new(big.Float).SetPrec(exact).Mul(wide(x), wide(y))
	sum.Add(sum, wide(c))
	if sum.Sign() == 0 {
		return float32(float64(x)*float64(y)) + c, true // of zeros or opposites: the sign is IEEE's
	}
	negative := sum.Signbit()
	sum.SetPrec(24).SetMode(big.ToNearestEven)
	if new(big.Float).Abs(sum).Cmp(big.NewFloat(minNormal)) < 0 {
		if negative {
			return float32(math.Copysign(0, -1)), true
		}
		return 0, true
	}
	f, _ := sum.Float32()
	return f, true
}

func same(a, b float32) bool {
	return bits(a) == bits(b) || math.IsNaN(float64(a)) && math.IsNaN(float64(b))
}

func checkAdd(t *testing.T, x, y, c float32) {
	t.Helper()
	want, finite := exactSum(x, y, c)
	if !finite {
		want = float32(float64(x)*float64(y) + float64(c))
	}
	if got := add(float64(x)*float64(y), c); !same(got, want) {
		t.Fatalf("%g * %g + %g = %g (%#08x), want %g (%#08x)", x, y, c, got, bits(got), want, bits(want))
	}
}

// bf16 returns a random bfloat16 with an exponent of up to span around zero's.
func bf16(rng *rand.Rand, span int) float32 {
	u := uint32(rng.Uint64())&(signBit|0x7f<<16) | uint32(127-span+rng.IntN(2*span+1))<<23
	return math.Float32frombits(u)
}

func TestAddCorners(t *testing.T) {
	inf := float32(math.Inf(1))
	factors := []float32{0, 1, 1 + 0x1p-7, 2 - 0x1p-7, 0x1p-24, 0x1p-25, 0x1p-60, 0x1p-63, 0x1p-64, 0x1p63, 0x1p127,
		0x1.fep127, minNormal, 0x1.02p-126, 0x1p-100, 0x1p-88, inf, float32(math.NaN())}
	sums := append([]float32{1 + 0x1p-23, 2 - 0x1p-23, math.MaxFloat32, minNormal * (1 + 0x1p-23), 0x1p-102, 0x1.8p-102}, factors...)
	signs := func(list []float32) []float32 {
		for _, f := range list {
			list = append(list, -f)
		}
		return list
	}
	factors, sums = signs(factors), signs(sums)
	for _, x := range factors {
		for _, y := range factors {
			for _, c := range sums {
				checkAdd(t, x, y, c)
			}
		}
	}
}

func TestAddRandom(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	rounds := 200000
	if testing.Short() {
		rounds /= 10
	}
	for range rounds {
		// A product whose last bits lie around half a unit of the sum.
		x, y := bf16(rng, 3), bf16(rng, 3)
		scale := float32(math.Ldexp(1, rng.IntN(60)))
		c := math.Float32frombits(uint32(rng.Uint64())&(signBit|1<<23-1)|127<<23) * scale
		checkAdd(t, x, y, c)
		// Sums below the normal range, and just above.
		tiny := float32(math.Ldexp(1, -62-rng.IntN(4)))
		checkAdd(t, x*tiny, y*tiny, flushed(bits(c/scale*minNormal*float32(1+rng.IntN(8)))))
	}
}

// TestAddMiddles takes sums at and around the middle between two float32,
// where rounding twice may go wrong: operands that are halves of a unit
// apart, of few bits, and of bits far apart.
func TestAddMiddles(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	few := []float32{1, 1 + 0x1p-7, 1 + 0x1p-6, 2 - 0x1p-7, 1.5}
	for _, x := range few {
		for _, y := range few {
			for e := -60; e <= 60; e++ {
				scale := float32(math.Ldexp(1, e))
				for _, last := range []uint32{0, 1, 2, 1<<23 - 1, 1<<23 - 2, 1 << 22, uint32(rng.Uint64()) & (1<<23 - 1)} {
					c := math.Float32frombits(127<<23 | last)
					checkAdd(t, x*scale, y, c)
					checkAdd(t, -x*scale, y, c)
				}
			}
		}
	}
}
