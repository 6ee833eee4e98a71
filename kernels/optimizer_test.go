package kernels

import (
	"fmt"
	"math"
	"testing"
)

// seen panics unless a step has returned the largest of the parameters that it has
// written.
func seen(got float32, p []float32) {
	if want := maxAbsGeneric(p); got != want && (got == got || want == want) {
		panic(fmt.Sprintf("of %d parameters, the largest is said to be %v, want %v", len(p), got, want))
	}
}

func optimizerKernels() []elementwise {
	sgd := &SGDConstants{Rate: 0.1, WeightDecay: 0.01}
	all := []elementwise{{
		name: "sgd", operands: []role{updated, source},
		run:   func(s *Set, op [][]float32) { seen(s.SGD(op[0], op[1], sgd), op[0]) },
		exact: func(in []float64) ([]float64, []float64) { return exactSGD(in[0], in[1], sgd) },
	}}
	for name, c := range map[string]*SGDConstants{
		"momentum":           {Rate: 0.1, WeightDecay: 0.01, Momentum: 0.9, Undamped: 1},
		"momentum, nesterov": {Rate: 0.1, WeightDecay: 0.01, Momentum: 0.9, Undamped: 1, Nesterov: true},
		"momentum, damped":   {Rate: 0.1, WeightDecay: 0.01, Momentum: 0.9, Undamped: 0.7},
	} {
		all = append(all, elementwise{
			name: name, operands: []role{updated, source, updated},
			run:   func(s *Set, op [][]float32) { seen(s.Momentum(op[0], op[1], op[2], c), op[0]) },
			exact: func(in []float64) ([]float64, []float64) { return exactMomentum(in[0], in[1], in[2], c) },
		})
	}
	for name, c := range map[string]*AdamConstants{
		"adam":              adamStep(0, 0, 3),
		"adam, both decays": adamStep(0.05, 0.01, 1),
		"adam, own decay":   adamStep(0, 0.01, 9),
	} {
		all = append(all, elementwise{
			name: name, operands: []role{updated, source, updated, updated},
			run:   func(s *Set, op [][]float32) { s.Adam(op[0], op[1], op[2], op[3], c) },
			exact: func(in []float64) ([]float64, []float64) { return exactAdam(in[0], in[1], in[2], in[3], c) },
			prepare: func(operand int, x float32) float32 {
				if operand == 3 { // second moments are sums of squares
					return abs(x)
				}
				return x
			},
		})
	}
	return append(all, ruleKernels()...)
}

// exactSGD computes p - rate*(g + decay*p). Each of at most two roundings in
// d is relative to a sum of the magnitudes that go into it, and so on.
func exactSGD(p, g float64, c *SGDConstants) (want, tol []float64) {
	rate, decay := float64(c.Rate), float64(c.WeightDecay)
	d := g + decay*p
	size := math.Abs(g) + math.Abs(decay*p)
	return one(p-rate*d, 4*unit*(math.Abs(p)+rate*size)+4*tiny)
}

func exactMomentum(p, g, velocity float64, c *SGDConstants) (want, tol []float64) {
	rate, decay, friction := float64(c.Rate), float64(c.WeightDecay), float64(c.Momentum)
	d := g + decay*p
	dSize := math.Abs(g) + math.Abs(decay*p)
	v := friction*velocity + float64(c.Undamped)*d
	vSize := math.Abs(friction*velocity) + dSize
	u, uSize := v, vSize
	if c.Nesterov {
		u, uSize = d+friction*v, dSize+friction*vSize
	}
	return []float64{p - rate*u, v},
		[]float64{8*unit*(math.Abs(p)+rate*uSize) + 8*tiny + 2*rate*minNormal, 5*unit*vSize + 5*tiny + minNormal}
}

// adamStep returns the constants of step t with a rate of 0.01.
func adamStep(decoupled, decay float32, t float64) *AdamConstants {
	const rate, beta1, beta2 = 0.01, 0.9, 0.999
	return &AdamConstants{
		Shrink:        1 - rate*decoupled,
		WeightDecay:   decay,
		Beta1:         beta1,
		OneMinusBeta1: 1 - beta1,
		Beta2:         beta2,
		OneMinusBeta2: 1 - beta2,
		StepSize:      float32(rate / (1 - math.Pow(beta1, t))),
		InvSqrtBias2:  float32(1 / math.Sqrt(1-math.Pow(beta2, t))),
		Epsilon:       1e-8,
	}
}

