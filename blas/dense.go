package blas

import (
	"fmt"

	"github.com/neurona-ml/neurona/kernels"
)

// DenseSpec describes a fully connected layer y = f(x·W + b), or f(x·W) without a bias.
type DenseSpec struct {
	In, Out    int                // fan-in and fan-out: W is In×Out, b has Out elements
	MaxBatch   int                // the most rows that a training pass brings; Forward and Predict take any number
	Activation kernels.Activation // f
	Precision  Precision          // of its products; empty for Float32
	NoBias     bool               // where the plan's layout has biases there is padding
}

// Validate reports a spec that no plan can be made for: a *ShapeError for
// sizes, a *names.UnknownError for an activation or precision that does not
// exist.
func (s DenseSpec) Validate() error {
	const op = "dense plan"
	if s.In < 1 || s.Out < 1 || s.MaxBatch < 1 {
		return shapeErrorf(op, "in %d, out %d, batch %d: all must be at least 1", s.In, s.Out, s.MaxBatch)
	}
	// The second bound keeps Out+1 from overflowing.
	if s.Out >= maxParameters || s.In > maxParameters/(s.Out+1) {
		return shapeErrorf(op, "%d×%d weights are more than the limit of %d", s.In, s.Out, maxParameters)
	}
	if _, err := kernels.ParseActivation(s.Activation.String()); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if _, err := ParsePrecision(string(s.Precision)); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return nil
}

// maxParameters bounds a plan's weights so that their number of bytes, padded
// and copied, cannot overflow an int of 32 bits.
const maxParameters = 1 << 28

// Dense owns everything that a fully connected layer keeps between steps: the
// weights in the layout that its kernels read, copies derived from them,
// gradients and scratch.
//
// Forward and Predict may be called from many goroutines at once, as long as nobody
// writes the weights, and Spec, Parameters, Segments and Gradients, which return what they have
// always returned, at any time; the other methods belong to one goroutine at a time.
// Rows of the matrices may have any stride; a batch of no rows is fine. Results
// must not overlap operands. The checks of a spec (CheckForward and its like)
// say which errors there are, but for panics (see Backend); after one of them
// nothing has been written.
type Dense interface {
	Spec() DenseSpec

	// Forward computes y = f(x·W + b), or f(x·W) for a plan without a bias, for x [batch][In] and y [batch][Out].
	Forward(x, y Matrix) error

	// ForwardSlope computes z = x·W + b and, in place of the plan's activation, y = f(z)
	// with its derivative slope = f'(z) [batch][Out], for BackwardData of who reads y. f is
	// given parts of rows, in which y and z are the same memory, and is called from several
	// goroutines at once.
	ForwardSlope(x, y, slope Matrix, f func(y, slope, z []float32)) error

	// Predict is Forward for a batch that is not trained on: a plan may choose what
	// is faster for weights that stay as they are. In precisions other than float32
	// its bits may differ from Forward's.
	Predict(x, y Matrix) error

	// BackwardData computes the gradient before the activation f that this layer's
	// input comes out of,
	//
	//	dx = (dz·Wᵀ) ⊙ f'(z), or with add
	//	dx = (dx + dz·Wᵀ) ⊙ f'(z)
	//
	// for dz [batch][Out], the gradient at this layer's x·W + b, dx [batch][In] and
	// the slope f'(z). Where several layers read the input, the first one writes and
	// the others add, all but the last one with a slope of 1. Without add dx is not
	// read. batch is at most MaxBatch. The slope of an activation without a derivative
	// is a *NoDerivativeError.
	BackwardData(dz, dx Matrix, slope Slope, add bool) error

	// BackwardWeights computes dW = xᵀ·dz and, unless the plan has no bias, db = Σ rows of dz for x
	// [batch][In] and dz [batch][Out]. With a nil sink it writes them to
	// Gradients, or adds them if accumulate is set. With a sink it calls
	// sink.Update once for every range of the parameters, as soon as the
	// range's gradient is complete, possibly from several goroutines at once
	// for ranges that do not overlap; Gradients are then undefined and
	// accumulate must be false, or the error is ErrSinkAccumulates. What the sink writes to the parameters counts
	// from when BackwardWeights returns, without a Refresh. If the sink panics
	// some ranges may have been updated and others not.
	BackwardWeights(x, dz Matrix, accumulate bool, sink Sink) error

	// Parameters is W and b in the plan's own layout, padding (always zero,
	// with zero gradients) included. The layout depends on the backend, In and
	// Out only. Element-wise updates are welcome, by whoever calls Refresh
	// afterwards.
	Parameters() []float32
	// Segments says which of the parameters are weights and which biases: segments in
	// ascending order that cover all but padding. It is the same slice always, made with
	// the plan, for reading only.
	Segments() []Segment
	// Gradients has the gradient of Parameters()[i] at i.
	Gradients() []float32
	// Refresh brings up to date what the plan derives from its parameters.
	Refresh()

	// Pack writes w [In][Out] and b [Out] to flat, which has the layout of
	// Parameters; Unpack does the reverse. They serve parameters, gradients
	// and optimizer state alike. Pack writes padding as zero. b is nil, or has
	// no elements, for a plan without a bias.
	Pack(flat []float32, w Matrix, b []float32) error
	Unpack(flat []float32, w Matrix, b []float32) error
}

// Segment is a range [Lo, Hi) of a plan's Parameters that are all weights, or all
// biases.
type Segment struct {
	Lo, Hi int
	Bias   bool
}

// Sink consumes gradients where they are finished.
type Sink interface {
	// Update is given the parameters at offset lo of the plan's Parameters
	// and their complete gradient; it may write both. The first so many are weights,
	// the others biases; padding is not among them.
	Update(lo, weights int, params, grads []float32)
	// State lists vectors as long as the plan's Parameters of which Update reads
	// and writes the same range: a backend may have them fetched into a cache while
	// it is still at work on the gradient. None is a right answer.
	State() [][]float32
}

// SetWeights copies w [In][Out] and b [Out], nil for a plan without a bias, into the plan.
func SetWeights(d Dense, w Matrix, b []float32) error {
	if err := d.Pack(d.Parameters(), w, b); err != nil {
		return err
	}
	d.Refresh()
	return nil
}

// CopyWeights copies the plan's weights to w [In][Out] and b [Out], nil for a plan without a bias.
func CopyWeights(d Dense, w Matrix, b []float32) error {
	return d.Unpack(d.Parameters(), w, b)
}
