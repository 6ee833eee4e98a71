// Package data is what networks are trained on and judged by.
package data

import "github.com/neurona-ml/neurona/nn/tensor"

// Target is what a batch should have given: class indices or values, one row
// for each sample.
type Target struct {
	Labels []int         // for losses on class indices
	Values tensor.Matrix // for losses on values: [batch][outputs]
}

// Labels is the target of a loss on class indices.
func Labels(labels []int) Target { return Target{Labels: labels} }

// Values is the target of a loss on values.
func Values(m tensor.Matrix) Target { return Target{Values: m} }

// Rows returns the view of rows lo to hi-1.
func (t Target) Rows(lo, hi int) Target {
	if t.Labels != nil {
		return Target{Labels: t.Labels[lo:hi]}
	}
	return Target{Values: tensor.Rows(t.Values, lo, hi)}
}
