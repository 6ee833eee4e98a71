package kernels

import (
	"math"
	"math/rand/v2"
	"testing"
)

// lossCase is a loss with parameters, what it is in float64, and by how many units of 2^-24 of size
// its kernels may be off: of its terms, where it is a difference, or of itself.
type lossCase struct {
	name    string
	l       Loss
	a, b    float32
	prepare func(operand int, x float32) float32 // y, t or w
	exact   func(y, t, w float64) (l, slope, size, slopeSize float64)
	ulps    float64
}

// inRange keeps a number within what kernels are for.
func inRange(_ int, x float32) float32 {
	switch m := abs(x); {
	case !(m > 0x1p-60): // NaN too
		return 0
	case m > 0x1p60:
		return copysign(0x1p60, x)
	}
	return x
}

// below80 is inRange with outputs whose exponentials are no infinities.
func below80(operand int, x float32) float32 {
	x = inRange(operand, x)
	if operand == 0 {
		x = min(x, 80)
	}
	return x
}

// magnitudes is below80 without signs.
func magnitudes(operand int, x float32) float32 { return abs(below80(operand, x)) }

// toFraction makes targets fractions.
func toFraction(operand int, x float32) float32 {
	x = inRange(operand, x)
	if operand == 1 {
		return min(abs(x), 1)
	}
	return x
}

// toBit makes targets 0 or 1.
func toBit(operand int, x float32) float32 {
	x = inRange(operand, x)
	if operand == 1 {
		return where(x > 0, 1)
	}
	return x
}

// ofDifference is the case of a function of y-t, which is rounded once.
func ofDifference(f func(d float64) (l, slope float64)) func(y, t, w float64) (l, slope, size, slopeSize float64) {
	return func(y, t, _ float64) (l, slope, size, slopeSize float64) {
		l, slope = f(y - t)
		return l, slope, l, math.Abs(slope)
	}
}

func lossCases() []lossCase {
	sign := func(d float64) float64 {
		if d == 0 {
			return 0
		}
		return math.Copysign(1, d)
	}
	huber := func(a float64) func(d float64) (l, slope float64) {
		return func(d float64) (l, slope float64) {
			if math.Abs(d) <= a {
				return d * d / 2, d
			}
			return a * (math.Abs(d) - a/2), math.Copysign(a, d)
		}
	}
	logistic := func(y, t, w float64) (l, slope, size, slopeSize float64) {
		log := math.Log1p(math.Exp(-math.Abs(y)))
		yes, no := w*t*(math.Max(-y, 0)+log), (1-t)*(math.Max(y, 0)+log)
		up, down := (1-t)*sigmoid64(y), w*t*sigmoid64(-y)
		return yes + no, up - down, math.Abs(yes) + no, up + math.Abs(down)
	}
	focal := func(a, b float64) func(y, t, w float64) (l, slope, size, slopeSize float64) {
		return func(y, t, _ float64) (l, slope, size, slopeSize float64) {
			m, c := -y, 1-b
			if t == 1 {
				m, c = y, b
			}
			log := math.Log1p(math.Exp(-math.Abs(m)))
			wrong, right := math.Max(-m, 0)+log, math.Max(m, 0)+log // -log p and -log q
			power := c * math.Exp(-a*right)
			l = power * wrong
			slope = -power * (a*sigmoid64(m)*wrong + sigmoid64(-m))
			spread := 1 + a*right // the exponent is rounded
			if t == 0 {
				return l, -slope, l*spread + 0x1p-30, -slope*spread + 0x1p-30
			}
			return l, slope, l*spread + 0x1p-30, -slope*spread + 0x1p-30
		}
	}
	return []lossCase{
		{"absoluteError", AbsoluteError, 0, 0, inRange, ofDifference(func(d float64) (l, slope float64) { return math.Abs(d), sign(d) }), 1.5},
		{"huberLoss", HuberLoss, 0.7, 0, inRange, ofDifference(huber(float64(float32(0.7)))), 5},
		{"logCosh", LogCosh, 0, 0, inRange, ofDifference(func(d float64) (l, slope float64) {
			a := math.Abs(d)
			if a < 1e-3 {
				return d * d / 2 * (1 - d*d/6), math.Tanh(d)
			}
			return a + math.Log1p(math.Exp(-2*a)) - math.Ln2, math.Tanh(d)
		}), 12},
		{"quantileLoss", QuantileLoss, 0.3, 0.7, inRange, ofDifference(func(d float64) (l, slope float64) {
			rate := math.Copysign(float64(float32(0.3)), d)
			if d > 0 {
				rate = float64(float32(0.7))
			}
			if d == 0 {
				rate = 0
			}
			return rate * d, rate
		}), 3},
		{"poissonLoss", PoissonLoss, 0, 0, below80, func(y, t, _ float64) (l, slope, size, slopeSize float64) {
			e := math.Exp(y)
			return e - t*y, e - t, e + math.Abs(t*y), e + math.Abs(t)
		}, 4},
		{"poissonRateLoss", PoissonRateLoss, 1e-8, 0, magnitudes, func(y, t, _ float64) (l, slope, size, slopeSize float64) {
			v := y + float64(float32(1e-8))
			log := math.Log(v)
			return y - t*log, 1 - t/v, y + t*(1+math.Abs(log)), 1 + t/v
		}, 4},
		{"logisticLoss", LogisticLoss, 0, 0, toFraction, func(y, t, _ float64) (l, slope, size, slopeSize float64) { return logistic(y, t, 1) }, 6},
		{"weightedLogisticLoss", WeightedLogisticLoss, 0, 0, toFraction, logistic, 8},
		{"focalLoss", FocalLoss, 2, 0.25, toBit, focal(2, 0.25), 16},
		{"focalLoss, gamma", FocalLoss, 0.5, 0.5, toBit, focal(0.5, 0.5), 16},
		{"hingeLoss", HingeLoss, 0, 0, toBit, func(y, t, _ float64) (l, slope, size, slopeSize float64) {
			if margin := 1 - (2*t-1)*y; margin > 0 {
				return margin, 1 - 2*t, margin, 1
			}
			return 0, 0, 0, 0
		}, 1.5},
		{"squaredHingeLoss", SquaredHingeLoss, 0, 0, toBit, func(y, t, _ float64) (l, slope, size, slopeSize float64) {
			if margin := 1 - (2*t-1)*y; margin > 0 {
				return margin * margin, 2 * (1 - 2*t) * margin, margin * margin, 2 * margin
			}
			return 0, 0, 0, 0
		}, 5},
		{"marginLoss", MarginLoss, 0.7, -1.5, inRange, ofMargin(func(over float64) (l, slope float64) { return over, 1 }), 3},
		{"squaredMarginLoss", SquaredMarginLoss, 0.7, -1.5, inRange, ofMargin(func(over float64) (l, slope float64) { return over * over, 2 * over }), 8},
	}
}

