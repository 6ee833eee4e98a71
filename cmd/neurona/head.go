package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// head is what a network says of one column: some of its outputs, and what they mean.
type head struct {
	index    int       // of the encoder's targets
	name     string    // of the column; empty if it has none
	label    string    // that names it in answers: the name, name#2, #3
	classes  []string  // that it tells apart; nil: it says a number
	loss     loss.Loss // of these outputs
	from, to int       // columns of the outputs
	scaler   table.Scaler
}

// newHead decides by which loss a target is learnt: the one that is spelt so, or, for "auto", the one that it calls for.
// With smoothing, classes are told apart by a softmax with that share for all of them alike.
func newHead(e *table.Encoder, index int, spelling string, smoothing float64) (h head, err error) {
	s := e.Schema()
	target := &s.Targets[index]
	f := &s.Fields[target.Field]
	h = head{index: index, name: f.Name, label: answerLabel(f), classes: target.Classes, scaler: e.TargetScaler(index)}
	switch {
	case smoothing > 0:
		h.loss, err = smoothed(h.classes, spelling, smoothing)
		return h, err
	case spelling != automatic:
		if h.loss, err = parseLoss(spelling); err != nil {
			return h, flagError("loss", err)
		}
	case h.classes == nil:
		h.loss = loss.MSE()
	case len(h.classes) == 2:
		h.loss = loss.BinaryCrossEntropy()
	default:
		h.loss = loss.CrossEntropy()
	}
	return h, nil
}

// smoothed is the loss that is spelt so with --label-smoothing.
func smoothed(classes []string, spelling string, smoothing float64) (loss.Loss, error) {
	if classes == nil {
		return nil, badFlag("label-smoothing", smoothing, "none: the labels are numbers")
	}
	if spelling == automatic {
		spelling = "cross_entropy"
	}
	spec, err := catalog.Parse(spelling)
	if err != nil {
		return nil, flagError("loss", err)
	}
	if spec.Name != "cross_entropy" || slices.ContainsFunc(spec.Args, func(a catalog.Argument) bool { return a.Name == "smoothing" }) {
		return nil, badFlag("label-smoothing", smoothing, "none beside --loss "+spelling+": it is that of cross_entropy")
	}
	spec.Args = append(spec.Args, catalog.Argument{Name: "smoothing", Value: catalog.Value{Form: catalog.NumberForm, Number: smoothing}})
	l, err := parseLoss(spec.String())
	return l, flagError("loss", err)
}

// answerLabel names a column in answers, whole: programs tell columns apart by it.
func answerLabel(f *table.Field) string {
	switch {
	case f.Name == "":
		return f.Label()
	case f.Of > 1:
		return fmt.Sprintf("%s#%d", f.Name, f.Nth+1)
	}
	return f.Name
}

// suits reports a loss that cannot learn the target, of some data.
func (h *head) suits(data string) error {
	switch {
	case len(h.classes) == 1:
		return oneClass(data, h.classes)
	case h.classes != nil && !classifies(h.loss):
		return badFlag("loss", h.loss, fmt.Sprintf("one that tells classes apart, such as cross_entropy: the labels of %s are classes", data))
	case h.classes == nil && !saysNumber(h.loss):
		return badFlag("loss", h.loss, fmt.Sprintf("mse: the labels of %s are numbers", data))
	case h.classes != nil && h.loss.Link() != loss.Softmax && len(h.classes) != 2:
		return badFlag("loss", h.loss, fmt.Sprintf("cross_entropy: %s has %d classes, not two", data, len(h.classes)))
	}
	return nil
}

func oneClass(data string, classes []string) error {
	return fmt.Errorf("%s: all rows are of one class (%q), so there is nothing to tell apart", data, cut(classes[0], nameWidth))
}

// outputs is how many outputs it needs.
func (h *head) outputs() int {
	if n := h.loss.Outputs(1); n > 0 {
		return n
	}
	return len(h.classes)
}

// saysNumber reports whether an output of the loss is a number, or its logarithm.
func saysNumber(l loss.Loss) bool { return l.Link() == loss.Identity || l.Link() == loss.Log }

// ofCounts reports whether the loss is of numbers, but of none below 0.
func ofCounts(l loss.Loss) bool {
	below := data.Values(tensor.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{-1}})
	return saysNumber(l) && l.Check(below, 1, l.Outputs(1)) != nil
}

// ofRates reports whether the loss takes outputs for what none below 0 may be, which outputs of a network that ends in plain
// neurons are.
func ofRates(l loss.Loss) bool { return l.Link() == loss.Identity && ofCounts(l) }

// scaled is the number that a row of the network's outputs says, as the network has learnt it.
func (h *head) scaled(row []float32) float64 {
	if h.loss.Link() == loss.Log {
		return math.Exp(float64(row[h.from]))
	}
	return float64(row[h.from])
}

// quantity is what a row of the network's outputs says, in the units of the data.
func (h *head) quantity(row []float32) float64 { return h.scaler.Invert(h.scaled(row)) }

// answer is a quantity without the digits that the output does not have: of seven that float32 has
// of the scaled number, an offset takes up none.
func (h *head) answer(row []float32) float64 {
	v := h.quantity(row)
	least := h.scaler.Scale * max(math.Abs(h.scaled(row)), 1) * 1e-7
	if v == 0 || least == 0 {
		return v
	}
	digits := int(math.Ceil(math.Log10(math.Abs(v) / least)))
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', min(max(digits, 1), 17), 64), 64)
	if err != nil {
		return v
	}
	return rounded
}

// givesProbabilities reports whether what the outputs mean to the loss are probabilities. Margins are none, however they are
// cut, and what comes close to 0 and 1 is none either.
func (h *head) givesProbabilities() bool {
	return h.loss.Link() == loss.Softmax || h.loss.Link() == loss.Sigmoid
}

// probabilities writes the probability of each class to p, given a row of the
// network's outputs, or, to draw, what comes closest to one. An output that is taken as it is, as by mse, is itself the
// estimate of the second class's probability, and a margin is halfway from one class to the
// other at 0.
func (h *head) probabilities(p []float64, row []float32) {
	y := row[h.from:h.to]
	if h.loss.Link() == loss.Softmax {
		softmax(p, y)
		return
	}
	second := float64(y[0])
	switch h.loss.Link() {
	case loss.Sigmoid:
		second = 1 / (1 + math.Exp(-second))
	case loss.Margin:
		second = (1 + second) / 2
	}
	second = min(max(second, 0), 1)
	p[0], p[1] = 1-second, second
}

// class is the class that a row of outputs speaks for, by the rules of the
// losses' own accuracy.
func (h *head) class(row []float32) int {
	y, threshold := row[h.from:h.to], float32(0)
	switch h.loss.Link() {
	case loss.Softmax:
		best := 0
		for j, v := range y {
			if v > y[best] {
				best = j
			}
		}
		return best
	case loss.Identity:
		threshold = 0.5
	}
	if y[0] > threshold {
		return 1
	}
	return 0
}

// softmax writes the probabilities that the logits z stand for.
func softmax(p []float64, z []float32) {
	largest, sum := math.Inf(-1), 0.0
	for _, v := range z {
		largest = max(largest, float64(v))
	}
	for j, v := range z {
		p[j] = math.Exp(float64(v) - largest)
		sum += p[j]
	}
	for j := range p {
		p[j] /= sum
	}
}
