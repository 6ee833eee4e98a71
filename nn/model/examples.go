package model

import (
	"errors"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Examples are rows as a network takes them, and what should come out.
type Examples struct {
	data.Set // features, scaled, and what should come out as the loss takes it

	Truth   []Truth // of each target
	Foreign []int   // of each target: rows besides these, of classes that have never been trained on
	Rows    int     // all of them
}

// Truth is what should come out of a target: for each row a class, or a number in its own unit.
type Truth struct {
	Classes []int
	Values  []float64
}

// knows tells whether a row has an answer that the task knows.
func (t *Truth) knows(row int) bool {
	if t.Classes != nil {
		return t.Classes[row] >= 0
	}
	return t.Values[row] == t.Values[row]
}

// Examples puts features [rows][features], as the network takes them, and answers together as the loss takes them.
func (t *Task) Examples(x tensor.Matrix, truth []Truth) *Examples {
	e := &Examples{Set: data.Set{X: x}, Truth: truth, Foreign: make([]int, len(truth)), Rows: x.Rows}
	if len(t.targets) == 1 && t.loss.Link() == loss.Softmax {
		e.Target = data.Labels(truth[0].Classes)
		return e
	}
	y := dense(x.Rows, len(truth), make([]float32, x.Rows*len(truth)))
	for c := range truth {
		for i := range x.Rows {
			v := &y.Data[i*y.Stride+c]
			if truth[c].Classes != nil {
				*v = float32(truth[c].Classes[i])
			} else {
				*v = t.encoder.Scale(t.targets[c].index, truth[c].Values[i])
			}
		}
	}
	e.Target = data.Values(y)
	return e
}

// dense is the view of numbers as a matrix.
func dense(rows, cols int, data []float32) tensor.Matrix {
	return tensor.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: data}
}

// rows are rows of a table, less those whose class has never been trained on.
func (t *Task) rows(tab *table.Table, rows []int) (*Examples, *table.Report, error) {
	all, reports, err := t.truthOf(t.encoder, tab, rows)
	if err != nil {
		return nil, nil, err
	}
	truth, known := t.known(all, rows)
	x, report, err := t.encoder.Encode(tab, known)
	if err != nil {
		return nil, nil, err
	}
	e := t.Examples(dense(len(known), t.encoder.Width(), x), truth)
	e.Rows = len(rows)
	for c, r := range reports {
		e.Foreign[c] = r.Foreign
	}
	return e, report, nil
}

// Predict applies a network to features, [rows][features], and returns its outputs. One that is no number is an [OutputError].
func (t *Task) Predict(net *nn.Network, x tensor.Matrix) (tensor.Matrix, error) {
	y, err := net.Predict(x)
	if err != nil {
		return y, err
	}
	for i := range y.Rows {
		if err := finite(tensor.Row(y, i), i); err != nil {
			return y, err
		}
	}
	return y, nil
}

// Finite reports outputs of a network that are no numbers, an [OutputError], and keeps none: for all rows that it is trained on they may
// be more than there is memory for.
func (t *Task) Finite(net *nn.Network, x tensor.Matrix) error {
	const atOnce = 1 << 22 // outputs
	block := max(1, atOnce/t.Outputs())
	for first := 0; first < x.Rows; first += block {
		part := x
		part.Rows, part.Data = min(block, x.Rows-first), x.Data[first*x.Stride:]
		_, err := t.Predict(net, part)
		if e := (*OutputError)(nil); errors.As(err, &e) {
			e.Row += first
		}
		if err != nil {
			return err
		}
	}
	return nil
}
