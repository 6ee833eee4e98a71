package kernels

import (
	"math"
	"testing"
)

// near is a number and by how much what float32 makes of it may differ, followed through each
// operation: a running error analysis.
type near struct{ v, e float64 }

func exactly(v float64) near { return near{v: v} }

func constant(v float32) near { return near{v: float64(v)} }

// round is n once it is rounded to float32.
func (n near) round() near {
	switch {
	case math.IsInf(n.v, 0) || n.v != n.v:
		n.e = 0 // agree looks at nothing but what it is
	case n.v != 0 || n.e != 0:
		n.e += unit*(math.Abs(n.v)+n.e) + tiny
	}
	if math.Abs(n.v) < tiny/2 { // which counts where it meets an infinity
		n.v = 0
	}
	return n
}

func (n near) plus(m near) near  { return near{n.v + m.v, n.e + m.e}.round() }
func (n near) minus(m near) near { return near{n.v - m.v, n.e + m.e}.round() }
func (n near) times(m near) near {
	return near{n.v * m.v, share(n.v, m.e) + share(m.v, n.e) + share(n.e, m.e)}.round()
}

// share is |v|·e, 0 if v is: e may be infinite.
func share(v, e float64) float64 {
	if v == 0 || e == 0 {
		return 0
	}
	return math.Abs(v) * e
}

func (n near) over(m near) near {
	v, least := n.v/m.v, math.Abs(m.v)-m.e
	if least <= 0 && m.e > 0 {
		return near{v, math.Inf(1)}.round()
	}
	return near{v, (n.e + share(v, m.e)) / least}.round()
}

func (n near) root() near {
	return near{math.Sqrt(n.v), math.Sqrt(n.v+n.e) - math.Sqrt(max(0, n.v-n.e))}.round()
}

// flushed is n where it counts as 0 if it is denormal.
func (n near) flushed() near {
	if math.Abs(n.v) < minNormal {
		return near{}
	}
	return n
}

// atLeast is the larger of two, or n if either is NaN.
func (n near) atLeast(m near) near {
	if m.v > n.v {
		return near{m.v, max(n.e, m.e)}
	}
	return near{n.v, max(n.e, m.e)}
}

// along is length with the sign of n, which may not be certain.
func (n near) along(length near) near {
	switch {
	case n.v != n.v:
		return n
	case n.v == 0 && n.e == 0:
		return near{}
	case math.Abs(n.v) <= n.e:
		length.e += 2 * math.Abs(length.v)
	}
	if n.v < 0 {
		length.v = -length.v
	}
	return length
}

// results are what is written, in the order of the operands.
func results(list ...near) (want, tol []float64) {
	for _, n := range list {
		want, tol = append(want, n.v), append(tol, n.e)
	}
	return want, tol
}

// meanOf is beta·old + rest·x.
func meanOf(old float64, beta, rest float32, x near) near {
	return exactly(old).flushed().times(constant(beta)).plus(x.times(constant(rest)))
}

// squareOf is beta·old + rest·x².
func squareOf(old float64, beta, rest float32, x near) near {
	return exactly(old).flushed().times(constant(beta)).plus(x.times(constant(rest)).times(x))
}

// decayed is the gradient of a parameter that has a decay.
func decayed(p, g float64, decay float32) near {
	return exactly(g).plus(constant(decay).times(exactly(p)))
}

// positive makes operands from one on squares, which are not negative.
func positive(from int) func(operand int, x float32) float32 {
	return func(operand int, x float32) float32 {
		if operand >= from {
			return abs(x)
		}
		return x
	}
}

