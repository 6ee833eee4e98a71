package kernels

import (
	"math"
	"os"
	"strconv"
	"testing"
)

// function is one of the language's functions, or what is made of them: the
// kernel of operations_test.go that computes it, what it is in float64, and the
// bound in ulp that its comment states. All bounds hold for all numbers: that was
// measured with NEURONA_ASM_STRIDE=1, and since all ISAs give the same bits, on
// one of them.
type function struct {
	kernel string
	exact  func(x float64) float64
	ulps   float64
}

var approximated = []function{
	{"Ln", func(x float64) float64 { return math.Log(x) }, 1},
	{"Log1p", math.Log1p, 1.5},
	{"Log1pUnit", func(x float64) float64 { return math.Log1p(math.Min(math.Abs(x), 1)) }, 1},
	{"Erf", math.Erf, 1},
	{"Erfc", func(x float64) float64 { return flushed(math.Erfc(x)) }, 4},
	{"NormalCDF", func(x float64) float64 { return flushed(math.Erfc(-x/math.Sqrt2) / 2) }, 4},
	{"Rsqrt", func(x float64) float64 { return 1 / math.Sqrt(x) }, 1.5},
}

// flushed returns 0 for what would be denormal.
func flushed(x float64) float64 {
	if x < minNormal {
		return 0
	}
	return x
}

// TestAccuracy compares functions, as each ISA computes them, with float64: for
// numbers all over float32, and for those around where something happens.
// NEURONA_ASM_STRIDE=1 takes all numbers there are.
func TestAccuracy(t *testing.T) {
	stride := uint64(4099) // a prime: all patterns of low bits turn up
	if text := os.Getenv("NEURONA_ASM_STRIDE"); text != "" {
		var err error
		if stride, err = strconv.ParseUint(text, 10, 32); err != nil || stride == 0 {
			t.Fatalf("NEURONA_ASM_STRIDE is %q, want a number from 1", text)
		}
	}
	kernels := map[string]entry{}
	for _, e := range entries() {
		kernels[e.name] = e
	}
	for _, f := range approximated {
		for isa, kernel := range kernels["dies"+f.kernel].lowerings {
			t.Run(f.kernel+"/"+isa, func(t *testing.T) {
				of := kernels["dies"+f.kernel]
				a := &arguments{slices: make([][]float32, of.slices), words: make([]uint32, of.words)}
				for i := range a.slices {
					a.slices[i] = make([]float32, 1021)
				}
				worst, at, n := 0.0, float32(0), 0
				x, got := a.slices[4], a.slices[0]
				flush := func() {
					kernel(a)
					for i, v := range x[:n] {
						if e := f.error(t, v, got[i]); e > worst {
							worst, at = e, v
						}
					}
					n = 0
				}
				try := func(v float32) {
					x[n] = v
					if n++; n == len(x) {
						flush()
					}
				}
				for bits := uint64(0); bits < 1<<32; bits += stride {
					try(math.Float32frombits(uint32(bits)))
				}
				for _, v := range append(special, turns...) {
					for d := range uint32(1000) {
						for _, bits := range []uint32{math.Float32bits(v) + d, math.Float32bits(v) - d} {
							try(math.Float32frombits(bits))
							try(math.Float32frombits(bits ^ signBit))
						}
					}
				}
				flush()
				t.Logf("largest error %.3f ulp, at %g; the bound is %g", worst, at, f.ulps)
			})
		}
	}
}

// turns are where functions take another branch, or their results end.
var turns = []float32{0.75, 0.9999, 0.25, 0.375, 3.832507, 9.194548606872559, 12.949952125549316, 87.336, 1e-30, 1e30, 0x1p126, 0x1p127}

// error returns the error of a result in ulp, and fails if it is larger than
// the bound. Zeros, infinities and NaN have to be right.
func (f function) error(t *testing.T, x, got float32) float64 {
	want := f.exact(float64(x))
	if want == 0 || math.IsInf(want, 0) || want != want {
		if distance(got, float32(want)) != 0 {
			t.Fatalf("f(%g) = %g, want %g", x, got, want)
		}
		return 0
	}
	_, exponent := math.Frexp(want)
	e := math.Abs(float64(got)-want) / math.Ldexp(1, max(exponent-24, -149))
	if !(e <= f.ulps) {
		t.Fatalf("f(%g) = %g, want %g: %.3f ulp off, more than %g", x, got, want, e, f.ulps)
	}
	return e
}
