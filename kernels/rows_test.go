package kernels

import (
	"math"
	"math/rand/v2"
	"testing"
)

// leastVariance is what the tests give.
const leastVariance = 1e-6

// gaussian64 is a Gaussian likelihood and its slopes in float64, and what they are made of.
func gaussian64(mean, s, t float64, logs bool) (l, dmean, ds, size, slope float64) {
	d := mean - t
	v, dv := math.Max(s, float64(float32(leastVariance))), 1.0
	if logs {
		dv = math.Exp(s)
		v = dv + float64(float32(leastVariance))
	}
	squares := d * d / v
	return (math.Log(v) + squares) / 2, d / v, (1 - squares) / 2 * dv / v, 1 + math.Abs(math.Log(v)) + squares, dv / v
}

// toLikelihood keeps means and targets, and logarithms of variances or variances, within what kernels are for.
func toLikelihood(logs bool) func(operand int, x float32) float32 {
	return func(operand int, x float32) float32 {
		switch {
		case x != x || abs(x) < 0x1p-40 && operand != 3:
			return 0
		case operand != 3:
			return min(max(x, -0x1p40), 0x1p40)
		case logs:
			return min(max(x, -80), 80)
		}
		return min(abs(x), 0x1p40)
	}
}

// rowLossKernels are those of the kernels of rows that write.
func rowLossKernels() (all []elementwise) {
	for name, logs := range map[string]bool{"gaussianGradient": true, "gaussianVarianceGradient": false} {
		all = append(all, elementwise{
			name: name, operands: []role{result, result, source, source, source}, prepare: toLikelihood(logs), mayBe: []int{2},
			run: func(s *Set, op [][]float32) {
				k := s.GaussianGradient
				if !logs {
					k = s.GaussianVarianceGradient
				}
				k(op[0], op[1], op[2], op[3], op[4], 0.3, leastVariance)
			},
			exact: func(in []float64) ([]float64, []float64) {
				const factor = float64(float32(0.3))
				_, dmean, ds, size, slope := gaussian64(in[2], in[3], in[4], logs)
				// d, e^s and v are rounded, which is a difference of d from 1 and not of d² from d².
				return []float64{factor * dmean, factor * ds}, []float64{8*unit*math.Abs(dmean) + 0x1p-120, 12*unit*size*slope + 0x1p-120}
			},
		})
	}
	return all
}

// TestRowSums compares what losses sum up with float64, for every length; with and without derivatives it is the same.
func TestRowSums(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		rng := rand.New(rand.NewPCG(19, 20))
		value := ofAllSizes(rng)
		for _, n := range lengths(longest) {
			z, p, x, y, d, e := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
			top := float32(math.Inf(-1))
			for i := range n {
				z[i], p[i], x[i], y[i] = 9*value(0, i), abs(value(0, i)), value(0, i), value(0, i)
				if i%5 == 3 {
					z[i], p[i] = z[i]-float32(90*(i%3)), 0
				}
				top = max(top, z[i])
			}
			check := func(what string, got float64, ulps float64, term func(i int) (v, size float64)) {
				t.Helper()
				want, tol := 0.0, 0.0
				for i := range n {
					v, size := term(i)
					want += v
					tol += ulps*unit*size + 0x1p-120
				}
				if !(math.Abs(got-want) <= tol) {
					t.Fatalf("%s, n=%d: %v, want %v ± %g", what, n, got, want, tol)
				}
			}
			check("sumExp", s.SumExp(z, top), 4, func(i int) (v, size float64) {
				v = math.Exp(float64(z[i] - top))
				return v, v + 0x1p-100
			})
			check("sumEntropy", s.SumEntropy(p), 4, func(i int) (v, size float64) {
				if p[i] == 0 {
					return 0, 0
				}
				v = float64(p[i]) * math.Log(float64(p[i]))
				return v, math.Abs(v)
			})
			check("sumBelow", s.SumBelow(p, z, top), 3, func(i int) (v, size float64) {
				v = float64(p[i]) * (float64(top) - float64(z[i]))
				return v, math.Abs(v)
			})
			likelihood := func(what string, logs bool, alone, beside float64) {
				t.Helper()
				check(what, alone, 4, func(i int) (v, size float64) {
					v, _, _, size, _ = gaussian64(float64(x[i]), float64(z[i]), float64(y[i]), logs)
					return v, size
				})
				if alone != beside {
					t.Fatalf("%s, n=%d: sums %v, and %v with derivatives", what, n, alone, beside)
				}
			}
			for i := range z {
				z[i] = min(max(z[i], -80), 80)
			}
			likelihood("gaussian", true, s.Gaussian(x, z, y, leastVariance), s.GaussianGradient(d, e, x, z, y, 1, leastVariance))
			for i := range z {
				z[i] = abs(z[i])
			}
			likelihood("gaussianVariance", false, s.GaussianVariance(x, z, y, leastVariance), s.GaussianVarianceGradient(d, e, x, z, y, 1, leastVariance))
		}
	})
}

// TestRowSumsSpecial: what is no number gives none, and what counts for nothing nothing.
func TestRowSumsSpecial(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, n := range []int{1, 7, 16, 17, 70} {
			for at := range n {
				x, ones := make([]float32, n), make([]float32, n)
				fill(ones, 1)
				x[at] = nan32
				for name, got := range map[string]float64{
					"sumExp": s.SumExp(x, 1), "sumExp of a largest of none": s.SumExp(ones, nan32), "sumEntropy": s.SumEntropy(x),
					"sumBelow, shares": s.SumBelow(x, ones, 1), "sumBelow": s.SumBelow(ones, x, 1),
					"gaussian, means": s.Gaussian(x, ones, ones, leastVariance), "gaussian": s.Gaussian(ones, x, ones, leastVariance),
					"gaussianVariance": s.GaussianVariance(ones, x, ones, leastVariance),
				} {
					if got == got {
						t.Fatalf("%s of %d with NaN at %d: %v, want NaN", name, n, at, got)
					}
				}
				fill(x, 0)
				if x[at] = -1; !math.IsNaN(s.GaussianVariance(ones, x, ones, leastVariance)) {
					t.Fatalf("gaussianVariance of %d with a variance below 0 at %d is a number", n, at)
				}
				fill(x, -inf32)
				x[at] = 3
				if got := s.SumExp(x, 3); got != 1 {
					t.Fatalf("sumExp of %d with one that is not -Inf: %v, want 1", n, got)
				}
				fill(x, 0)
				x[at] = 1
				if got := s.SumEntropy(x); got != 0 {
					t.Fatalf("sumEntropy of %d zeros and a 1: %v, want 0", n, got)
				}
			}
		}
	})
}