// ruleKernels are the optimizer's kernels but those of SGD and Adam.
func ruleKernels() []elementwise {
	adam := adamStep(0.05, 0.01, 3)
	adamax := &AdamaxConstants{WeightDecay: 0.01, Beta1: 0.9, OneMinusBeta1: 0.1, Beta2: 0.99, Epsilon: 1e-8, StepSize: 0.02}
	nadam := &NAdamConstants{Shrink: 0.99, WeightDecay: 0.01, Beta1: 0.9, OneMinusBeta1: 0.1, Beta2: 0.99, OneMinusBeta2: 0.01, GradientStep: 0.01, MeanStep: 0.02, InvSqrtBias2: 3, Epsilon: 1e-8}
	adagrad := &AdagradConstants{Rate: 0.1, WeightDecay: 0.01, Epsilon: 1e-10}
	adadelta := &AdadeltaConstants{Rate: 0.9, WeightDecay: 0.02, Rho: 0.9, OneMinusRho: 0.1, Epsilon: 1e-6}
	lion := &LionConstants{Rate: 0.01, Shrink: 0.99, Beta1: 0.9, OneMinusBeta1: 0.1, Beta2: 0.99, OneMinusBeta2: 0.01}
	rprop := &RpropConstants{Shorter: 0.5, Longer: 1.2, Least: 0.01, Most: 3}
	free := &ScheduleFreeConstants{Beta2: 0.99, OneMinusBeta2: 0.01, InvSqrtBias2: 3, Epsilon: 1e-8, Decay: 0.01, Stay: 0.75, Go: 0.25, Step: 0.02, Rate: 0.1}
	all := []elementwise{
		{
			name: "amsgrad", operands: []role{updated, source, updated, updated, updated}, prepare: positive(3),
			run: func(s *Set, op [][]float32) { s.AMSGrad(op[0], op[1], op[2], op[3], op[4], adam) },
			exact: func(in []float64) ([]float64, []float64) {
				w := constant(adam.Shrink).times(exactly(in[0]))
				g := exactly(in[1]).plus(constant(adam.WeightDecay).times(w))
				m, v := meanOf(in[2], adam.Beta1, adam.OneMinusBeta1, g), squareOf(in[3], adam.Beta2, adam.OneMinusBeta2, g)
				largest := v.atLeast(exactly(in[4]))
				below := largest.root().times(constant(adam.InvSqrtBias2)).plus(constant(adam.Epsilon))
				return results(w.minus(m.times(constant(adam.StepSize)).over(below)), m, v, largest)
			},
		},
		{
			name: "adamax", operands: []role{updated, source, updated, updated}, prepare: positive(3),
			run: func(s *Set, op [][]float32) { s.Adamax(op[0], op[1], op[2], op[3], adamax) },
			exact: func(in []float64) ([]float64, []float64) {
				g := decayed(in[0], in[1], adamax.WeightDecay)
				m := meanOf(in[2], adamax.Beta1, adamax.OneMinusBeta1, g)
				u := near{math.Abs(g.v), g.e}.plus(constant(adamax.Epsilon)).atLeast(exactly(in[3]).flushed().times(constant(adamax.Beta2)))
				return results(exactly(in[0]).minus(m.times(constant(adamax.StepSize)).over(u)), m, u)
			},
		},
		{
			name: "nadam", operands: []role{updated, source, updated, updated}, prepare: positive(3),
			run: func(s *Set, op [][]float32) { s.NAdam(op[0], op[1], op[2], op[3], nadam) },
			exact: func(in []float64) ([]float64, []float64) {
				g := decayed(in[0], in[1], nadam.WeightDecay)
				m, v := meanOf(in[2], nadam.Beta1, nadam.OneMinusBeta1, g), squareOf(in[3], nadam.Beta2, nadam.OneMinusBeta2, g)
				move := g.times(constant(nadam.GradientStep)).plus(m.times(constant(nadam.MeanStep)))
				move = move.over(v.root().times(constant(nadam.InvSqrtBias2)).plus(constant(nadam.Epsilon)))
				return results(exactly(in[0]).times(constant(nadam.Shrink)).minus(move), m, v)
			},
		},
		{
			name: "adagrad", operands: []role{updated, source, updated}, prepare: positive(2),
			run: func(s *Set, op [][]float32) { seen(s.Adagrad(op[0], op[1], op[2], adagrad), op[0]) },
			exact: func(in []float64) ([]float64, []float64) {
				g := decayed(in[0], in[1], adagrad.WeightDecay)
				sum := exactly(in[2]).flushed().plus(g.times(g))
				move := g.times(constant(adagrad.Rate)).over(sum.root().plus(constant(adagrad.Epsilon)))
				return results(exactly(in[0]).minus(move), sum)
			},
		},
		{
			name: "adadelta", operands: []role{updated, source, updated, updated}, prepare: positive(2),
			run: func(s *Set, op [][]float32) { seen(s.Adadelta(op[0], op[1], op[2], op[3], adadelta), op[0]) },
			exact: func(in []float64) ([]float64, []float64) {
				g := decayed(in[0], in[1], adadelta.WeightDecay)
				square, epsilon := squareOf(in[2], adadelta.Rho, adadelta.OneMinusRho, g), constant(adadelta.Epsilon)
				d := exactly(in[3]).flushed().plus(epsilon).root().over(square.plus(epsilon).root()).times(g)
				steps := squareOf(in[3], adadelta.Rho, adadelta.OneMinusRho, d)
				return results(exactly(in[0]).minus(d.times(constant(adadelta.Rate))), square, steps)
			},
		},
		{
			name: "lion", operands: []role{updated, source, updated},
			run: func(s *Set, op [][]float32) { seen(s.Lion(op[0], op[1], op[2], lion), op[0]) },
			exact: func(in []float64) ([]float64, []float64) {
				g := exactly(in[1])
				u := meanOf(in[2], lion.Beta1, lion.OneMinusBeta1, g)
				m := meanOf(in[2], lion.Beta2, lion.OneMinusBeta2, g)
				return results(exactly(in[0]).times(constant(lion.Shrink)).minus(u.along(constant(lion.Rate))), m)
			},
		},
		{
			name: "rprop", operands: []role{updated, source, updated, updated},
			run: func(s *Set, op [][]float32) { seen(s.Rprop(op[0], op[1], op[2], op[3], rprop), op[0]) },
			exact: func(in []float64) ([]float64, []float64) {
				g, step := exactly(in[1]), exactly(in[3])
				switch turned := in[1] * in[2]; {
				case turned > 0:
					step = step.times(constant(rprop.Longer))
				case turned < 0:
					step, g = step.times(constant(rprop.Shorter)), near{}
				}
				step.v = min(max(step.v, float64(rprop.Least)), float64(rprop.Most))
				return results(exactly(in[0]).minus(g.along(step)), g, step)
			},
		},
		{
			name: "scheduleFree", operands: []role{updated, source, updated, updated}, prepare: positive(3),
			run: func(s *Set, op [][]float32) { s.ScheduleFree(op[0], op[1], op[2], op[3], free) },
			exact: func(in []float64) ([]float64, []float64) {
				p, g, base := exactly(in[0]), exactly(in[1]), exactly(in[2])
				v := squareOf(in[3], free.Beta2, free.OneMinusBeta2, g)
				d := g.over(v.root().times(constant(free.InvSqrtBias2)).plus(constant(free.Epsilon)))
				d = d.plus(p.times(constant(free.Decay)))
				next := p.times(constant(free.Stay)).plus(base.times(constant(free.Go))).minus(d.times(constant(free.Step)))
				return results(next, base.minus(d.times(constant(free.Rate))), v)
			},
		},
		{
			name: "average", operands: []role{updated, source},
			run: func(s *Set, op [][]float32) { seen(s.Average(op[0], op[1], 0.9, 0.1), op[1]) },
			exact: func(in []float64) ([]float64, []float64) {
				return results(meanOf(in[0], 0.9, 0.1, exactly(in[1])))
			},
		},
	}
	for index, name := range []string{"rmsprop", "rmspropMomentum", "rmspropCentered", "rmspropCenteredMomentum"} {
		all = append(all, rmspropKernel(name, index))
	}
	return all
}

