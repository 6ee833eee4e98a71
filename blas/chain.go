package blas

import "github.com/neurona-ml/neurona/kernels"

// Chainer is implemented by a Backend that can train a whole small network at
// once, faster than plan by plan.
type Chainer interface {
	// Chain returns a chain of the plans, each of which takes the output of
	// the one before; or nil if training plan by plan is as good, which is
	// decided by the plans' shapes alone, or if they are not such plans of
	// this backend. Plans without a bias need not be chained.
	Chain(plans []Dense, loss kernels.ChainLoss) Chain
}

// Chain trains the plans that it was made of. It works on their parameters and
// gradients where they are, for batches of any size, and belongs to one
// goroutine at a time.
type Chain interface {
	// Loss takes a batch x [batch][In] with the targets t forward through all
	// plans and back. It returns the loss, a sum over samples and outputs, and
	// keeps gradients for Gradients: for both, and for scale, see
	// kernels.ChainLoss. Nothing that can be seen from outside changes, except
	// for y [batch][Out], which receives the outputs unless its Data is nil. t
	// is [batch][Out] or, for ChainCrossEntropy, [batch][1] with class
	// indices, which are not checked. Operands that do not fit are a
	// *ShapeError.
	Loss(x, t, y Matrix, scale float32) (float64, error)
	// Gradients writes the gradients of the last Loss to the plans'
	// Gradients, or adds them if accumulate is set, and returns the largest magnitude
	// that is there then, NaN if there is a NaN. It may be called once.
	Gradients(accumulate bool) (largest float32)
}
