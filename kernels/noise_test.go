package kernels

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The rounds of random numbers, of which each is x ^= x >> shift, x *= factor.
var rounds = []struct{ shift, factor uint64 }{{17, 0xed5ad4bb}, {16, 0x21f0aaad}, {15, 0xd35a2d97}}

// randomOf is the random number of a column, by what doc comments say of it.
func randomOf(column, key0, key1 uint32) uint32 {
	x := uint64(column ^ key0)
	for i, round := range rounds {
		x = (x ^ x>>round.shift) * round.factor % (1 << 32)
		if i == 0 {
			x ^= uint64(key1)
		}
	}
	return uint32(x ^ x>>15)
}

// columnOf is the column whose random number is given.
func columnOf(random, key0, key1 uint32) uint32 {
	unshift := func(x, shift uint64) uint64 {
		y := x
		for range 32 / shift {
			y = x ^ y>>shift
		}
		return y
	}
	x := unshift(uint64(random), 15)
	for i := len(rounds) - 1; i >= 0; i-- {
		if i == 0 {
			x ^= uint64(key1)
		}
		inverse := uint64(1)
		for range 5 { // Newton's steps, each of which doubles the bits that are right
			inverse = inverse * (2 - rounds[i].factor*inverse) % (1 << 32)
		}
		x = unshift(x*inverse%(1<<32), rounds[i].shift)
	}
	return uint32(x) ^ key0
}

// normalsOf are the normally distributed numbers of two random ones. Those have been rounded to
// float32, as the kernels say.
func normalsOf(radius, turns uint32) (x, y float64) {
	v := float64(float32(float64(float32(int32(radius)))*0x1p-31 + 0x1p-32))
	r := math.Sqrt(-2 * math.Log(math.Abs(v)))
	angle := 2 * math.Pi * math.Abs(float64(float32(int32(turns)))) / (1 << 33)
	return math.Copysign(r*math.Cos(angle), v), math.Copysign(r*math.Sin(angle), float64(int32(turns)))
}

// noiseCase is a call of a kernel of noise.
type noiseCase struct {
	first, key0, key1, share uint32
}

const (
	noiseScale, noiseShift, noiseDropped = float32(1.25), float32(0.3), float32(-1.1)
	noiseSigma                           = float32(0.7)
)

// noiseKernel is one of them with what comes out of an element.
type noiseKernel struct {
	name string
	run  func(s *Set, dst, src []float32, c noiseCase)
	// at returns what element i of n becomes, and by how much it may differ.
	at func(v float32, i, n int, c noiseCase) (want float32, tol float64)
}

func noiseKernels() []noiseKernel {
	return []noiseKernel{
		{
			"dropout",
			func(s *Set, dst, src []float32, c noiseCase) {
				s.Dropout(dst, src, c.first, c.key0, c.key1, c.share, noiseScale)
			},
			func(v float32, i, _ int, c noiseCase) (float32, float64) {
				if randomOf(c.first+uint32(i), c.key0, c.key1) < c.share {
					return 0, 0
				}
				return noiseScale * v, 0
			},
		},
		{
			"alphaDropout",
			func(s *Set, dst, src []float32, c noiseCase) {
				s.AlphaDropout(dst, src, c.first, c.key0, c.key1, c.share, noiseScale, noiseShift, noiseDropped)
			},
			func(v float32, i, _ int, c noiseCase) (float32, float64) {
				if randomOf(c.first+uint32(i), c.key0, c.key1) < c.share {
					return noiseDropped, 0
				}
				return float32(noiseScale*v) + noiseShift, 0
			},
		},
		{
			"gaussianNoise",
			func(s *Set, dst, src []float32, c noiseCase) {
				h := len(src) / 2
				s.GaussianNoise(dst[:h], dst[h:2*h], src[:h], src[h:2*h], c.first, c.key0, c.key1, noiseSigma)
				if last := len(src) - 1; last == 2*h {
					s.GaussianNoise(dst[last:], dst[last:], src[last:], src[last:], c.first+uint32(h), c.key0, c.key1, noiseSigma)
				}
			},
			func(v float32, i, n int, c noiseCase) (float32, float64) {
				h := n / 2
				column := c.first + uint32(min(i%max(h, 1), h))
				if i == 2*h {
					column = c.first + uint32(h)
				}
				x, y := normalsOf(randomOf(column, c.key0, c.key1), randomOf(column^1<<31, c.key0, c.key1))
				if i >= h {
					x = y
				}
				want := float64(v) + float64(noiseSigma)*x
				return float32(want), 4*ulp(float64(noiseSigma)*x) + ulp(want)
			},
		},
	}
}

// check compares what came out with what should.
func (k noiseKernel) check(t *testing.T, dst, src []float32, c noiseCase) {
	t.Helper()
	for i, v := range src {
		want, tol := k.at(v, i, len(src), c)
		same := math.Float32bits(dst[i]) == math.Float32bits(want)
		if tol > 0 {
			same = agree(dst[i], float64(want), tol)
		}
		if !same && !(want != want && dst[i] != dst[i]) {
			t.Fatalf("element %d of %d, which was %g, with %+v: got %g (%#08x), want %g (%#08x) ± %g",
				i, len(src), v, c, dst[i], math.Float32bits(dst[i]), want, math.Float32bits(want), tol)
		}
	}
}

func eachNoise(t *testing.T, test func(t *testing.T, s *Set, k noiseKernel)) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, k := range noiseKernels() {
			t.Run(k.name, func(t *testing.T) { test(t, s, k) })
		}
	})
}

func randomCase(rng *rand.Rand) noiseCase {
	return noiseCase{rng.Uint32(), rng.Uint32(), rng.Uint32(), rng.Uint32()}
}

