package loss

import (
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// drawLabels are labels of all outputs, and ignored ones among them unless that is 0.
func drawLabels(ignored int) func(rng *rand.Rand, rows, cols int) data.Target {
	return func(rng *rand.Rand, rows, cols int) data.Target {
		labels := make([]int, rows)
		for i := range labels {
			labels[i] = rng.IntN(cols)
			if ignored != 0 && i > 0 && rng.IntN(3) == 0 {
				labels[i] = ignored
			}
		}
		return data.Labels(labels)
	}
}

// drawDistributions are rows of probabilities, some of them 0.
func drawDistributions(rng *rand.Rand, rows, cols int) data.Target {
	m := testMatrix(rows, cols, func(int, int) float32 { return float32(max(0, rng.Float64()-0.2)) })
	for i := range rows {
		row, sum := tensor.Row(m, i), 0.0
		row[rng.IntN(cols)] += 0.1
		for _, v := range row {
			sum += float64(v)
		}
		for j := range row {
			row[j] = float32(float64(row[j]) / sum)
		}
	}
	return data.Values(m)
}

// logSoftmax is that of a row.
func logSoftmax(z []float32) []float64 {
	largest, sum, logs := math.Inf(-1), 0.0, make([]float64, len(z))
	for _, v := range z {
		largest = max(largest, float64(v))
	}
	for _, v := range z {
		sum += math.Exp(float64(v) - largest)
	}
	for j, v := range z {
		logs[j] = float64(v) - largest - math.Log(sum)
	}
	return logs
}

// naiveSoft is a cross-entropy of shares that classes have of a row's target.
func naiveSoft(l Loss, target func(rng *rand.Rand, rows, cols int) data.Target, shares func(t data.Target, i, cols int) []float64, weight func(t data.Target, i, cols int) float64) naiveLoss {
	return naiveLoss{
		loss: l, target: target, weight: weight,
		row: func(z []float32, t data.Target, i int, dz []float64) (sum, sumTol, gradTol float64) {
			logs, q, total := logSoftmax(z), shares(t, i, len(z)), 0.0
			for j, share := range q {
				total += share
				if share != 0 {
					sum -= share * logs[j]
				}
			}
			for j := range z {
				dz[j] = total*math.Exp(logs[j]) - q[j]
			}
			// An exponential carries the rounding of its argument x, which weighs |x|·e^x < 1, and 2 of its
			// own; their sum one more for each addition.
			tol := total * (float64(len(z)) + 6)
			return sum, tol, tol
		},
	}
}

// crossEntropyShares are those of labels or distributions.
func crossEntropyShares(weights []float64, smoothing float64, ignored int) func(t data.Target, i, cols int) []float64 {
	return func(t data.Target, i, cols int) []float64 {
		q := make([]float64, cols)
		if ignored != 0 && t.Labels[i] == ignored {
			return q
		}
		for j := range q {
			switch {
			case t.Labels == nil:
				q[j] = float64(tensor.Row(t.Values, i)[j])
			case t.Labels[i] == j:
				q[j] = 1
			}
			q[j] = (1-smoothing)*q[j] + smoothing/float64(cols)
			if weights != nil {
				q[j] *= weights[j]
			}
		}
		return q
	}
}

// oneEach is the weight of rows of which each counts.
func oneEach(data.Target, int, int) float64 { return 1 }

func naiveClasses() []naiveLoss {
	weights := []float64{1, 0.3, 2.5}
	three := func(n naiveLoss) naiveLoss {
		n.width = func(int) int { return 3 }
		return n
	}
	byClass := func(t data.Target, i, _ int) float64 { return weights[t.Labels[i]] }
	counted := func(t data.Target, i, _ int) float64 {
		if t.Labels[i] == -7 {
			return 0
		}
		return 1
	}
	divergence := naiveSoft(KLDiv(), drawDistributions, crossEntropyShares(nil, 0, 0), oneEach)
	of := divergence.row
	divergence.row = func(z []float32, t data.Target, i int, dz []float64) (sum, sumTol, gradTol float64) {
		sum, sumTol, gradTol = of(z, t, i, dz)
		for _, v := range tensor.Row(t.Values, i) {
			if v > 0 {
				sum += float64(v) * math.Log(float64(v))
			}
		}
		return sum, sumTol, gradTol
	}
	return []naiveLoss{
		naiveSoft(CrossEntropy(), drawLabels(0), crossEntropyShares(nil, 0, 0), oneEach),
		three(naiveSoft(CrossEntropy(ClassWeights(weights...)), drawLabels(0), crossEntropyShares(weights, 0, 0), byClass)),
		naiveSoft(CrossEntropy(Smoothing(0.1)), drawLabels(0), crossEntropyShares(nil, 0.1, 0), oneEach),
		three(naiveSoft(CrossEntropy(ClassWeights(weights...), Smoothing(0.2)), drawLabels(0), crossEntropyShares(weights, 0.2, 0), byClass)),
		naiveSoft(CrossEntropy(Ignore(-7)), drawLabels(-7), crossEntropyShares(nil, 0, -7), counted),
		naiveSoft(CrossEntropy(), drawDistributions, crossEntropyShares(nil, 0, 0), oneEach),
		three(naiveSoft(CrossEntropy(ClassWeights(weights...), Smoothing(0.2)), drawDistributions, crossEntropyShares(weights, 0.2, 0), oneEach)),
		divergence,
		naiveFocal(2, nil), naiveFocal(0.5, nil), naiveFocal(0, nil), three(naiveFocal(1.5, weights)),
		naiveMargin(1, 1), naiveMargin(2, 0.5),
	}
}

func naiveFocal(gamma float64, alpha []float64) naiveLoss {
	n := naiveLoss{
		loss: Focal(gamma), target: drawLabels(0), weight: oneEach,
		row: func(z []float32, t data.Target, i int, dz []float64) (sum, sumTol, gradTol float64) {
			logs, k, a := logSoftmax(z), t.Labels[i], 1.0
			if alpha != nil {
				a = alpha[k]
			}
			x := -logs[k]
			p, q := math.Exp(-x), -math.Expm1(-x)
			slope := 1.0
			if gamma != 0 {
				slope = 0
				if q > 0 {
					slope = math.Pow(q, gamma) + gamma*math.Pow(q, gamma-1)*p*x
				}
			}
			for j := range z {
				dz[j] = a * slope * math.Exp(logs[j])
			}
			dz[k] = -a * slope * q
			// What x is off by from rounding moves the value by slope, and slope by as much again and
			// more where q is small, so that a root of it is steep.
			tol := a * (1 + gamma) * (float64(len(z)) + 6)
			if gamma > 0 && gamma < 1 {
				tol /= u
				tol *= math.Pow(u*(float64(len(z))+6), gamma)
			}
			return a * math.Pow(q, gamma) * x, tol, 4 * tol
		},
	}
	if alpha != nil {
		n.loss = Focal(gamma, Alpha(alpha...))
	}
	return n
}

func naiveMargin(p int, margin float64) naiveLoss {
	return naiveLoss{
		loss: MultiMargin(p, margin), target: drawLabels(0), weight: oneEach,
		row: func(z []float32, t data.Target, i int, dz []float64) (sum, sumTol, gradTol float64) {
			k, c := t.Labels[i], float64(len(z))
			clear(dz)
			for j, v := range z {
				over := margin - float64(z[k]) + float64(v)
				if len(z) > narrowMargins { // kernels round the difference, and what is over
					off := math.Abs(float64(v)-float64(z[k])) + math.Abs(over)
					if p == 2 {
						off *= 2 * (math.Abs(over) + 1)
					}
					sumTol, gradTol = sumTol+off/c, gradTol+off/c
				}
				if j == k || over <= 0 {
					continue
				}
				slope := 1.0
				if p == 2 {
					slope, over = 2*over, over*over
				}
				sum += over / c
				dz[j] += slope / c
				dz[k] -= slope / c
			}
			for _, d := range dz {
				gradTol = max(gradTol, math.Abs(d))
			}
			return sum, sumTol + 0x1p-48/u*sum, 4 * gradTol
		},
	}
}
