package blas

import "github.com/neurona-ml/neurona/kernels"

// The operations of a Dense plan, as its errors name them.
const (
	opForward         = "dense forward"
	opBackwardData    = "dense backward data"
	opBackwardWeights = "dense backward weights"
	opPack            = "dense pack"
	opUnpack          = "dense unpack"
)

// activations is how many there are.
const activations = len(kernels.Set{}.Activate)

// CheckForward reports operands that Dense.Forward and Predict cannot take: a *ShapeError
// unless x is n×In and y n×Out for the same n.
func (s DenseSpec) CheckForward(x, y Matrix) error {
	if err := CheckShape(opForward, "x", x, -1, s.In); err != nil {
		return err
	}
	return CheckShape(opForward, "y", y, x.Rows, s.Out)
}

// CheckForwardSlope is CheckForward for Dense.ForwardSlope, whose slope is n×Out too.
func (s DenseSpec) CheckForwardSlope(x, y, slope Matrix) error {
	if err := s.CheckForward(x, y); err != nil {
		return err
	}
	return CheckShape(opForward, "slope", slope, x.Rows, s.Out)
}

// CheckBackwardData reports operands that Dense.BackwardData cannot take: a
// *ShapeError unless dz is n×Out, dx and what the slope has kept (but for Identity's)
// are n×In and n is at most MaxBatch; a *NoDerivativeError if the slope is that of an
// activation without a derivative.
func (s DenseSpec) CheckBackwardData(dz, dx Matrix, slope Slope) error {
	if !slope.trainable() {
		return &NoDerivativeError{Op: opBackwardData, Activation: slope.Of}
	}
	if err := CheckShape(opBackwardData, "dz", dz, -1, s.Out); err != nil {
		return err
	}
	if err := s.checkBatch(opBackwardData, dz.Rows); err != nil {
		return err
	}
	if err := CheckShape(opBackwardData, "dx", dx, dz.Rows, s.In); err != nil {
		return err
	}
	return slope.check(opBackwardData, dz.Rows, s.In)
}

// CheckBackwardWeights reports operands that Dense.BackwardWeights cannot
// take: a *ShapeError unless x is n×In and dz n×Out for the same n, at most
// MaxBatch; ErrSinkAccumulates if accumulate comes with a sink.
func (s DenseSpec) CheckBackwardWeights(x, dz Matrix, accumulate bool, sink Sink) error {
	if accumulate && sink != nil {
		return ErrSinkAccumulates
	}
	if err := CheckShape(opBackwardWeights, "x", x, -1, s.In); err != nil {
		return err
	}
	if err := s.checkBatch(opBackwardWeights, x.Rows); err != nil {
		return err
	}
	return CheckShape(opBackwardWeights, "dz", dz, x.Rows, s.Out)
}

// CheckPack reports operands that Dense.Pack cannot take: a *ShapeError
// unless w is In×Out, b has Out elements, or none without a bias, and flat has as many as the plan's
// Parameters, which is parameters.
func (s DenseSpec) CheckPack(flat []float32, parameters int, w Matrix, b []float32) error {
	return s.checkPack(opPack, flat, parameters, w, b)
}

// CheckUnpack is CheckPack for Dense.Unpack.
func (s DenseSpec) CheckUnpack(flat []float32, parameters int, w Matrix, b []float32) error {
	return s.checkPack(opUnpack, flat, parameters, w, b)
}

func (s DenseSpec) checkPack(op string, flat []float32, parameters int, w Matrix, b []float32) error {
	if len(flat) != parameters {
		return shapeErrorf(op, "flat has %d elements, want %d", len(flat), parameters)
	}
	if err := CheckShape(op, "w", w, s.In, s.Out); err != nil {
		return err
	}
	switch {
	case s.NoBias && len(b) > 0:
		return shapeErrorf(op, "b has %d elements, want none for a plan without a bias", len(b))
	case !s.NoBias && len(b) != s.Out:
		return shapeErrorf(op, "b has %d elements, want %d", len(b), s.Out)
	}
	return nil
}

func (s DenseSpec) checkBatch(op string, rows int) error {
	if rows > s.MaxBatch {
		return shapeErrorf(op, "a batch of %d rows, want at most the plan's %d", rows, s.MaxBatch)
	}
	return nil
}
