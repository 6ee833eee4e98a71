package loss

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn/tensor"
)

// Link is what outputs mean: the function that makes of them what the loss
// compares with targets.
type Link uint8

// The links of losses.
const (
	Identity     Link = iota // outputs are taken as they are
	Sigmoid                  // outputs are logits, each that of a probability 1/(1+e^-y)
	Softmax                  // a row is logits of classes, whose probabilities e^yⱼ/Σ e^y add up to 1
	MeanVariance             // the first half of a row is means, the second logarithms of their variances e^y + 1e-8
	Mixed                    // outputs are of several kinds, as the parts of a Split say, and taken as they are: see Apply
	Log                      // outputs are logarithms of what is compared, e^y
	Margin                   // outputs speak for yes above 0 and for no below, by 1 or more if they are sure: (1+y)/2
	Scores                   // a row is scores of classes, of which the largest counts, taken as they are
	Quantiles                // a row is several quantiles of each target, taken as they are
	Variance                 // the first half of a row is means, the second their variances, taken as they are
)

// linkRow is a link in the table of them.
type linkRow struct {
	name  string
	takes string                   // what outputs are, if they have to be able to be any number
	apply func(to, from []float32) // a row
}

// row returns the link's row of the table, that of the identity for one that there is
// not.
func (l Link) row() linkRow {
	switch l {
	case Identity:
		return linkRow{"identity", "", copyRow}
	case Sigmoid:
		return linkRow{"sigmoid", "logits", sigmoidRow}
	case Softmax:
		return linkRow{"softmax", "logits", softmaxRow}
	case MeanVariance:
		return linkRow{"mean_variance", "means and logarithms of variances", meanVarianceRow}
	case Mixed:
		return linkRow{"mixed", "", copyRow}
	case Log:
		return linkRow{"exp", "logarithms", expRow}
	case Margin:
		return linkRow{"margin", "margins", marginRow}
	case Scores:
		return linkRow{"scores", "", copyRow}
	case Quantiles:
		return linkRow{"quantiles", "", copyRow}
	case Variance:
		return linkRow{"variance", "", copyRow}
	}
	return linkRow{fmt.Sprintf("link %d", uint8(l)), "", copyRow}
}

// String returns the function's name: "sigmoid".
func (l Link) String() string { return l.row().name }

// Takes returns in words what a network's outputs are where they have to be able to be
// any number, as "logits" do; it is empty where outputs are taken as they are.
func (l Link) Takes() string { return l.row().takes }

// Apply writes what outputs y mean to dst, which has y's shape and may be y. A variance,
// or an exponential, that float32 does not hold is +Inf.
func (l Link) Apply(dst, y tensor.Matrix) {
	apply := l.row().apply
	for i := range y.Rows {
		apply(tensor.Row(dst, i), tensor.Row(y, i))
	}
}

// Means returns the columns of what Apply has written that are compared with the columns
// of values, in their order: all, or of means and variances the means. It is a view.
// Of several quantiles none is compared alone, and all are returned.
func (l Link) Means(applied tensor.Matrix) tensor.Matrix {
	if l == MeanVariance || l == Variance {
		applied.Cols /= 2
	}
	return applied
}

// Apply writes what outputs y of a loss mean to dst, as its link does, or, of a Composite,
// those of its parts, each on its columns.
func Apply(l Loss, dst, y tensor.Matrix) {
	whole, ok := l.(Composite)
	if !ok {
		l.Link().Apply(dst, y)
		return
	}
	from := 0
	for _, p := range whole.Parts() {
		Apply(p.Loss, columnsOf(dst, from, p.Columns), columnsOf(y, from, p.Columns))
		from += p.Columns
	}
}

func copyRow(to, from []float32) { copy(to, from) }

func sigmoidRow(to, from []float32) {
	for j, v := range from {
		to[j] = float32(1 / (1 + math.Exp(-float64(v))))
	}
}

func softmaxRow(to, from []float32) {
	largest, above := logSumExp(nil, from)
	for j, v := range from {
		to[j] = float32(math.Exp(float64(v) - largest - above))
	}
}

func expRow(to, from []float32) {
	for j, v := range from {
		to[j] = float32(math.Exp(float64(v)))
	}
}

func marginRow(to, from []float32) {
	for j, v := range from {
		to[j] = float32((1 + float64(v)) / 2)
	}
}

func meanVarianceRow(to, from []float32) {
	means := len(from) - len(from)/2
	copy(to[:means], from)
	for j, v := range from[means:] {
		to[means+j] = float32(math.Exp(float64(v)) + leastVariance)
	}
}
