package kernels

import (
	"math"
	"testing"
)

// functionCase is a function with parameters, what it is in float64, and how far its
// kernels may be from that: values in ulp; derivatives in ulp and, where terms cancel,
// in multiples of 2^-24.
type functionCase struct {
	name     string
	f        Function
	a, b     float32
	exact    func(z float64) (y, slope float64)
	ulps     float64
	slope    float64
	absolute float64
}

func leaky(a float64) func(z float64) (y, slope float64) {
	return func(z float64) (y, slope float64) {
		if z > 0 {
			return z, 1
		}
		return a * z, a
	}
}

func clamped(a, b float64) func(z float64) (y, slope float64) {
	return func(z float64) (y, slope float64) {
		switch {
		case z <= a:
			return a, 0
		case z >= b:
			return b, 0
		}
		return z, 1
	}
}

func elu64(a, b float64) func(z float64) (y, slope float64) {
	return func(z float64) (y, slope float64) {
		if z > 0 {
			return b * z, b
		}
		return a * math.Expm1(z), a * math.Exp(z)
	}
}

func celu64(a float64) func(z float64) (y, slope float64) {
	return func(z float64) (y, slope float64) {
		if z > 0 {
			return z, 1
		}
		return a * math.Expm1(z/a), math.Exp(z / a)
	}
}

func softplus64(a float64) func(z float64) (y, slope float64) {
	return func(z float64) (y, slope float64) {
		return math.Max(z, 0) + math.Log1p(math.Exp(-math.Abs(a*z)))/a, sigmoid64(a * z)
	}
}

func silu64(z float64) (y, slope float64) {
	if math.IsInf(z, -1) {
		return 0, 0
	}
	s := sigmoid64(z)
	if math.IsInf(z, 1) {
		return z, 1
	}
	return z * s, s * (1 + z*sigmoid64(-z))
}

func gelu64(z float64) (y, slope float64) {
	if math.IsInf(z, 0) {
		return math.Max(z, 0), math.Max(math.Copysign(1, z), 0)
	}
	phi := math.Erfc(-z/math.Sqrt2) / 2
	return z * phi, phi + z*math.Exp(-z*z/2)/math.Sqrt(2*math.Pi)
}

func geluTanh64(z float64) (y, slope float64) {
	if math.Abs(z) > 50 {
		return math.Max(z, 0), math.Max(math.Copysign(1, z), 0)
	}
	c := 2 * math.Sqrt(2/math.Pi)
	w := c * (z + 0.044715*z*z*z)
	s := sigmoid64(w)
	return z * s, s * (1 + z*sigmoid64(-w)*c*(1+3*0.044715*z*z))
}

func mish64(z float64) (y, slope float64) {
	if math.Abs(z) > 150 {
		return math.Max(z, 0), math.Max(math.Copysign(1, z), 0)
	}
	e := math.Exp(z)
	n := e * (e + 2)
	return z * (n / (n + 2)), n/(n+2) + 4*z*e*(1+e)/((n+2)*(n+2))
}

func functionCases() []functionCase {
	return []functionCase{
		{"leakyReLU", LeakyReLU, 0.01, 0, leaky(float64(float32(0.01))), 0.5, 0, 0},
		{"clamp, relu6", Clamp, 0, 6, clamped(0, 6), 0, 0, 0},
		{"clamp", Clamp, -1, 1, clamped(-1, 1), 0, 0, 0},
		{"hardSigmoid", HardSigmoid, 0, 0, func(z float64) (y, slope float64) {
			y, slope = clamped(-3, 3)(z)
			return (y + 3) / 6, slope / 6
		}, 1.5, 0.5, 0},
		{"hardSwish", HardSwish, 0, 0, func(z float64) (y, slope float64) {
			switch {
			case z <= -3:
				return 0, 0
			case z >= 3:
				return z, 1
			}
			return z * (z + 3) / 6, z/3 + 0.5
		}, 2.5, 0.5, 1},
		{"softsign", Softsign, 0, 0, func(z float64) (y, slope float64) {
			if math.IsInf(z, 0) {
				return math.Copysign(1, z), 0
			}
			d := 1 + math.Abs(z)
			return z / d, 1 / (d * d)
		}, 1.5, 4, 0},
		{"elu", ELU, 0.7, 1, elu64(float64(float32(0.7)), 1), 3, 3, 0},
		{"elu, selu", ELU, 1.7580993, 1.050701, elu64(float64(float32(1.7580993)), float64(float32(1.050701))), 3, 3, 0},
		{"celu", CELU, 1.3, 1 / 1.3, celu64(float64(float32(1.3))), 3, 3, 0},
		{"softplus", Softplus, 1, 1, softplus64(1), 2.5, 2.5, 0},
		{"softplus, beta", Softplus, 3, 1.0 / 3, softplus64(3), 3.5, 3.5, 0},
		{"logSigmoid", LogSigmoid, 0, 0, func(z float64) (y, slope float64) {
			return math.Min(z, 0) - math.Log1p(math.Exp(-math.Abs(z))), sigmoid64(-z)
		}, 2.5, 2.5, 0},
		{"silu", SiLU, 0, 0, silu64, 4, 4, 4},
		{"gelu", GELU, 0, 0, gelu64, 6, 5, 4},
		{"geluTanh", GELUTanh, 0, 0, geluTanh64, 160, 160, 4},
		{"mish", Mish, 0, 0, mish64, 6, 6, 4},
	}
}

