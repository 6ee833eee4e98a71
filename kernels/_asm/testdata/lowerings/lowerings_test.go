package kernels

import (
	"math"
	"math/rand/v2"
	"testing"
)

// arguments are those of any kernel.
type arguments struct {
	slices  [][]float32
	numbers []float32
	words   []uint32
	SGDConstants
	AdamConstants
	AdamaxConstants
	NAdamConstants
	RMSPropConstants
	AdagradConstants
	AdadeltaConstants
	LionConstants
	RpropConstants
	ScheduleFreeConstants
}

// entry is a kernel in all its forms. Each returns its result, if it has one.
type entry struct {
	name             string
	slices, numbers  int
	words            int
	sums             bool // whose order is for a lowering to choose
	generic, printed func(a *arguments) float64
	fused            func(a *arguments) float64
	lowerings        map[string]func(a *arguments) float64
}

// approximate lists the generic kernels that do not compute what the others
// do, since they go through float64. Results of fused operations, which theirs
// need to be right, differ by as many ulp at most.
var approximate = map[string]int64{"exp": 2, "sigmoid": 4, "tanh": 4, "periodic": 4, "gaussianNoise": 4}

// absolute lists those that add what they approximate to something, by how far they may be off, too.
var absolute = map[string]float64{"gaussianNoise": 0x1p-20}

func TestLowerings(t *testing.T) {
	for _, e := range entries() {
		t.Run(e.name, func(t *testing.T) {
			if len(e.lowerings) == 0 {
				t.Error("there are no lowerings")
			}
			for n := range 140 {
				for _, special := range []bool{false, true} {
					a := newArguments(e, n, special, rand.New(rand.NewPCG(uint64(n), 1)))
					if ulps, ok := approximate[e.name]; ok {
						e.compare(t, "Go, fused", e.generic, e.fused, a, special, ulps)
					} else {
						e.compare(t, "Go", e.generic, e.printed, a, special, 0)
					}
					for isa, lowering := range e.lowerings {
						e.compare(t, isa, e.fused, lowering, a, special, 0)
					}
				}
			}
		})
	}
}

// compare runs two forms of a kernel.
func (e entry) compare(t *testing.T, what string, want, got func(a *arguments) float64, a *arguments, special bool, ulps int64) {
	t.Helper()
	x, y := a.clone(), a.clone()
	wantResult, gotResult := want(x), got(y)
	for i := range x.slices {
		for j, w := range x.slices[i] {
			if g := y.slices[i][j]; distance(w, g) > ulps && (ulps == 0 || !(math.Abs(float64(w)-float64(g)) <= absolute[e.name])) {
				t.Fatalf("%s, %d elements: element %d of slice %d is %g (%#08x), want %g (%#08x)",
					what, len(x.slices[i]), j, i, g, math.Float32bits(g), w, math.Float32bits(w))
			}
		}
	}
	switch {
	case !e.sums:
		if distance(float32(wantResult), float32(gotResult)) > 0 {
			t.Fatalf("%s, %d elements: result %g, want %g", what, len(a.slices[0]), gotResult, wantResult)
		}
	case !special: // the others are what the order makes of them
		nan := wantResult != wantResult && gotResult != gotResult
		if !nan && !(math.Abs(wantResult-gotResult) <= 1e-5*(1+math.Abs(wantResult))) {
			t.Fatalf("%s, %d elements: sum %g, want %g", what, len(a.slices[0]), gotResult, wantResult)
		}
	}
}

// distance returns how many numbers lie between, of which all NaN are one.
func distance(a, b float32) int64 {
	if a != a && b != b {
		return 0
	}
	order := func(x float32) int64 {
		bits := int64(math.Float32bits(x))
		if bits>>31 != 0 {
			return -1 - bits&(1<<31-1)
		}
		return bits
	}
	d := order(a) - order(b)
	return max(d, -d)
}

