package loss

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// What losses of one of several classes have in common.

// ofClasses is a mean over the rows of a loss on class indices.
type ofClasses struct{}

func (ofClasses) Outputs(int) int { return 0 }

func (ofClasses) Weight(t data.Target, rows, _ int) float64 { return t.Weight(rows) }

func (ofClasses) Correct(y tensor.Matrix, t data.Target) int { return correctClasses(y, &t, nil) }

// correctClasses counts the rows whose largest output is that of the label, or of the largest
// probability among targets. Rows with a label that leaves reports are none of them.
func correctClasses(y tensor.Matrix, t *data.Target, leaves func(label int) bool) int {
	right := 0
	for i := range y.Rows {
		best := argmax(tensor.Row(y, i))
		switch {
		case t.Labels == nil:
			if best == argmax(tensor.Row(t.Values, i)) {
				right++
			}
		case best == t.Labels[i] && (leaves == nil || !leaves(best)):
			right++
		}
	}
	return right
}

// argmax returns the index of the largest element, the first of equal ones,
// or -1 if any is NaN.
func argmax(z []float32) int {
	best := 0
	for j, v := range z {
		if v != v {
			return -1
		}
		if v > z[best] {
			best = j
		}
	}
	return best
}

// checkLabels reports a target that is not a label for each row, each one of an output.
func checkLabels(loss string, t *data.Target, rows, cols int) error {
	if err := checkNumberOfLabels(loss, t, rows); err != nil {
		return err
	}
	for i, label := range t.Labels {
		if label < 0 || label >= cols {
			return wrongLabel(loss, i, label, cols)
		}
	}
	return nil
}

func wrongLabel(loss string, row, label, cols int) error {
	return &TargetError{loss, row, -1, fmt.Sprintf("label %d", label), fmt.Sprintf("a label from 0 to %d, one for each output", cols-1)}
}

// checkNumberOfLabels reports a target that is not a label for each row, and weights.
func checkNumberOfLabels(loss string, t *data.Target, rows int) error {
	if t.Values.Rows != 0 || len(t.Labels) != rows {
		got := fmt.Sprintf("%d labels", len(t.Labels))
		if t.Values.Rows != 0 {
			got = fmt.Sprintf("a %d×%d matrix of values", t.Values.Rows, t.Values.Cols)
		}
		return &TargetError{loss, -1, -1, got, fmt.Sprintf("%d labels", rows)}
	}
	return checkWeights(loss, t, rows)
}

// nearOne is how far from 1 probabilities may add up to: three of 0.33 are let pass, and a 1 that
// is missing or too many is not.
const nearOne = 0.011

// checkDistributions reports a target that is not, for each row, probabilities of all outputs.
func checkDistributions(loss string, t *data.Target, rows, cols int) error {
	if err := checkValues(loss, t, rows, cols, interval{0, 1, "a probability, from 0 to 1"}); err != nil {
		return err
	}
	for i := range rows {
		sum := 0.0
		for _, p := range tensor.Row(t.Values, i) {
			sum += float64(p)
		}
		if !(math.Abs(sum-1) <= nearOne) {
			return &TargetError{loss, i, -1, fmt.Sprintf("probabilities of sum %.6g", sum), "probabilities that add up to 1"}
		}
	}
	return nil
}

// normalise writes scale·softmax(z) to dz, unless that is nil, and returns the largest z and how
// far ln Σ e^z lies above it.
func normalise(k *kernels.Set, dz, z []float32, scale float64) (largest, above float64) {
	if dz == nil {
		return logSumExp(k, z)
	}
	top, exps := k.Softmax(dz, z, float32(scale))
	return float64(top), math.Log(float64(exps))
}