// TestNoiseLengths runs the kernels between guard pages, on numbers of all kinds, with a
// result of its own and in the place of the source. Column numbers begin anew after the last.
func TestNoiseLengths(t *testing.T) {
	special := []float32{0, float32(math.Copysign(0, -1)), inf32, -inf32, nan32, 1, -1, tiny, -0x1p-127, math.MaxFloat32}
	eachNoise(t, func(t *testing.T, s *Set, k noiseKernel) {
		rng := rand.New(rand.NewPCG(21, 22))
		to, from := newGuarded(t), newGuarded(t)
		before := make([]float32, longest)
		for _, n := range lengths(longest) {
			for _, atEnd := range []bool{false, true} {
				for i := range before[:n] {
					before[i] = 8*rng.Float32() - 4
					if rng.IntN(3) == 0 {
						before[i] = special[rng.IntN(len(special))]
					}
				}
				c := randomCase(rng)
				if rng.IntN(4) == 0 {
					c.first = -uint32(n) / 2 // among these is 0
				}
				dst, src := to.slice(n, atEnd), from.slice(n, atEnd)
				copy(src, before[:n])
				fill(dst, nan32)
				k.run(s, dst, src, c)
				k.check(t, dst, before[:n], c)
				if !sameBits(src, before[:n]) {
					t.Fatalf("n=%d: the source was written", n)
				}
				k.run(s, src, src, c)
				k.check(t, src, before[:n], c)
			}
		}
	})
}

// TestNoiseShare: what is dropped is exactly what is below the share: nothing if it is 0, and all
// but one number of 2^32 if it is the largest.
func TestNoiseShare(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		rng := rand.New(rand.NewPCG(23, 24))
		for _, random := range []uint32{0, 1, 1<<31 - 1, 1 << 31, 1<<32 - 2, 1<<32 - 1, rng.Uint32()} {
			c := randomCase(rng)
			at := columnOf(random, c.key0, c.key1)
			if got := randomOf(at, c.key0, c.key1); got != random {
				t.Fatalf("column %d has the random number %d, want %d", at, got, random)
			}
			for _, share := range []uint32{0, random - 1, random, random + 1, 1<<32 - 1} {
				x := []float32{5}
				s.Dropout(x, x, at, c.key0, c.key1, share, 2)
				if dropped := x[0] == 0; dropped != (random < share) || !dropped && x[0] != 10 {
					t.Errorf("random number %d with a share of %d: 5 became %g", random, share, x[0])
				}
			}
		}
	})
}

// TestNoisePosition: an element is what it is by its column, whatever stands beside it.
func TestNoisePosition(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		rng := rand.New(rand.NewPCG(25, 26))
		const n = 110
		src, src2, c := make([]float32, n), make([]float32, n), randomCase(rng)
		for i := range src {
			src[i], src2[i] = rng.Float32(), rng.Float32()
		}
		run := func(lo, hi int) [4][]float32 {
			var out [4][]float32
			for j := range out {
				out[j] = make([]float32, hi-lo)
			}
			first := c.first + uint32(lo)
			s.Dropout(out[0], src[lo:hi], first, c.key0, c.key1, c.share, noiseScale)
			s.AlphaDropout(out[1], src[lo:hi], first, c.key0, c.key1, c.share, noiseScale, noiseShift, noiseDropped)
			s.GaussianNoise(out[2], out[3], src[lo:hi], src2[lo:hi], first, c.key0, c.key1, noiseSigma)
			return out
		}
		whole := run(0, n)
		for lo := range n {
			for _, hi := range []int{lo + 1, lo + 7, lo + 9, lo + 40, n} {
				if hi > n {
					continue
				}
				for j, part := range run(lo, hi) {
					if !sameBits(part, whole[j][lo:hi]) {
						t.Fatalf("result %d: elements %d to %d alone differ from the same among %d", j, lo, hi, n)
					}
				}
			}
		}
	})
}

// TestNormals: the normally distributed numbers are right to a few ulp at all magnitudes, those at
// the ends too.
func TestNormals(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		rng := rand.New(rand.NewPCG(27, 28))
		worst, largest := 0.0, 0.0
		x, y, none := make([]float32, 1), make([]float32, 1), make([]float32, 1)
		for range 20000 {
			c := randomCase(rng)
			random := rng.Uint32()
			switch rng.IntN(3) {
			case 0: // near 0 and -1, and the ends
				random = uint32(rng.IntN(65)) - 32 + uint32(rng.IntN(2))<<31
			case 1:
				random >>= rng.IntN(32)
			}
			at := columnOf(random, c.key0, c.key1)
			if rng.IntN(2) == 0 {
				at ^= 1 << 31 // it is the angle's then
			}
			s.GaussianNoise(x, y, none, none, at, c.key0, c.key1, 1)
			wantX, wantY := normalsOf(randomOf(at, c.key0, c.key1), randomOf(at^1<<31, c.key0, c.key1))
			for _, pair := range [][2]float64{{float64(x[0]), wantX}, {float64(y[0]), wantY}} {
				e := math.Abs(pair[0]-pair[1]) / (ulp(pair[1]) + 0x1p-50) // π/2 in float64 has no cosine of 0
				if !(e <= 4) {
					t.Fatalf("got %g, want %g: %.2f ulp", pair[0], pair[1], e)
				}
				worst, largest = max(worst, e), max(largest, math.Abs(pair[0]))
			}
		}
		t.Logf("largest error %.2f ulp, largest number %.3f", worst, largest)
		if !(math.Abs(largest-math.Sqrt(64*math.Ln2)) <= 1e-3) {
			t.Errorf("the largest number is %v, want √(-2·log 2⁻³²)", largest)
		}
	})
}