func exactAdam(p, g, m, v float64, c *AdamConstants) (want, tol []float64) {
	w := float64(c.Shrink) * p
	decay := float64(c.WeightDecay) * w
	d, dSize := g+decay, math.Abs(g)+math.Abs(decay)

	m1 := float64(c.Beta1)*m + float64(c.OneMinusBeta1)*d
	mTol := 6*unit*(float64(c.Beta1)*math.Abs(m)+float64(c.OneMinusBeta1)*dSize) + 4*tiny + minNormal
	v1 := float64(c.Beta2)*v + float64(c.OneMinusBeta2)*d*d
	vTol := 12*unit*(float64(c.Beta2)*v+float64(c.OneMinusBeta2)*dSize*dSize) + tiny*(4+dSize) + minNormal

	// The quotient inherits the relative errors of both its sides.
	root := math.Sqrt(v1)
	rootTol := math.Sqrt(v1+vTol) - math.Sqrt(max(0, v1-vTol))
	below := root*float64(c.InvSqrtBias2) + float64(c.Epsilon)
	belowTol := rootTol*float64(c.InvSqrtBias2) + 4*unit*below
	change := float64(c.StepSize) * m1 / below
	changeTol := (float64(c.StepSize)*mTol+tiny)/below + math.Abs(change)*(belowTol/below+4*unit)
	if math.IsInf(v1, 1) && !math.IsInf(m1, 0) {
		changeTol = 0 // it is 0, exactly
	}
	return []float64{w - change, m1, v1},
		[]float64{changeTol + 2*unit*(math.Abs(w)+math.Abs(change)) + 4*tiny, mTol, vTol}
}

// TestStateDoesNotStayDenormal lets optimizer state decay without gradients: what has
// become denormal is 0 a step later, and NaN stays.
func TestStateDoesNotStayDenormal(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		const n = 37
		fill := func(x float32) []float32 {
			v := make([]float32, n)
			for i := range v {
				v[i] = x
				if i%5 == 3 {
					v[i] = float32(math.NaN())
				}
			}
			return v
		}
		check := func(name string, v []float32, want float32) {
			t.Helper()
			for i, x := range v {
				if i%5 == 3 && x == x {
					t.Errorf("%s: element %d was NaN and is %v", name, i, x)
				}
				if i%5 != 3 && !(abs(x-want) <= 2*unit*abs(want)+tiny) {
					t.Fatalf("%s: element %d is %v, want %v", name, i, x, want)
				}
			}
		}
		adam, p, grad := adamStep(0, 0, 100), fill(1), make([]float32, n)
		// All denormal numbers are 0, without a sign, from the smallest to the largest.
		for _, bits := range []uint32{1, 2, 0x400001, 0x7fffff, 1 << 31, 1<<31 | 1, 1<<31 | 0x7fffff} {
			velocity, m, v := fill(math.Float32frombits(bits)), fill(math.Float32frombits(bits)), fill(math.Float32frombits(bits&^(1<<31)))
			s.Momentum(p, grad, velocity, &SGDConstants{Rate: 0.1, Momentum: 1})
			s.Adam(p, grad, m, v, &AdamConstants{Shrink: 1, Beta1: 1, Beta2: 1, StepSize: 1, InvSqrtBias2: 1, Epsilon: 1})
			for _, state := range [][]float32{velocity, m, v} {
				for i, x := range state {
					if i%5 != 3 && math.Float32bits(x) != 0 {
						t.Fatalf("state with bits %08x: element %d is %08x a step later, want 0", bits, i, math.Float32bits(x))
					}
				}
			}
		}
		p = fill(1)
		for _, from := range []float32{minNormal, -minNormal, 3 * minNormal} {
			for _, nesterov := range []bool{false, true} {
				velocity := fill(from)
				momentum := &SGDConstants{Rate: 0.1, Momentum: 0.25, Undamped: 1, Nesterov: nesterov}
				s.Momentum(p, grad, velocity, momentum)
				check("velocity", velocity, from/4)
				s.Momentum(p, grad, velocity, momentum)
				check("velocity a step later", velocity, 0)
			}
			m, v := fill(from), fill(abs(from))
			quick := *adam
			quick.Beta1, quick.Beta2 = 0.25, 0.125
			s.Adam(p, grad, m, v, &quick)
			check("first moment", m, from/4)
			check("second moment", v, abs(from)/8)
			s.Adam(p, grad, m, v, &quick)
			check("first moment a step later", m, 0)
			check("second moment a step later", v, 0)
		}
	})
}