// logSumExp returns the largest z[j] and how far ln Σ e^z[j] lies above it. Without kernels, nil, it is right to float64.
func logSumExp(k *kernels.Set, z []float32) (largest, above float64) {
	largest = largestOf(z)
	if k != nil && len(z) > narrow {
		return largest, math.Log(k.SumExp(z, float32(largest)))
	}
	sum := 0.0
	for _, v := range z {
		sum += math.Exp(float64(v) - largest)
	}
	return largest, math.Log(sum)
}

// largestOf returns the largest z[j], or NaN if any is.
func largestOf(z []float32) float64 {
	largest := float32(math.Inf(-1))
	four := [4]float32{largest, largest, largest, largest} // comparisons that do not wait for each other
	for ; len(z) >= 8; z = z[4:] {
		for i, v := range z[:4] {
			if !(v <= four[i]) {
				if four[i] = v; v != v {
					return float64(v)
				}
			}
		}
	}
	for _, v := range z {
		if !(v <= largest) {
			if largest = v; v != v {
				return float64(v)
			}
		}
	}
	return float64(max(largest, four[0], four[1], four[2], four[3]))
}

// mixture is the classes of a row as shares that add up to about 1, each times its class's weight:
//
//	w[j]·(keep·(want[j] + [j = label]) + even)
type mixture struct {
	want       []float32 // nil: none
	label      int       // -1: none
	keep, even float64
	weights    []float64 // w; nil: 1 each
}

// sum is the cross-entropy of a row with logits z, Σ share·(ln Σ e^z - z[j]), whose gradient times scale it
// writes to dz unless that is nil; it may be z.
//
// Differences come first: beside a largest of 1e17 the logarithm, which is at most that of the
// outputs' number, would be lost.
func (m *mixture) sum(k *kernels.Set, dz, z []float32, scale float64) float64 {
	largest := largestOf(z)
	total, below := m.linear(k, z, largest)
	_, above := normalise(k, dz, z, scale*total)
	if dz != nil {
		m.subtract(k, dz, scale)
	}
	return float64(total*above) + below
}

// linear returns the sum of the shares, and that of share·(largest - z[j]).
func (m *mixture) linear(k *kernels.Set, z []float32, largest float64) (total, below float64) {
	if m.plain() && len(z) > narrow && k.MaxAbs(z) <= mostOfKernels { // where z[j] is -Inf a share may be 0
		return float64(m.keep * k.Sum(m.want)), float64(m.keep * k.SumBelow(m.want, z, float32(largest)))
	}
	if m.want == nil && m.weights == nil {
		if m.even != 0 {
			for _, v := range z {
				below += largest - float64(v)
			}
			below *= m.even
		}
		return m.keep + float64(m.even*float64(len(z))), below + float64(m.keep*(largest-float64(z[m.label])))
	}
	for j, v := range z {
		if share := m.share(j); share != 0 { // where it is 0, z[j] may be -Inf
			total += share
			below += float64(share * (largest - float64(v)))
		}
	}
	return total, below
}

// plain reports whether shares are those of want, times the same for all.
func (m *mixture) plain() bool { return m.want != nil && m.weights == nil && m.even == 0 }

// subtract subtracts scale·share from dz.
func (m *mixture) subtract(k *kernels.Set, dz []float32, scale float64) {
	if c := scale * m.keep; m.plain() && len(dz) > narrow && math.Abs(c) <= math.MaxFloat32 {
		k.Axpy(float32(-c), m.want, dz)
		return
	}
	if m.want == nil && m.weights == nil {
		if even := float32(scale * m.even); even != 0 {
			for j := range dz {
				dz[j] -= even
			}
		}
		dz[m.label] -= float32(scale * m.keep)
		return
	}
	for j := range dz {
		dz[j] -= float32(scale * m.share(j))
	}
}

// share is that of class j.
func (m *mixture) share(j int) float64 {
	share := m.even
	if m.want != nil {
		share += float64(m.keep * float64(m.want[j]))
	} else if j == m.label {
		share += m.keep
	}
	if m.weights != nil {
		share *= m.weights[j]
	}
	return share
}
