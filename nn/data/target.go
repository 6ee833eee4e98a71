package data

import "github.com/neurona-ml/neurona/nn/tensor"

// Target is what a batch should have given: class indices or values, one row
// for each sample.
type Target struct {
	Labels []int         // for losses on class indices
	Values tensor.Matrix // for losses on values: [batch][outputs]

	// Weights says how much each sample counts in the loss, by which is
	// divided: a sample of weight 2 is two samples. nil is 1 for all. Targets of samples of
	// weight 0 must be valid, too, and accuracies count samples whatever they weigh.
	Weights []float32
}

// Labels is the target of a loss on class indices.
func Labels(labels []int) Target { return Target{Labels: labels} }

// Values is the target of a loss on values.
func Values(m tensor.Matrix) Target { return Target{Values: m} }

// Rows returns the view of rows lo to hi-1.
func (t Target) Rows(lo, hi int) Target {
	v := Target{}
	if t.Weights != nil {
		v.Weights = t.Weights[lo:hi]
	}
	if t.Labels != nil {
		v.Labels = t.Labels[lo:hi]
	} else {
		v.Values = tensor.Rows(t.Values, lo, hi)
	}
	return v
}

// Weight returns the sum of the weights, which are one for each of the rows, or rows if
// there are none.
func (t Target) Weight(rows int) float64 {
	if t.Weights == nil {
		return float64(rows)
	}
	sum := 0.0
	for _, w := range t.Weights {
		sum += float64(w)
	}
	return sum
}
