package loss

import (
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// naiveElement is a loss of an output and a target in float64, its derivative, and the sizes of the terms
// that they are differences of.
type naiveElement func(j int, y, t float64) (l, dl, size, slopeSize float64)

// naiveElements is a loss of elements, computed as that. units is how many roundings of float32
// kernels take, which are not there for what is too narrow for them.
func naiveElements(l Loss, units float64, target func(*rand.Rand) float32, f naiveElement) naiveLoss {
	return naiveLoss{
		loss: l, weight: elementWeight,
		target: func(rng *rand.Rand, rows, cols int) data.Target {
			return data.Values(testMatrix(rows, cols, func(int, int) float32 { return target(rng) }))
		},
		row: func(z []float32, t data.Target, i int, dz []float64) (sum, sumTol, gradTol float64) {
			return naiveRow(units, f, z, tensor.Row(t.Values, i), dz)
		},
	}
}

func naiveRow(units float64, f naiveElement, z, t []float32, dz []float64) (sum, sumTol, gradTol float64) {
	if len(z) <= narrow {
		units = 0x1p-49 / u
	}
	for j, v := range z {
		l, dl, size, slopeSize := f(j, float64(v), float64(t[j]))
		dz[j] = dl
		sum += l
		sumTol += units * size
		gradTol = max(gradTol, (units+3)*slopeSize) // scale and product are rounded
	}
	return sum, sumTol, gradTol
}

func normal(rng *rand.Rand) float32 { return float32(rng.NormFloat64()) }

// ofDifference is a function of y-t.
func ofDifference(f func(d float64) (l, dl float64)) naiveElement {
	return func(_ int, y, t float64) (l, dl, size, slopeSize float64) {
		l, dl = f(y - t)
		return l, dl, l, math.Abs(dl)
	}
}

// pinballOf is the element of a quantile.
func pinballOf(tau float64) naiveElement {
	return ofDifference(func(d float64) (l, dl float64) {
		switch {
		case d > 0:
			return (1 - tau) * d, 1 - tau
		case d < 0:
			return -tau * d, -tau
		}
		return 0, 0
	})
}

func naiveDifferences() []naiveLoss {
	huber := func(delta, by float64) naiveElement {
		return ofDifference(func(d float64) (l, dl float64) {
			if math.Abs(d) <= delta {
				return d * d / 2 / by, d / by
			}
			return delta * (math.Abs(d) - delta/2) / by, math.Copysign(delta, d) / by
		})
	}
	taus := []float64{0.1, 0.5, 0.75}
	several := naiveElements(Quantile(taus...), 3, normal, nil)
	several.width = func(cols int) int { return (cols + 2) / 3 * 3 }
	several.target = func(rng *rand.Rand, rows, cols int) data.Target { return drawValues(rng, rows, cols/3) }
	several.row = func(z []float32, t data.Target, i int, dz []float64) (sum, sumTol, gradTol float64) {
		m := len(z) / 3
		for n, tau := range taus {
			s, sTol, gTol := naiveRow(3, pinballOf(tau), z[n*m:][:m], tensor.Row(t.Values, i), dz[n*m:][:m])
			sum, sumTol, gradTol = sum+s, sumTol+sTol, max(gradTol, gTol)
		}
		return sum, sumTol, gradTol
	}
	return []naiveLoss{
		naiveElements(Huber(1), 5, normal, huber(1, 1)),
		naiveElements(Huber(0.3), 5, normal, huber(0.3, 1)),
		naiveElements(SmoothL1(1), 6, normal, huber(1, 1)),
		naiveElements(SmoothL1(0.3), 6, normal, huber(0.3, 0.3)),
		naiveElements(MAE(), 1.5, normal, ofDifference(func(d float64) (l, dl float64) {
			if d == 0 {
				return 0, 0
			}
			return math.Abs(d), math.Copysign(1, d)
		})),
		naiveElements(LogCosh(), 12, normal, ofDifference(func(d float64) (l, dl float64) {
			if a := math.Abs(d); a > 1e-3 {
				return a + math.Log1p(math.Exp(-2*a)) - math.Ln2, math.Tanh(d)
			}
			return d * d / 2 * (1 - d*d/6), math.Tanh(d)
		})),
		naiveElements(Quantile(0.3), 3, normal, pinballOf(0.3)),
		several,
	}
}

func naiveCounts() []naiveLoss {
	count := func(rng *rand.Rand) float32 { return float32(rng.IntN(6)) }
	constant := func(t float64) float64 {
		if t > 1 {
			return t*math.Log(t) - t + math.Log(2*math.Pi*t)/2
		}
		return 0
	}
	of := func(full bool) naiveElement {
		return func(_ int, y, t float64) (l, dl, size, slopeSize float64) {
			e, rest := math.Exp(y), 0.0
			if full {
				rest = constant(t)
			}
			return e - t*y + rest, e - t, e + math.Abs(t*y) + math.Abs(rest), e + t
		}
	}
	rate := naiveElements(Poisson(Rate(1e-8), Full()), 4, count, func(_ int, y, t float64) (l, dl, size, slopeSize float64) {
		log := math.Log(y + 1e-8)
		return y - t*log + constant(t), 1 - t/(y+1e-8), y + t*(2+math.Abs(log)) + math.Abs(constant(t)), 1 + t/(y+1e-8)
	})
	rate.output = func(v float32) float32 { return float32(math.Abs(float64(v))) }
	plain, full := naiveElements(Poisson(), 4, count, of(false)), naiveElements(Poisson(Full()), 4, count, of(true))
	plain.output = func(v float32) float32 { return min(v, 85) } // whose exponential is a float32
	full.output = plain.output
	return []naiveLoss{plain, full, rate, naiveVariances()}
}

// naiveVariances is Gaussian of variances.
func naiveVariances() naiveLoss {
	return naiveLoss{
		loss:   Gaussian(Variances(1e-3), Full()),
		output: func(v float32) float32 { return float32(math.Abs(float64(v))) },
		width:  func(cols int) int { return cols + cols%2 },
		target: func(rng *rand.Rand, rows, cols int) data.Target { return drawValues(rng, rows, cols/2) },
		weight: func(_ data.Target, _, cols int) float64 { return float64(cols / 2) },
		row: func(z []float32, t data.Target, i int, dz []float64) (sum, sumTol, gradTol float64) {
			m := len(z) / 2
			for j, want := range tensor.Row(t.Values, i) {
				d, v := float64(z[j])-float64(want), math.Max(float64(z[m+j]), 1e-3)
				dz[j], dz[m+j] = d/v, (1/v-d*d/(v*v))/2
				gradTol = max(gradTol, math.Abs(dz[j]), math.Abs(dz[m+j]))
				sum += (math.Log(v) + d*d/v + math.Log(2*math.Pi)) / 2
				sumTol += 0x1p-50 / u * (math.Abs(math.Log(v)) + d*d/v + 2)
				wide, wideGrad := offByKernels(d, v, 1/v)
				if m > narrow {
					sumTol, gradTol = sumTol+wide, max(gradTol, wideGrad)
				}
			}
			return sum, sumTol, 4 * gradTol
		},
	}
}

func naiveLabels() []naiveLoss {
	fraction := func(rng *rand.Rand) float32 { return []float32{0, 1, 0.25}[rng.IntN(3)] }
	bit := func(rng *rand.Rand) float32 { return float32(rng.IntN(2)) }
	side := func(rng *rand.Rand) float32 { return []float32{-1, 1, 0}[rng.IntN(3)] }
	logistic := func(weights []float64) naiveElement {
		return func(j int, y, t float64) (l, dl, size, slopeSize float64) {
			p := 1.0
			if weights != nil {
				p = weights[j]
			}
			log := math.Log1p(math.Exp(-math.Abs(y)))
			up, down := (1-t)/(1+math.Exp(-y)), p*t/(1+math.Exp(y))
			l = p*t*(math.Max(-y, 0)+log) + (1-t)*(math.Max(y, 0)+log)
			return l, up - down, l, up + down
		}
	}
	weights := []float64{2, 0.5, 1.25, 0, 1, 3, 1, 1, 7, 0.1, 1, 1}
	weighted := naiveElements(BinaryCrossEntropy(PositiveWeights(weights...)), 10, fraction, logistic(weights))
	weighted.width = func(int) int { return len(weights) }
	focal := func(gamma, alpha float64) naiveElement {
		return func(_ int, y, t float64) (l, dl, size, slopeSize float64) {
			z, factor := -y, 1-alpha
			if t == 1 {
				z, factor = y, alpha
			}
			if alpha == 0 {
				factor = 1
			}
			log := math.Log1p(math.Exp(-math.Abs(z)))
			right, wrong := math.Max(-z, 0)+log, math.Max(z, 0)+log
			power := factor * math.Exp(-gamma*wrong)
			l, dl = power*right, -power*(gamma/(1+math.Exp(-z))*right+1/(1+math.Exp(z)))
			size = 1 + gamma*wrong + 0x1p-30/math.Max(l, 0x1p-80) // the exponent is rounded
			slopeSize = math.Abs(dl)*(1+gamma*wrong) + 0x1p-30
			if t == 0 {
				dl = -dl
			}
			return l, dl, l * size, slopeSize
		}
	}
	hinge := func(square bool) naiveElement {
		return func(_ int, y, t float64) (l, dl, size, slopeSize float64) {
			s := -1.0
			if t == 1 {
				s = 1
			}
			margin := math.Max(0, 1-s*y)
			switch {
			case square:
				return margin * margin, -2 * s * margin, margin * margin, 2 * margin
			case margin > 0:
				return margin, -s, margin, 1
			}
			return 0, 0, 0, 0
		}
	}
	plain := naiveElements(BinaryCrossEntropy(), 12, fraction, logistic(nil))
	row := plain.row
	plain.row = func(z []float32, t data.Target, i int, dz []float64) (sum, sumTol, gradTol float64) {
		sum, sumTol, gradTol = row(z, t, i, dz)
		if len(z) <= narrow { // whose logarithms are those of products
			sumTol += 0x1p-46 / u * float64(len(z))
		}
		return sum, sumTol, gradTol + 4
	}
	return []naiveLoss{
		plain, weighted,
		naiveElements(BinaryFocal(2), 16, bit, focal(2, 0)),
		naiveElements(BinaryFocal(0.7, Alpha(0.25)), 16, bit, focal(0.7, 0.25)),
		naiveElements(BinaryFocal(0), 16, bit, focal(0, 0)),
		naiveElements(Hinge(), 2, side, hinge(false)),
		naiveElements(SquaredHinge(), 5, side, hinge(true)),
	}
}