// tolerances returns how far f(z) and f'(z) may be from y and slope.
func (c *functionCase) tolerances(y, slope float64) (ofY, ofSlope float64) {
	flushed := 0x1p-126 * max(1, float64(c.a), float64(c.b)) // e^x, before it is multiplied
	return c.ulps*ulp(y) + flushed, c.slope*ulp(slope) + c.absolute*0x1p-24 + flushed
}

func functionKernels() []elementwise {
	number := func(_ int, z float32) float32 { // TestFunctions has NaN
		if z != z {
			return 1
		}
		return z
	}
	var all []elementwise
	for _, c := range functionCases() {
		all = append(all, elementwise{
			name: c.name, operands: []role{result, source}, mayBe: []int{1}, prepare: number,
			run: func(s *Set, op [][]float32) { s.Functions[c.f].Apply(op[0], op[1], c.a, c.b) },
			exact: func(in []float64) ([]float64, []float64) {
				y, slope := c.exact(in[1])
				tol, _ := c.tolerances(y, slope)
				return one(y, tol)
			},
		}, elementwise{
			name: "slope of " + c.name, operands: []role{result, result, source}, mayBe: []int{2}, prepare: number,
			run: func(s *Set, op [][]float32) { s.Functions[c.f].Slope(op[0], op[1], op[2], c.a, c.b) },
			exact: func(in []float64) ([]float64, []float64) {
				y, slope := c.exact(in[2])
				tol, ofSlope := c.tolerances(y, slope)
				return []float64{y, slope}, []float64{tol, ofSlope}
			},
		})
	}
	return all
}

// turns are where functions take another branch, or their results end.
var turns = []float64{
	0, 3, 6, 1, 1e19, 0x1p64, 0x1p100, 16.6, 17.3, 88.7, 104, 126 * math.Ln2, -expMinNormal, 150 * math.Ln2, 0.5 * math.Ln2,
	91.85677, 13.146246, 10.100637, 1.278, 0.7518, 1.192, 1e-30, 1e-38,
}

// TestFunctions looks at numbers all over the line, and at all near those where something happens.
func TestFunctions(t *testing.T) {
	seen := map[Function]bool{}
	for _, c := range functionCases() {
		seen[c.f] = true
	}
	for _, f := range Functions() {
		if !seen[f] {
			t.Errorf("nothing tests %v", f)
		}
	}
	stride := uint64(9973) // a prime: all patterns of low bits turn up
	if testing.Short() {
		stride = 999983
	}
	var z []float32
	for bits := uint64(0); bits < 1<<32; bits += stride {
		z = append(z, math.Float32frombits(uint32(bits)))
	}
	for _, turn := range turns {
		bits := math.Float32bits(float32(turn))
		for d := range uint32(300) {
			z = append(z, math.Float32frombits(bits+d), math.Float32frombits(bits-d))
			z = append(z, -math.Float32frombits(bits+d), -math.Float32frombits(bits-d))
		}
	}
	eachSet(t, func(t *testing.T, s *Set) {
		y, slope, alone := make([]float32, len(z)), make([]float32, len(z)), make([]float32, len(z))
		for _, c := range functionCases() {
			t.Run(c.name, func(t *testing.T) {
				k := s.Functions[c.f]
				k.Apply(alone, z, c.a, c.b)
				k.Slope(y, slope, z, c.a, c.b)
				worst, worstSlope := 0.0, 0.0
				for i, x := range z {
					want, wantSlope := c.exact(float64(x))
					if x == x && math.Float32bits(alone[i]) != math.Float32bits(y[i]) {
						t.Fatalf("f(%g) = %g, and with its derivative %g", x, alone[i], y[i])
					}
					tol, ofSlope := c.tolerances(want, wantSlope)
					if !agree(y[i], want, tol) {
						t.Fatalf("f(%g) = %g, want %g: more than %g ulp off", x, y[i], want, c.ulps)
					}
					if x == x && !agree(slope[i], wantSlope, ofSlope) {
						t.Fatalf("f'(%g) = %g, want %g: more than %g ulp and %g/2^24 off", x, slope[i], wantSlope, c.slope, c.absolute)
					}
					if math.Abs(want) > 0x1p-120 && math.Abs(want) < math.MaxFloat32 {
						worst = max(worst, math.Abs(float64(y[i])-want)/ulp(want))
						worstSlope = max(worstSlope, math.Abs(float64(slope[i])-wantSlope)*0x1p24)
					}
				}
				t.Logf("largest error %.3f ulp, of the derivative %.3f/2^24", worst, worstSlope)
			})
		}
	})
}
