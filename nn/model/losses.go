package model

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// ParseLoss returns the loss that is spelt so, of those whose outputs a model can
// say something about: a class, a probability, a quantity.
func ParseLoss(spelling string) (loss.Loss, error) {
	l, err := loss.Catalog().Parse(spelling)
	if err != nil {
		return nil, err
	}
	if _, several := l.(loss.Composite); several {
		return nil, fmt.Errorf("%s is for programs: a model predicts one thing of a column", l)
	}
	switch link := l.Link(); link {
	case loss.Identity, loss.Log, loss.Sigmoid, loss.Margin:
	case loss.Softmax:
		if l.Outputs(1) != 0 {
			return nil, fmt.Errorf("%s is for programs: its targets are distributions over classes, and a table has labels", l)
		}
	case loss.Quantiles:
		return nil, fmt.Errorf("%s is for programs: it says several numbers of one column, and a model predicts one, such as quantile([0.5])", l)
	default:
		return nil, fmt.Errorf("%s is for programs: its outputs are of link %v, and a model reads those of identity, exp, sigmoid, margin and softmax", l, link)
	}
	return l, nil
}

// Losses are those that [ParseLoss] takes.
func Losses() catalog.Catalog[loss.Loss] {
	c := loss.Catalog()
	for _, p := range c.Parts() {
		example := cmp.Or(p.Example, p.Name)
		if _, err := ParseLoss(example); err != nil {
			if l, err := loss.Catalog().Parse(example); err == nil && l.Link() == loss.Quantiles {
				continue // of one quantile it says one number
			}
			c = c.Without(p.Name)
		}
	}
	return c
}

func classifies(l loss.Loss) bool {
	_, ok := l.(loss.Classifier)
	return ok
}

// SaysNumber tells whether an output of a loss is a number, or its logarithm.
func SaysNumber(l loss.Loss) bool { return l.Link() == loss.Identity || l.Link() == loss.Log }

// OfCounts tells whether a loss is of numbers, but of none below 0.
func OfCounts(l loss.Loss) bool {
	below := data.Values(tensor.Matrix{Rows: 1, Cols: 1, Stride: 1, Data: []float32{-1}})
	return SaysNumber(l) && l.Check(below, 1, l.Outputs(1)) != nil
}

// lossesOfFile returns the losses, one for each column, of a loss that is spelt so, or was when the file was
// written.
func lossesOfFile(spelling string) ([]loss.Loss, error) {
	l, err := loss.Catalog().Parse(spelling)
	var renamed *catalog.RenamedError
	if errors.As(err, &renamed) {
		l, err = loss.Catalog().Parse(renamed.Now)
	}
	if err != nil {
		return nil, err
	}
	parts := []loss.Loss{l}
	if c, several := l.(loss.Composite); several {
		parts = nil
		for _, p := range c.Parts() {
			parts = append(parts, p.Loss)
		}
	}
	for _, p := range parts {
		if _, err := ParseLoss(p.String()); err != nil {
			return nil, err
		}
	}
	return parts, nil
}
