package loss

import (
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// quantile is the loss that Quantile returns.
type quantile struct {
	kernels *kernels.Set
	*quantiles
}

// quantiles is what a quantile loss is of.
type quantiles struct {
	taus []float64
	name string
	err  error // of taus that cannot be
}

// Quantile is the pinball loss, which is least for the quantiles taus of what targets may be (Koenker
// and Bassett, 1978): scikit-learn's mean_pinball_loss, which PyTorch has not. taus are between 0 and 1; 0.5 is
// half of MAE, and 0.1 with 0.9 an interval that has four targets of five. For each
// target the network says all of them: m columns of targets need m·len(taus) outputs, the m quantiles of the
// first tau and then, in the same order, those of the next. With d = y-t it is the mean over
// all N = rows·outputs elements,
//
//	L = Σ (1-tau)·d /N    ∂L/∂y = (1-tau)/N    where d > 0
//	L = Σ -tau·d /N       ∂L/∂y = -tau/N       where d < 0
//
// with a derivative of 0 where they are equal. It compares with values, which must be finite,
// and does not classify. Nothing keeps the quantiles of a row in order. Check reports taus that are not
// between 0 and 1, or none, as a *fault.HyperparameterError.
func Quantile(taus ...float64) Loss {
	q := &quantiles{taus: slices.Clone(taus), name: quantilePart().Spell().Floats("taus", taus...).String()}
	if len(taus) == 0 {
		q.err = fault.Value("quantile", "number of taus", 0, "at least one")
	}
	for _, tau := range taus {
		if !(tau > 0 && tau < 1) || float32(tau) == 0 || float32(1-tau) == 0 {
			q.err = fault.Value("quantile", "tau", tau, "a number between 0 and 1, in float32")
		}
	}
	return quantile{quantiles: q}
}

func quantilePart() catalog.Part[Loss] {
	const median = "quantile([0.5])"
	return catalog.Part[Loss]{
		Name: "quantile", Help: "quantiles of what a target may be, each an output",
		Params: []catalog.Param{{
			Name: "taus", Kind: catalog.Numbers, Range: catalog.Inside(0, 1), Help: "which quantiles: 0.5 is the median",
			Formerly: []string{"tau", "alpha", "quantiles"},
		}},
		Formula: "max(tau·(t-y), (tau-1)·(t-y))", Example: "quantile([0.1, 0.5, 0.9])",
		Formerly: map[string]string{"pinball": median, "pinball_loss": median, "quantile_loss": median},
		New: func(a catalog.Args) (Loss, error) {
			l := Quantile(a.Floats("taus")...).(quantile)
			return l, l.err
		},
	}
}

func (l quantile) String() string { return l.name }

// Link is Identity if there is one quantile of each target.
func (l quantile) Link() Link {
	if len(l.taus) > 1 {
		return Quantiles
	}
	return Identity
}

func (l quantile) Outputs(targets int) int { return targets * len(l.taus) }

func (l quantile) Bind(k *kernels.Set) Loss { return quantile{k, l.quantiles} }

func (l quantile) Check(t data.Target, rows, cols int) error {
	if l.err != nil {
		return l.err
	}
	if n := len(l.taus); cols < n || cols%n != 0 {
		return fault.Value("quantile", "number of outputs", float64(cols), fmt.Sprintf("%d for each target, one for each tau", n))
	}
	return checkValues(l.name, &t, rows, cols/len(l.taus), finiteValues())
}

func (l quantile) Weight(t data.Target, rows, cols int) float64 { return elements(&t, rows, cols) }

func (l quantile) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	if t.Weights != nil {
		return weighted(l, y, t, dy, scale)
	}
	sum, m := 0.0, t.Values.Cols
	for n, tau := range l.taus {
		p := pinball{l.kernels, tau}
		v, part, grad := p.vectors(), columnsOf(y, n*m, m), columnsOf(dy, n*m, m)
		for i := range y.Rows {
			sum += rowOfElements(p, &v, gradientRow(grad, i), tensor.Row(part, i), tensor.Row(t.Values, i), scale)
		}
	}
	return sum
}

// pinball is a quantile of each target.
type pinball struct {
	kernels *kernels.Set
	tau     float64
}

// at has no derivative where output and target are equal, and 0 for one.
func (p pinball) at(_ int, y, t float64) (l, dl float64) {
	switch d := y - t; {
	case d > 0:
		return (1 - p.tau) * d, 1 - p.tau
	case d < 0:
		return -p.tau * d, -p.tau
	default:
		return d, d // 0, or NaN
	}
}

func (p pinball) vectors() vectors {
	if !inKernels(p.tau) || !inKernels(1-p.tau) {
		return vectors{}
	}
	return vectors{
		kernels: orBest(p.kernels), of: kernels.QuantileLoss, a: float32(p.tau), b: float32(1 - p.tau), times: 1,
		mostY: mostOfKernels, mostT: mostOfKernels,
	}
}
