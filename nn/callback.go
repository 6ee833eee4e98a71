package nn

import (
	"fmt"

	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/metric"
)

// Callback is functions that Fit calls, and an option of Fit: early stopping and the log are
// Callbacks. A function that is nil costs nothing. They are called in the order in which
// their callbacks are given, one at a time, on Fit's goroutine, and never with weights
// locked: they may predict, evaluate, save, and change weights. What they are given is valid
// during the call.
//
// An error ends Fit with that error. One that wraps ErrStop ends it without, when the other
// callbacks have been told of the same step or, at the end of an epoch, of its validation and
// of the epoch. A panic is a *PanicError.
//
// A callback that remembers something belongs to one call of Fit at a time.
type Callback struct {
	Name string // in errors, and of its state; no two with states have the same

	// Start is called before the first step. If it fails, no step is taken, and the End of
	// those that have started is called.
	Start func(*Run) error
	// Step is called after each batch.
	Step func(*Run, *StepInfo) error
	// Validated is called after each validation: at the end of an epoch, before Epoch, and
	// whenever else ValidateEvery asks for one.
	Validated func(*Run, *Validation) error
	// Epoch is called after each epoch that was whole.
	Epoch func(*Run, *EpochInfo) error
	// End is called in the end if Start was without an error, in reverse order, whatever
	// cause there is: nil after the last epoch, an error that wraps ErrStop, the context's, a
	// *PanicError. Its own error is joined to Fit's.
	End func(r *Run, cause error) error

	// Save returns what the callback remembers, and Load goes back to that, after Start. It
	// has both or none. See Run.State.
	Save func() ([]byte, error)
	Load func([]byte) error

	// Metrics are what it needs of each validation, beside those of Validate.
	Metrics []metric.Metric
}

func (c Callback) applyFit(f *fitConfig) { f.callbacks = append(f.callbacks, c) }

// label is what errors call it.
func (c *Callback) label() string {
	if c.Name == "" {
		return "callback"
	}
	return "callback " + c.Name
}

// checkCallbacks reports callbacks that cannot work together.
func checkCallbacks(all []Callback) error {
	names := map[string]bool{}
	for i := range all {
		c := &all[i]
		if c.Save == nil && c.Load == nil {
			continue
		}
		switch {
		case c.Save == nil:
			return fault.Nil(c.label(), "Save", "one beside Load")
		case c.Load == nil:
			return fault.Nil(c.label(), "Load", "one beside Save")
		case c.Name == "" || names[c.Name]:
			return fmt.Errorf("fit: a callback with a state is called %q, want a name that no other has", c.Name)
		}
		names[c.Name] = true
	}
	return nil
}

func (c *Callback) step() func(*Run, *StepInfo) error        { return c.Step }
func (c *Callback) validated() func(*Run, *Validation) error { return c.Validated }
func (c *Callback) epoch() func(*Run, *EpochInfo) error      { return c.Epoch }
