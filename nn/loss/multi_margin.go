package loss

import (
	"math"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// multiMargin is the loss that MultiMargin returns.
type multiMargin struct {
	ofClasses
	kernels *kernels.Set
	p       int
	margin  float64
	name    string
}

// MultiMargin is the hinge loss of several classes, PyTorch's MultiMarginLoss: by how much the outputs of other
// classes come nearer than margin to that of the row's class k, or lie above it. It is the mean over the rows; with
// C outputs,
//
//	L = Σ max(0, margin - yₖ + yⱼ)^p /C over j ≠ k
//
// p is 1 or 2; margin is above 0 and finite in float32. Others are a *fault.HyperparameterError of Check.
// Outputs are scores, of which differences alone count, and no logits: how far they are apart says nothing about
// probabilities. A sample is right if its class's is the largest one; of equal ones the first counts.
func MultiMargin(p int, margin float64) Loss {
	return multiMargin{p: p, margin: margin, name: multiMarginPart().Spell().Int("p", p).Float("margin", margin).String()}
}

func multiMarginPart() catalog.Part[Loss] {
	return catalog.Part[Loss]{
		Name: "multi_margin", Help: "what the output of the right one of several classes lacks of a margin to the others",
		Params: []catalog.Param{
			{Name: "p", Kind: catalog.Integer, Default: "1", Range: catalog.Between(1, 2), Help: "exponent: 1 or 2"},
			{Name: "margin", Kind: catalog.Number, Default: "1", Range: catalog.Above(0), Help: "that other outputs are to lie below"},
		},
		Formula: "Σ max(0, margin - yₖ + yⱼ)^p / C", Torch: "torch.nn.MultiMarginLoss", Example: "multi_margin(p=2, margin=0.5)",
		Formerly: map[string]string{"multi_margin_loss": "multi_margin"},
		New: func(a catalog.Args) (Loss, error) {
			l := MultiMargin(a.Int("p"), a.Float("margin")).(multiMargin)
			return l, l.check()
		},
	}
}

func (l multiMargin) check() error {
	if l.p != 1 && l.p != 2 {
		return fault.Value("multi_margin", "p", float64(l.p), "1 or 2")
	}
	return checkPositive("multi_margin", "margin", l.margin)
}

func (l multiMargin) String() string { return l.name }

func (multiMargin) Link() Link { return Scores }

func (l multiMargin) Bind(k *kernels.Set) Loss {
	l.kernels = k
	return l
}

func (l multiMargin) Check(t data.Target, rows, cols int) error {
	if err := l.check(); err != nil {
		return err
	}
	return checkLabels(l.name, &t, rows, cols)
}

func (l multiMargin) Sum(y tensor.Matrix, t data.Target, dy tensor.Matrix, scale float64) float64 {
	if t.Weights != nil {
		return weighted(l, y, t, dy, scale)
	}
	k, sum := orBest(l.kernels), 0.0
	for i := range y.Rows {
		row := tensor.Row(y, i)
		if c := scale / float64(len(row)); len(row) > narrowMargins && inKernels(l.margin) && k.MaxAbs(row) <= mostOfKernels && math.Abs(c) <= math.MaxFloat32 {
			sum += l.wideRow(k, gradientRow(dy, i), row, t.Labels[i], c)
		} else {
			sum += l.row(gradientRow(dy, i), row, t.Labels[i], scale)
		}
	}
	return sum
}

// narrowMargins is the number of outputs up to which a loop beats the calls of kernels: on Zen 4 it takes 2.7 ns for each, and
// three calls as long as 30.
const narrowMargins = 30

// wideRow is row by kernels; each is scale times the share of an output. What they add up for the row's class itself, of
// which the distance is 0 to the bit, is taken off again.
func (l multiMargin) wideRow(k *kernels.Set, dy, y []float32, label int, each float64) float64 {
	of, margin := kernels.MarginLoss, float32(l.margin)
	own := float64(margin)
	if l.p == 2 {
		of, own = kernels.SquaredMarginLoss, float64(margin*margin)
	}
	if yk := y[label]; dy == nil {
		own = k.Losses[of].Sum(y, y, nil, margin, yk) - own
	} else {
		own = k.Losses[of].Gradient(dy, y, y, nil, float32(each), margin, yk) - own
		dy[label] = 0
		dy[label] = float32(-k.Sum(dy))
	}
	return own / float64(len(y))
}

// row is the loss of a row. dy, unless it is nil, may be y.
func (l multiMargin) row(dy, y []float32, label int, scale float64) float64 {
	each := 1 / float64(len(y))
	free, sum, pull := l.margin-float64(y[label]), 0.0, 0.0
	if free != free {
		sum = free // of no others, too
	}
	for j, v := range y {
		slope := 0.0
		if over := free + float64(v); !(over <= 0) && j != label {
			slope = each
			if l.p == 2 {
				slope *= 2 * over
				over *= over
			}
			sum += over
		}
		if dy != nil {
			dy[j] = float32(scale * slope)
			pull += slope
		}
	}
	if dy != nil {
		dy[label] = float32(-scale * pull)
	}
	return sum * each
}
