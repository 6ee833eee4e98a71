package nn

import (
	"math"

	"github.com/neurona-ml/neurona/nn/data"
)

// MultilabelLoss is a Loss whose outputs are labels that do not depend on each
// other: any of a sample's may be true at once, and some of its answers right and
// others wrong. Correct counts the samples whose labels are all right; with
// CorrectLabels, Metrics and EpochInfo have both fractions. A loss of one's own
// may implement it; for one that does not, a sample is one label.
type MultilabelLoss interface {
	Loss
	// CorrectLabels counts the labels that are right, of the rows·columns there
	// are, or returns -1 if the loss does not classify.
	CorrectLabels(y Matrix, t data.Target) int
}

// CorrectLabels implements MultilabelLoss.
func (bce) CorrectLabels(y Matrix, t data.Target) int { return labelsOnSide(y, t.Values, 0) }

// CorrectLabels implements MultilabelLoss.
func (mse) CorrectLabels(y Matrix, t data.Target) int {
	if !zerosAndOnes(t.Values) {
		return -1
	}
	return labelsOnSide(y, t.Values, 0.5)
}

// labelsOf returns the loss as one of several labels for a sample, or nil if
// there is but one.
func labelsOf(loss Loss, outputs int) MultilabelLoss {
	if outputs == 1 {
		return nil
	}
	l, _ := loss.(MultilabelLoss)
	return l
}

// tally counts what is right, a part of some data at a time.
type tally struct {
	samples, labels           int
	rightSamples, rightLabels int // -1 once the loss has not classified
}

// add counts a part.
func (c *tally) add(loss Loss, y Matrix, t data.Target) {
	right, labels := loss.Correct(y, t), y.Rows
	rightLabels := right
	if several := labelsOf(loss, y.Cols); several != nil {
		rightLabels, labels = several.CorrectLabels(y, t), y.Rows*y.Cols
	}
	c.samples += y.Rows
	c.labels += labels
	c.rightSamples = addCorrect(c.rightSamples, right)
	c.rightLabels = addCorrect(c.rightLabels, rightLabels)
}

// accuracies returns the fractions of samples and of labels that are right.
func (c *tally) accuracies() (samples, labels float64) {
	return fraction(c.rightSamples, c.samples), fraction(c.rightLabels, c.labels)
}

// addCorrect adds up what Loss.Correct returns: -1, once it has come, stays.
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
