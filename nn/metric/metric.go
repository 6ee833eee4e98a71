package metric

import (
	"fmt"

	"github.com/neurona-ml/neurona/nn/data"
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

// Detailed is a State that knows more than one number, as all of this package do.
type Detailed interface {
	State
	// Details returns numbers by class or column, of which Value is the mean or the like, as
	// a single row; of ConfusionMatrix, the matrix. It is nil if there is no more than
	// Value.
	Details() [][]float64
	// Undefined says why Value is NaN: "class 2 did not come". It is empty if Value is not.
	Undefined() string
}

// OfNumbers reports whether a metric compares numbers with values, such as RMSE, and not
// answers with classes: whether, if it is one's own, it takes means beside variances.
func OfNumbers(m Metric) bool {
	if own, ok := m.(sampled); ok {
		return own.about() == numbers
	}
	return m.Check(loss.MeanVariance, 2) == nil
}

// MismatchError reports what a metric has nothing to say about: outputs of another
// meaning, number or shape, or the state of another metric.
type MismatchError struct {
	Metric string // its spelling
	What   string // "outputs", "means", "state", or a setting
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
