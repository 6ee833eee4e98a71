package nn

import (
	"math"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// tally counts what is right, a part of some data at a time.
type tally struct {
	samples, labels           int
	rightSamples, rightLabels int // -1 once the loss has not classified
}

// add counts a part.
func (c *tally) add(o *objective, y tensor.Matrix, t data.Target) {
	right, rows := -1, y.Rows
	if o.classifier != nil {
		right = o.classifier.Correct(y, t)
	}
	if o.ignoring != nil {
		rows = o.ignoring.Counted(t, rows)
	}
	rightLabels, labels := right, rows
	if o.multilabel != nil {
		rightLabels, labels = o.multilabel.CorrectLabels(y, t), y.Rows*y.Cols
	}
	c.samples += rows
	c.labels += labels
	c.rightSamples = addCorrect(c.rightSamples, right)
	c.rightLabels = addCorrect(c.rightLabels, rightLabels)
}

// accuracies returns the fractions of samples and of labels that are right.
func (c *tally) accuracies() (samples, labels float64) {
	return fraction(c.rightSamples, c.samples), fraction(c.rightLabels, c.labels)
}

// addCorrect adds up what Correct returns: -1, once it has come, stays.
func addCorrect(total, part int) int {
	if total < 0 || part < 0 {
		return -1
	}
	return total + part
}

// fraction is what part is of whole, NaN for -1.
func fraction(part, whole int) float64 {
	if part < 0 {
		return math.NaN()
	}
	return float64(part) / float64(whole)
}