func newArguments(e entry, n int, special bool, rng *rand.Rand) *arguments {
	a := &arguments{
		SGDConstants:          SGDConstants{Rate: 0.01, WeightDecay: 0.1, Momentum: 0.9, Undamped: 0.7, Nesterov: n%2 == 0},
		AdamConstants:         AdamConstants{Shrink: 0.99, WeightDecay: 0.1, Beta1: 0.9, OneMinusBeta1: 0.1, Beta2: 0.99, OneMinusBeta2: 0.01, StepSize: 0.01, InvSqrtBias2: 3, Epsilon: 1e-8},
		AdamaxConstants:       AdamaxConstants{WeightDecay: 0.1, Beta1: 0.9, OneMinusBeta1: 0.1, Beta2: 0.99, StepSize: 0.01, Epsilon: 1e-8},
		NAdamConstants:        NAdamConstants{Shrink: 0.99, WeightDecay: 0.1, Beta1: 0.9, OneMinusBeta1: 0.1, Beta2: 0.99, OneMinusBeta2: 0.01, GradientStep: 0.01, MeanStep: 0.02, InvSqrtBias2: 3, Epsilon: 1e-8},
		RMSPropConstants:      RMSPropConstants{Rate: 0.01, WeightDecay: 0.1, Alpha: 0.9, OneMinusAlpha: 0.1, Epsilon: 1e-8, Momentum: 0.8},
		AdagradConstants:      AdagradConstants{Rate: 0.01, WeightDecay: 0.1, Epsilon: 1e-10},
		AdadeltaConstants:     AdadeltaConstants{Rate: 0.9, WeightDecay: 0.1, Rho: 0.8, OneMinusRho: 0.2, Epsilon: 1e-6},
		LionConstants:         LionConstants{Rate: 0.01, Shrink: 0.99, Beta1: 0.9, OneMinusBeta1: 0.1, Beta2: 0.99, OneMinusBeta2: 0.01},
		RpropConstants:        RpropConstants{Shorter: 0.5, Longer: 1.2, Least: 0.1, Most: 0.6},
		ScheduleFreeConstants: ScheduleFreeConstants{Beta2: 0.99, OneMinusBeta2: 0.01, InvSqrtBias2: 3, Epsilon: 1e-8, Decay: 0.1, Stay: 0.8, Go: 0.2, Step: 0.1, Rate: 0.3},
	}
	for range e.numbers {
		a.numbers = append(a.numbers, rng.Float32()-0.5)
	}
	for range e.words {
		a.words = append(a.words, rng.Uint32())
	}
	for range e.slices {
		x := make([]float32, n)
		for i := range x {
			x[i] = 2*rng.Float32() - 1
			if special {
				x[i] = anyNumber(rng)
			}
		}
		a.slices = append(a.slices, x)
	}
	return a
}

var special = []float32{
	0, float32(math.Copysign(0, -1)), 1, -1, 0.5, 2, -2, 1.5, 2.5, -2.5, 3.5,
	float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), math.MaxFloat32, -math.MaxFloat32,
	minNormal, -minNormal, minNormal / 2, -minNormal / 2, math.SmallestNonzeroFloat32,
	expMax, expMin, expMinNormal, tanhMin / 2, -tanhMin / 2, 88.72, -88, -95, 1 << 23, 1<<23 + 1, -(1 << 22),
}

func anyNumber(rng *rand.Rand) float32 {
	switch rng.IntN(4) {
	case 0:
		return special[rng.IntN(len(special))]
	case 1:
		return math.Float32frombits(rng.Uint32())
	}
	return float32(rng.NormFloat64()) * float32(math.Exp2(float64(rng.IntN(12)-5)))
}

func (a *arguments) clone() *arguments {
	b := *a
	b.slices = nil
	for _, x := range a.slices {
		b.slices = append(b.slices, append([]float32(nil), x...))
	}
	return &b
}
