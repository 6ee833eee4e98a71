package metric

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Metric says how good outputs are. It has no memory: what is added goes to a State.
type Metric interface {
	// String returns the metric's spelling: "f1(average=micro)". A catalogue with the
	// metric reads it.
	String() string
	// Higher reports whether more is better.
	Higher() bool
	// Check reports that the metric says nothing about so many outputs that mean what
	// link says, before there are any.
	Check(link loss.Link, outputs int) error
	// Start returns a state that nothing has been added to.
	Start() State
}

// State is a metric of what has been added so far. It is for one goroutine at a time;
// others have states of their own, which Merge.
type State interface {
	// Add takes a batch: outputs y, what they mean (loss.Link's Means of what its Apply
	// has written, so that of means and variances it has the means alone; mean may be y where
	// that is the identity), and targets. Batches of a state have the same number
	// of outputs. After an error the state is as it was: a *loss.TargetError for targets, whose
	// Loss is the metric, a *MismatchError for the rest. Nothing is kept or changed.
	Add(y, mean tensor.Matrix, t data.Target) error
	// Merge adds what was added to o, which stays as it is. A state that is not of the
	// same metric is a *MismatchError, nil a *fault.NilError.
	Merge(o State) error
	// Value returns the metric, or NaN if it is undefined. More may be added later.
	Value() float64
}

// MismatchError reports what a metric has nothing to say about: outputs of another
// meaning, number or shape, or the state of another metric.
type MismatchError struct {
	Metric string // its spelling
	What   string // "outputs", "means", "state"
	Got    string // what came
	Want   string // what was wanted
}

func (e *MismatchError) Error() string {
	verb := "are"
	if e.What == "state" {
		verb = "is"
	}
	return fmt.Sprintf("%s: %s %s %s, want %s", e.Metric, e.What, verb, e.Got, e.Want)
}

// unfit is the error of a Check.
func unfit(metric string, link loss.Link, outputs int, want string) error {
	return &MismatchError{metric, "outputs", fmt.Sprintf("%d of link %v", outputs, link), want}
}

// checkLink reports a number of outputs that no network has, and a link that is none of
// those known to the metric.
func checkLink(metric string, link loss.Link, outputs int, known ...loss.Link) error {
	if outputs >= 1 && slices.Contains(known, link) {
		return nil
	}
	names := make([]string, len(known))
	for i, l := range known {
		names[i] = l.String()
	}
	return unfit(metric, link, outputs, "at least one, of link "+strings.Join(names, " or "))
}

// checkAnswers is the Check of metrics of classes and labels.
func checkAnswers(metric string, link loss.Link, outputs int) error {
	return checkLink(metric, link, outputs, loss.Identity, loss.Sigmoid, loss.Softmax, loss.Margin, loss.Scores)
}

// other returns o as a state of the metric's type.
func other[S any](metric string, o State) (*S, error) {
	s, ok := any(o).(*S)
	switch {
	case o == nil || ok && s == nil:
		return nil, fault.Nil(metric, "state", "one that Start has returned")
	case !ok:
		return nil, &MismatchError{metric, "state", fmt.Sprintf("a %T", o), "one of the same metric"}
	}
	return s, nil
}

// columns reports that a state of so many columns, 0 if there are none yet, is given
// others.
func columns(metric string, have, got int) error {
	if have != 0 && got != have {
		return &MismatchError{metric, "outputs", fmt.Sprintf("of %d columns", got), fmt.Sprintf("%d columns as before", have)}
	}
	return nil
}
