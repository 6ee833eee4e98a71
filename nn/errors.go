package nn

import (
	"errors"
	"fmt"

	"github.com/neurona-ml/neurona/blas"
)

// ShapeError reports matrices that do not fit: what came and what was wanted.
type ShapeError = blas.ShapeError

var (
	// ErrStop is what a callback of Fit returns to end training early without
	// an error.
	ErrStop = errors.New("nn: stop training")
	// ErrBusy reports a training pass, or a change of weights, that was
	// started while another one was under way on the same network.
	ErrBusy = errors.New("nn: the network is in a training pass on another goroutine")
	// ErrClosed reports the use of a network after Close.
	ErrClosed = errors.New("nn: the network is closed")
	// ErrNoNetwork reports a network that is nil or that neither New nor Load has
	// made.
	ErrNoNetwork = errors.New("nn: no network: New and Load make them")
	// ErrNoForward reports a Backward without a Forward whose activations it
	// could use: there was none, or the weights have changed since.
	ErrNoForward = errors.New("nn: Backward without a Forward on the present weights")
	// ErrNoGradient reports that there are no gradients: there was no
	// Backward since they were last used up by a step.
	ErrNoGradient = errors.New("nn: no gradients: no Backward since the last step")
	// ErrMixedGradients reports Backward and a Trainer's batches in one accumulated step:
	// the former count by their rows, the latter by what the loss says. What was gathered is
	// dropped.
	ErrMixedGradients = errors.New("nn: gradients of Backward and batches of a Trainer in one accumulated step count differently: those gathered are dropped (Flush between them, or keep to one of both)")
	// ErrAverages reports a step of an Optimizer with gradients at averages of the
	// parameters, which UseAverages has put in their place: UseLatest comes before Forward.
	ErrAverages = errors.New("nn: the network holds averages, at which no step is taken: UseLatest before Forward")
	// ErrUnfinished reports what cannot be done while some passes of an accumulated step are
	// gathered, and others are to come: they would be lost.
	ErrUnfinished = errors.New("nn: passes of an accumulated step are gathered (Flush takes the step that there is)")
	// ErrTorn reports a step that was cut off while it wrote, by a rule that
	// panicked: some parameters, and some of the optimizer's state, are those before
	// the step and others those after it. Go back to weights that were saved.
	ErrTorn = errors.New("nn: the step was cut off while it wrote the weights")
	// ErrMomentum reports a schedule that moves the momentum of rules, an optim.MomentumSchedule, beside a rule
	// that has none, or whose own cannot move.
	ErrMomentum = errors.New("its momentum cannot move (a rule such as sgd with a momentum or adam has one that can; optim.KeepMomentum, cycle_momentum=false, leaves it alone)")
	// ErrNoWeights reports a layer that has no weight matrix and bias.
	ErrNoWeights = errors.New("the layer has no weights")
	// ErrUntrainable reports an attempt to train through the Heaviside activation.
	ErrUntrainable = errors.New("heaviside has a derivative of zero wherever it has one, so nothing can be learnt through it (use sigmoid or tanh to train)")
)

// LayerError says which layer of a network an error is about.
type LayerError struct {
	Name  string // its place, from 0: "3", or "3.1" within a container
	Layer string // the layer in short: "dense 784→512 + relu"
	Err   error
}

func (e *LayerError) Error() string { return fmt.Sprintf("layer %s (%s): %v", e.Name, e.Layer, e.Err) }

// Unwrap returns Err.
func (e *LayerError) Unwrap() error { return e.Err }

// PrecisionError reports, under StrictPrecision, a precision in which the
// backend does not multiply: it would do so in blas.Float32.
type PrecisionError struct {
	Asked   blas.Precision
	Backend string // by name
	Why     string
}

func (e *PrecisionError) Error() string {
	return fmt.Sprintf("precision would be %s on backend %s, want %s: %s", blas.Float32, e.Backend, e.Asked, e.Why)
}

// TensorError reports a tensor of a network, or of an optimizer's state, that does not fit.
type TensorError struct {
	Op        string // "copy", "set", "state"
	Tensor    string // its name: "layers.0.weight", "layers.0.weight.mean"
	Got, Want string
}

func (e *TensorError) Error() string {
	return fmt.Sprintf("%s: tensor %q: got %s, want %s", e.Op, e.Tensor, e.Got, e.Want)
}

// StateError reports an optimizer's state that is another one's.
type StateError struct {
	What      string // "rule", "steps"
	Got, Want string
}

func (e *StateError) Error() string {
	return fmt.Sprintf("state: %s: got %s, want %s", e.What, e.Got, e.Want)
}

// NonFiniteError reports a loss or gradient that is NaN or infinite, or a parameter or a
// number of the optimizer's state that a step would make so. The weights and the state
// are those before the step.
type NonFiniteError struct {
	What  string // "loss", or where it is: "layer 2 (dense 512→10): gradient of weight [3][7]", "… weight [3][7] after the step"
	Step  int    // the optimizer step that was not taken, counted from 1
	Value float64
}

func (e *NonFiniteError) Error() string {
	return fmt.Sprintf("step %d: %s is %v (the weights are those before the step; a lower learning rate or gradient clipping may help)", e.Step, e.What, e.Value)
}

// DataError reports a value in a data set that cannot be used.
type DataError struct {
	What     string // "x" or "target values"
	Row, Col int    // from 0
	Value    float32
}

func (e *DataError) Error() string {
	return fmt.Sprintf("%s: row %d, column %d is %v", e.What, e.Row, e.Col, e.Value)
}