func rmspropKernel(name string, index int) elementwise {
	c := &RMSPropConstants{Rate: 0.01, WeightDecay: 0.1, Alpha: 0.9, OneMinusAlpha: 0.1, Epsilon: 1e-2, Momentum: 0.8}
	centered, moves := index&RMSPropCentered != 0, index&RMSPropMoves != 0
	operands := []role{updated, source, updated}
	for _, has := range []bool{centered, moves} {
		if has {
			operands = append(operands, updated)
		}
	}
	return elementwise{
		name: name, operands: operands,
		prepare: func(operand int, x float32) float32 {
			if operand == 2 {
				return abs(x)
			}
			return x
		},
		run: func(s *Set, op [][]float32) {
			var mean, velocity []float32
			if centered {
				mean = op[3]
			}
			if moves {
				velocity = op[len(operands)-1]
			}
			seen(s.RMSProp[index](op[0], op[1], op[2], mean, velocity, c), op[0])
		},
		exact: func(in []float64) ([]float64, []float64) {
			g := decayed(in[0], in[1], c.WeightDecay)
			square := squareOf(in[2], c.Alpha, c.OneMinusAlpha, g)
			written, below := []near{square}, square
			if centered {
				mean := meanOf(in[3], c.Alpha, c.OneMinusAlpha, g)
				written, below = append(written, mean), square.minus(mean.times(mean))
				switch {
				case below.v+below.e <= 0:
					below = near{}
				case below.v < 0:
					below.v = 0
				}
			}
			d := g.over(below.root().plus(constant(c.Epsilon)))
			if moves {
				d = exactly(in[len(in)-1]).flushed().times(constant(c.Momentum)).plus(d)
				written = append(written, d)
			}
			return results(append([]near{exactly(in[0]).minus(d.times(constant(c.Rate)))}, written...)...)
		},
	}
}

// TestRuleStateIsFlushed: all state of the rules that is denormal when it is read counts as 0, so that without
// gradients it is 0 afterwards, and what they divide by stays an epsilon.
func TestRuleStateIsFlushed(t *testing.T) {
	kept := map[string][]int{ // which operands are no means that decay
		"amsgrad": {4}, "adamax": {3}, "rprop": {2, 3}, "scheduleFree": {2},
	}
	eachSet(t, func(t *testing.T, s *Set) {
		for _, k := range ruleKernels() {
			for _, bits := range []uint32{1, 0x400001, 0x7fffff} {
				op := k.inputs(37, func(int, int) float32 { return 0 })
				for j := range op {
					if k.operands[j] == updated && (j > 0 || k.name == "average") {
						fill(op[j], math.Float32frombits(bits))
					}
				}
				k.run(s, op)
				for j := range op {
					if skip := kept[k.name]; j > 0 && k.operands[j] == updated && (len(skip) == 0 || j < skip[0]) {
						for i, x := range op[j] {
							if x != 0 {
								t.Fatalf("%s: element %d of operand %d was %#08x and is %v, want 0", k.name, i, j, bits, x)
							}
						}
					}
				}
			}
		}
	})
}
