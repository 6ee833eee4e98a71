package kernels

import (
	"errors"
	"math"
	"testing"

	"github.com/neurona-ml/neurona/internal/names"
)

// The bounds that the kernels' comments state, in ulp.
const (
	expUlps     = 1
	sigmoidUlps = 2.5
	tanhUlps    = 2.6
)

// sigmoid64 is 0 where the kernels flush to it.
func sigmoid64(x float64) float64 {
	if x < expMinNormal {
		return 0
	}
	return 1 / (1 + math.Exp(-x))
}

func activationKernels() []elementwise {
	forward := [activations]func(z float64) (want, tol float64){
		Identity: func(z float64) (float64, float64) { return z, 0 },
		Heaviside: func(z float64) (float64, float64) {
			switch {
			case z > 0:
				return 1, 0
			case z <= 0:
				return 0, 0
			}
			return math.NaN(), 0
		},
		Sigmoid: func(z float64) (float64, float64) {
			want := sigmoid64(z)
			return want, sigmoidUlps * ulp(want)
		},
		Tanh: func(z float64) (float64, float64) {
			want := math.Tanh(z)
			return want, tanhUlps * ulp(want)
		},
		ReLU: func(z float64) (float64, float64) { return max(0, z), 0 },
	}
	backward := [activations]func(dy, y float64) (want, tol float64){
		Identity: func(dy, y float64) (float64, float64) { return dy, 0 },
		Sigmoid: func(dy, y float64) (float64, float64) {
			want := dy * (y * (1 - y))
			return want, 3.01*unit*math.Abs(want) + tiny*(2+math.Abs(dy))
		},
		Tanh: func(dy, y float64) (float64, float64) {
			return dy * (1 - y*y), 3.01*unit*math.Abs(dy)*(1+y*y) + 2*tiny
		},
		ReLU: func(dy, y float64) (float64, float64) {
			if y > 0 {
				return dy, 0
			}
			return 0, 0
		},
	}
	var all []elementwise
	for _, a := range Activations() {
		all = append(all, elementwise{
			name: a.String(), operands: []role{result, source}, mayBe: []int{1},
			run:   func(s *Set, op [][]float32) { s.Activate[a](op[0], op[1]) },
			exact: func(in []float64) ([]float64, []float64) { return one(forward[a](in[1])) },
		})
		if a.Trainable() {
			all = append(all, elementwise{
				name: "derive " + a.String(), operands: []role{result, source, source}, mayBe: []int{1, 2},
				run:   func(s *Set, op [][]float32) { s.Derive[a](op[0], op[1], op[2]) },
				exact: func(in []float64) ([]float64, []float64) { return one(backward[a](in[1], in[2])) },
			})
		}
	}
	steep := func(slope float64) float64 { return 3*unit*math.Abs(slope) + 2*tiny }
	return append(all, elementwise{
		name: "prelu", operands: []role{result, source, source}, mayBe: []int{1, 2},
		run: func(s *Set, op [][]float32) { s.PReLU(op[0], op[1], op[2]) },
		exact: func(in []float64) ([]float64, []float64) {
			if in[1] > 0 {
				return one(in[1], 0)
			}
			return one(in[1]*in[2], steep(in[1]*in[2]))
		},
	}, elementwise{
		name: "derivePReLU", operands: []role{result, updated, source, source, source}, mayBe: []int{2, 3, 4},
		run: func(s *Set, op [][]float32) { s.DerivePReLU(op[0], op[1], op[2], op[3], op[4]) },
		exact: func(in []float64) ([]float64, []float64) {
			dslope, dy, z, slope := in[1], in[2], in[3], in[4]
			if z > 0 {
				return []float64{dy, dslope}, []float64{0, 0}
			}
			return []float64{dy * slope, dslope + dy*z}, []float64{steep(dy * slope), steep(dy*z) + steep(dslope)}
		},
	}, elementwise{
		name: "deriveLeakyReLU", operands: []role{result, source, source}, mayBe: []int{1, 2},
		run: func(s *Set, op [][]float32) { s.DeriveLeakyReLU(op[0], op[1], op[2], 0.3) },
		exact: func(in []float64) ([]float64, []float64) {
			if in[2] > 0 {
				return one(in[1], 0)
			}
			want := in[1] * float64(float32(0.3))
			return one(want, steep(want))
		},
	})
}

// TestZeroSigns sees that what passes numbers through keeps the sign of zero.
func TestZeroSigns(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, a := range []Activation{Identity, Tanh, ReLU} {
			for _, bits := range []uint32{0, 1 << 31} {
				x := make([]float32, 300) // rounds, vectors and a tail
				fill(x, math.Float32frombits(bits))
				s.Activate[a](x, x)
				for i, y := range x {
					if got := math.Float32bits(y); got != bits {
						t.Fatalf("%s of element %d, a zero with bits %#x, has bits %#x", a, i, bits, got)
					}
				}
			}
		}
	})
}

func TestActivationNames(t *testing.T) {
	for _, a := range Activations() {
		if got, err := ParseActivation(a.String()); err != nil || got != a {
			t.Errorf("ParseActivation(%q) = %v, %v", a, got, err)
		}
	}
	var unknown *names.UnknownError
	if _, err := ParseActivation("sigmoyd"); !errors.As(err, &unknown) {
		t.Errorf("ParseActivation(sigmoyd) = %v, want an UnknownError", err)
	}
	if got := activations.String(); got != "activation(?)" {
		t.Errorf("a number that is no activation is called %q", got)
	}
}
