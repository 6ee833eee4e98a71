package loss

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// A naive loss in float64: the sum of the loss over a row, its gradient in dz,
// and the tolerances of both as multiples of the unit roundoff.
type naiveLoss struct {
	loss   Loss
	width  func(cols int) int      // the number of outputs from cols on that the loss takes; nil: any is
	output func(v float32) float32 // makes a number an output that the loss takes; nil: it is one
	target func(rng *rand.Rand, rows, cols int) data.Target
	weight func(t data.Target, i, cols int) float64 // what row i adds to what the sum is divided by
	row    func(z []float32, t data.Target, i int, dz []float64) (sum, sumTolerance, gradTolerance float64)
}

// outputs is a number of outputs that the loss takes.
func (n naiveLoss) outputs(cols int) int {
	if n.width == nil {
		return cols
	}
	return n.width(cols)
}

// of is outputs made of numbers.
func (n naiveLoss) of(rows, cols int, element func(i, j int) float32) tensor.Matrix {
	return testMatrix(rows, cols, func(i, j int) float32 {
		if n.output == nil {
			return element(i, j)
		}
		return n.output(element(i, j))
	})
}

// drawValues are targets of some loss on values.
func drawValues(rng *rand.Rand, rows, cols int) data.Target {
	return data.Values(testMatrix(rows, cols, func(int, int) float32 { return float32(rng.NormFloat64()) }))
}

// elementWeight is the weight of a row for means over all elements.
func elementWeight(_ data.Target, _, cols int) float64 { return float64(cols) }

// TestEachHasANaive expects the losses of the catalogue among those of the tests.
func TestEachHasANaive(t *testing.T) {
	has := map[string]bool{}
	for _, n := range withSplit() {
		name, _, _ := strings.Cut(n.loss.String(), "(")
		has[name] = true
	}
	for _, name := range Catalog().Names() {
		if !has[name] {
			t.Errorf("%s is not compared with float64", name)
		}
	}
}

func naiveLosses() []naiveLoss {
	return slices.Concat(naiveOthers(), naiveDifferences(), naiveCounts(), naiveLabels(), naiveClasses())
}

func naiveOthers() []naiveLoss {
	return []naiveLoss{{
		loss:  Gaussian(),
		width: func(cols int) int { return cols + cols%2 },
		target: func(rng *rand.Rand, rows, cols int) data.Target {
			return drawValues(rng, rows, cols/2)
		},
		weight: func(_ data.Target, _, cols int) float64 { return float64(cols / 2) },
		row: func(z []float32, t data.Target, i int, dz []float64) (sum, sumTol, gradTol float64) {
			m := len(z) / 2
			for j, want := range tensor.Row(t.Values, i) {
				d, v := float64(z[j])-float64(want), math.Exp(float64(z[m+j]))
				log := math.Log(v + 1e-8)
				dz[j], dz[m+j] = d/(v+1e-8), v*(1/(v+1e-8)-d*d/((v+1e-8)*(v+1e-8)))/2
				gradTol = max(gradTol, math.Abs(dz[j]), math.Abs(dz[m+j]))
				sum += (log + d*d/(v+1e-8)) / 2
				// The exponent is off by 2^-53 of itself, 18 and the output.
				sumTol += 0x1p-53 / u * (math.Abs(log) + d*d/(v+1e-8)) * (20 + math.Abs(float64(z[m+j])))
				wide, wideGrad := offByKernels(d, v+1e-8, v/(v+1e-8))
				if m > narrow {
					sumTol, gradTol = sumTol+wide, max(gradTol, wideGrad)
				}
			}
			return sum, sumTol, 4 * gradTol
		},
	}, {
		loss:   MSE(),
		target: drawValues,
		weight: elementWeight,
		row: func(z []float32, t data.Target, i int, dz []float64) (sum, sumTol, gradTol float64) {
			for j, v := range z {
				d := float64(v) - float64(tensor.Row(t.Values, i)[j])
				dz[j] = 2 * d
				sum += d * d
				gradTol = max(gradTol, math.Abs(2*d))
			}
			// The difference is rounded once, which its square doubles; the
			// gradient adds the roundings of 2/N and of the product.
			return sum, 2 * sum, 4 * gradTol
		},
	}}
}

// offByKernels is what kernels of a Gaussian likelihood may be off by, in units: by the roundings of d, v, its logarithm and
// their quotients. share is the derivative of v over v.
func offByKernels(d, v, share float64) (sum, grad float64) {
	squares := d * d / v
	return 2 * (1 + math.Abs(math.Log(v)) + 2*squares), 2 * max(math.Abs(d/v), (1+squares)*share)
}

// withSplit are naiveLosses and a Split of some of them.
func withSplit() []naiveLoss {
	of := map[string]naiveLoss{}
	list := naiveLosses()
	for _, n := range list {
		if _, has := of[n.loss.String()]; !has {
			of[n.loss.String()] = n
		}
	}
	return append(list, naiveSplit(
		[]naiveLoss{of["mse"], of["cross_entropy"], of["gaussian"]}, []int{2, 3, 2}, []int{2, 1, 1}, []float64{1, 0.5, 3}))
}

// naiveSplit is the Split of losses whose rows all weigh the same.
func naiveSplit(of []naiveLoss, columns, targets []int, factors []float64) naiveLoss {
	var parts []Part
	outputs, values := 0, 0
	for i, n := range of {
		parts = append(parts, Part{columns[i], n.loss, factors[i]})
		outputs, values = outputs+columns[i], values+targets[i]
	}
	// view is the target of a part.
	view := func(t data.Target, i, from int) data.Target {
		v := data.Values(testMatrix(t.Values.Rows, targets[i], func(r, c int) float32 { return tensor.Row(t.Values, r)[from+c] }))
		if of[i].loss.Link() != Softmax {
			return v
		}
		labels := make([]int, t.Values.Rows)
		for r := range labels {
			labels[r] = int(tensor.Row(v.Values, r)[0])
		}
		return data.Labels(labels)
	}
	return naiveLoss{
		loss:  Split(parts...),
		width: func(int) int { return outputs },
		target: func(rng *rand.Rand, rows, _ int) data.Target {
			m, from := testMatrix(rows, values, nought), 0
			for i, n := range of {
				part := n.target(rng, rows, columns[i])
				for r := range rows {
					for c := range targets[i] {
						if part.Labels != nil {
							tensor.Row(m, r)[from+c] = float32(part.Labels[r])
						} else {
							tensor.Row(m, r)[from+c] = tensor.Row(part.Values, r)[c]
						}
					}
				}
				from += targets[i]
			}
			return data.Values(m)
		},
		weight: func(data.Target, int, int) float64 { return 1 },
		row: func(z []float32, t data.Target, row int, dz []float64) (sum, sumTol, gradTol float64) {
			output, target := 0, 0
			for i, n := range of {
				part := view(t, i, target)
				d := dz[output:][:columns[i]]
				s, sTol, gTol := n.row(z[output:][:columns[i]], part, row, d)
				share := factors[i] / n.weight(part, row, columns[i])
				for j := range d {
					d[j] *= share
				}
				sum, sumTol, gradTol = sum+share*s, sumTol+share*sTol, max(gradTol, share*gTol)
				output, target = output+columns[i], target+targets[i]
			}
			return sum, sumTol + 0x1p-49/u*math.Abs(sum), gradTol
		},
	}
}