// ofMargin is the case of a function of how far (y-b)+a is above 0, with b = -1.5 and a = 0.7, of which each is rounded once.
func ofMargin(f func(over float64) (l, slope float64)) func(y, t, w float64) (l, slope, size, slopeSize float64) {
	return func(y, _, _ float64) (l, slope, size, slopeSize float64) {
		if over := float64(float32(y+1.5)) + float64(float32(0.7)); over > 0 {
			l, slope = f(over)
		}
		return l, slope, l, slope
	}
}

// TestLossesAreTested expects each among the cases.
func TestLossesAreTested(t *testing.T) {
	seen := map[Loss]bool{}
	for _, c := range lossCases() {
		seen[c.l] = true
	}
	for _, l := range Losses() {
		if !seen[l] {
			t.Errorf("nothing tests %v", l)
		}
	}
}

// lossKernels are the gradients: those of elementwise kernels.
func lossKernels() []elementwise {
	var all []elementwise
	for _, c := range lossCases() {
		all = append(all, elementwise{
			name: "gradient of " + c.name, operands: []role{result, source, source, source}, mayBe: []int{1},
			prepare: func(operand int, x float32) float32 { return c.prepare(operand-1, x) },
			run:     func(s *Set, op [][]float32) { s.Losses[c.l].Gradient(op[0], op[1], op[2], op[3], 0.3, c.a, c.b) },
			exact: func(in []float64) ([]float64, []float64) {
				_, slope, _, size := c.exact(in[1], in[2], in[3])
				return one(float64(float32(0.3))*slope, 0.3*(c.ulps+1)*unit*size+2*tiny+0x1p-120)
			},
		})
	}
	return all
}

// TestLossSums runs the kernels on every length: both sum the same, and what they should.
func TestLossSums(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, c := range lossCases() {
			rng := rand.New(rand.NewPCG(17, 18))
			value := ofAllSizes(rng)
			k := s.Losses[c.l]
			for _, n := range lengths(longest) {
				x := [4][]float32{}
				for j := range x {
					x[j] = make([]float32, n)
					for i := range n {
						x[j][i] = c.prepare(j, value(j, i)*float32(1+4*(i%3)))
					}
				}
				want, size := 0.0, 0.0
				for i := range n {
					l, _, of, _ := c.exact(float64(x[0][i]), float64(x[1][i]), float64(x[2][i]))
					want += l
					size += c.ulps*unit*of + 0x1p-120
				}
				alone := k.Sum(x[0], x[1], x[2], c.a, c.b)
				got := k.Gradient(x[3], x[0], x[1], x[2], 1, c.a, c.b)
				if !(math.Abs(got-want) <= size) || got != alone {
					t.Fatalf("%s, n=%d: sums %v and, without a gradient, %v, want %v ± %g", c.name, n, got, alone, want, size)
				}
			}
		}
	})
}

// TestLossesOfOne looks at single elements, over magnitudes of y.
func TestLossesOfOne(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, c := range lossCases() {
			worst := 0.0
			for e := -60.0; e < 60; e += 0.037 {
				for _, sign := range []float32{1, -1} {
					for _, target := range []float32{0, 1, 0.3} {
						y := []float32{c.prepare(0, sign*float32(math.Exp2(e)))}
						want := []float32{c.prepare(1, target)}
						w := []float32{1.5}
						l, _, size, _ := c.exact(float64(y[0]), float64(want[0]), 1.5)
						got := s.Losses[c.l].Sum(y, want, w, c.a, c.b)
						if diff := math.Abs(got - l); !(diff <= c.ulps*unit*size+0x1p-120) {
							t.Fatalf("%s of y = %g, t = %g: %g, want %g: %.3g units off", c.name, y[0], want[0], got, l, diff/unit/size)
						} else if size > 0x1p-90 {
							worst = max(worst, diff/unit/size)
						}
					}
				}
			}
			t.Logf("%s: %.2f units", c.name, worst)
		}
	})
}
