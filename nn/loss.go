package nn

import (
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/data"
)

// Loss measures how far outputs are from their targets, averaged as PyTorch
// does by default ("mean").
type Loss interface {
	// Name is the loss's name in files and flags.
	Name() string
	// Check reports targets that do not fit outputs of the given shape: rows,
	// columns, labels out of range, NaN.
	Check(t data.Target, rows, cols int) error
	// Eval returns the loss of outputs y and, unless grad.Data is nil, writes
	// the gradient at y times scale to grad, which has y's shape and may be y
	// itself. The target has passed Check. The sum is accumulated in float64.
	Eval(k *kernels.Set, y Matrix, t data.Target, grad Matrix, scale float32) float64
	// Correct counts the samples that count as right when the loss is used to
	// classify, or returns -1 if it does not classify. Where a sample has several
	// labels, all must be right; see MultilabelLoss.
	Correct(y Matrix, t data.Target) int
}
