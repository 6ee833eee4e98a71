package nn

import (
	"fmt"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/loss"
)

// objective is the loss of a trainer, with what it can do besides, so that no
// step has to ask.
type objective struct {
	loss.Loss
	bound      loss.Loss       // to the backend's kernels
	classifier loss.Classifier // nil if it is none
	multilabel loss.Multilabel // nil if it is none, or there is but one output
	ignoring   loss.Ignoring   // nil if it is none
	whole      bool            // its mean over all rows need not be that of means over some
}

func newObjective(of string, net *Network, l loss.Loss) (objective, error) {
	o := objective{Loss: l, bound: loss.Bind(l, net.backend.Kernels())}
	if o.bound == nil {
		return o, fault.Nil(of, "loss that Bind has returned", "one for the kernels")
	}
	_, o.whole = l.(loss.Composite)
	o.classifier, _ = l.(loss.Classifier)
	o.ignoring, _ = l.(loss.Ignoring)
	if net.outputs > 1 {
		o.multilabel, _ = l.(loss.Multilabel)
	}
	return o, nil
}

// weight is what the sum of the loss is divided by.
func (o *objective) weight(t data.Target, rows, cols int) (float64, error) {
	w := o.bound.Weight(t, rows, cols)
	if !(w > 0) {
		return 0, &loss.TargetError{Loss: o.String(), Row: -1, Col: -1, Got: fmt.Sprintf("of weight %v", w), Want: "rows that count"}
	}
	return w, nil
}

// average is the mean of a loss over parts of some data. A part counts by its
// weight, in rows of the first part: where all rows weigh the same, as its rows.
type average struct {
	sum, rows float64
	row       float64 // what one of the first part weighs
}

func (a *average) add(mean, weight float64, rows int) {
	if a.row == 0 {
		a.row = weight / float64(rows)
	}
	counts := weight / a.row
	a.sum += mean * counts
	a.rows += counts
}

func (a *average) mean() float64 { return a.sum / a.rows }
