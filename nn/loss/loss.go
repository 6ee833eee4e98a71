package loss

import (
	"sync"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Loss says how far outputs are from their targets: a weighted mean over the
// rows of a batch, which is a Sum divided by a Weight. Targets are those that
// have passed Check, but in Check itself; none is kept or changed. Element makes
// one of a function. Methods may be called from several goroutines at once. A type that
// embeds a Loss to change it has none of the optional interfaces below, unless it has their
// methods itself.
type Loss interface {
	// String returns the loss's spelling: "mse". A catalogue with the loss reads
	// it.
	String() string
	// Link says what outputs mean.
	Link() Link
	// Outputs returns how many outputs a network needs for targets of so many
	// columns of values; 0 if it depends on the number of classes.
	Outputs(targets int) int
	// Check reports targets that do not fit outputs of the given shape: rows,
	// columns, labels out of range, NaN, weights that are negative.
	Check(t data.Target, rows, cols int) error
	// Weight returns what Sum is to be divided by, weights of samples seen. It is
	// known before the outputs are.
	Weight(t data.Target, rows, cols int) float64
	// Sum returns the sum of the loss over outputs y, each row's times its weight,
	// not divided by anything and accumulated in float64. Unless dy.Data is nil it writes the
	// gradient of the sum at y, times scale, to dy, which has y's shape and may be
	// y itself.
	Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64
}

// Vector is a Loss that runs on vectors. Bind returns it for the kernels of a
// backend; one that is not bound takes the best that the machine has. Trainers
// bind what they are given.
type Vector interface {
	Loss
	Bind(k *kernels.Set) Loss
}

// Chained is a Loss that chains know, which train networks of a few neurons. One
// with options is theirs only as far as these are what chains compute: a class
// weight or smoothing is none of it. Of a cross-entropy they compute that of labels.
type Chained interface {
	Loss
	Chain() (kernels.ChainLoss, bool)
}

// Classifier is a Loss whose outputs speak for classes. A loss that is none has
// no accuracy.
type Classifier interface {
	Loss
	// Correct counts the samples that are right, or returns -1 if these targets
	// are no classes. Where a sample has several labels, all must be right; see
	// Multilabel.
	Correct(y tensor.Matrix, t data.Target) int
}

// Multilabel is a Classifier whose outputs are labels that do not depend on each
// other: any of a sample's may be true at once, and some of its answers right and
// others wrong. To one that is no Multilabel, a sample is one label.
type Multilabel interface {
	Classifier
	// CorrectLabels counts the labels that are right, of the rows·columns there
	// are, or returns -1 if these targets are no classes.
	CorrectLabels(y tensor.Matrix, t data.Target) int
}

// Ignoring is a Classifier of labels to which some samples do not count, whatever their weights:
// Correct is of the others.
type Ignoring interface {
	Classifier
	// Counted returns how many of the rows do.
	Counted(t data.Target, rows int) int
}

// Composite is a Loss made of others, which have columns of the outputs for themselves,
// one after the other: a Split.
type Composite interface {
	Loss
	Parts() []Part
}

// Bind returns l for the kernels of a backend, if it is a Vector, and otherwise
// l.
func Bind(l Loss, k *kernels.Set) Loss {
	if v, ok := l.(Vector); ok {
		return v.Bind(k)
	}
	return l
}

// best is the kernels of losses that are not bound.
var best = sync.OnceValue(func() *kernels.Set {
	sets := kernels.Sets()
	return sets[len(sets)-1]
})

// orBest returns k, or the best there is if k is nil.
func orBest(k *kernels.Set) *kernels.Set {
	if k == nil {
		return best()
	}
	return k
}

// narrow is the number of outputs up to which a loop over a row beats the call
// of a kernel.
const narrow = 8

// elements is the Weight of a mean over all elements, each of which weighs what
// its row does.
func elements(t *data.Target, rows, cols int) float64 { return t.Weight(rows) * float64(cols) }
