package model

import (
	"errors"
	"fmt"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// blockRows is how many rows are features at once.
const blockRows = 1 << 14

// Predict answers rows of a table, nil for all, one for one and in order. Columns are found by name, as [table.Encoder.Encode] finds them.
// The report counts what the model was not prepared for: levels that training had not, gaps where it had none, what is no number.
//
// A row has the same answer, to the bit, whatever others come with it, on the backend native.
func (m *Model) Predict(t *table.Table, rows []int) ([]Answer, *table.Report, error) {
	if rows == nil {
		rows = make([]int, t.Rows())
		for i := range rows {
			rows[i] = i
		}
	}
	width, outputs := m.task.encoder.Width(), m.task.Outputs()
	answers, report := make([]Answer, 0, len(rows)), &table.Report{}
	all := make([]float32, len(rows)*outputs)
	for first := 0; first == 0 || first < len(rows); first += blockRows {
		block := rows[first:min(first+blockRows, len(rows))]
		x, found, err := m.task.encoder.Encode(t, block) // that columns are absent is an error even where there are no rows
		if err != nil {
			return nil, nil, err
		}
		if report.Add(found); len(block) == 0 {
			break
		}
		y := dense(len(block), outputs, all[first*outputs:][:len(block)*outputs])
		if err := m.predictInto(dense(len(block), width, x), y); err != nil {
			if e := (*OutputError)(nil); errors.As(err, &e) {
				e.Row += first
			}
			return nil, nil, err
		}
		for i := range block {
			answers = append(answers, Answer{task: m.task, outputs: tensor.Row(y, i)})
		}
	}
	return answers, report, nil
}

// predictInto applies the network. An output that is no number is an [OutputError].
func (m *Model) predictInto(x, y tensor.Matrix) error {
	if err := m.net.PredictInto(x, y); err != nil {
		return err
	}
	for i := range y.Rows {
		if err := finite(tensor.Row(y, i), i); err != nil {
			return err
		}
	}
	return nil
}

// Probabilities are those of each class for rows of a table, nil for all: [len(rows)][len(Classes)]. Models of numbers, of several
// targets, and of losses that give none, as hinge, are an error.
func (m *Model) Probabilities(t *table.Table, rows []int) ([][]float64, *table.Report, error) {
	if len(m.task.targets) > 1 || !m.task.targets[0].GivesProbabilities() {
		return nil, nil, fmt.Errorf("model: probabilities are of one column with classes, by binary_cross_entropy, binary_focal, cross_entropy or focal, and this model is of %s, by %s",
			plural(len(m.task.targets), "column"), m.task.loss)
	}
	answers, report, err := m.Predict(t, rows)
	if err != nil {
		return nil, nil, err
	}
	n := len(m.Classes())
	list, all := make([][]float64, len(answers)), make([]float64, len(answers)*n)
	for i := range answers {
		list[i] = all[i*n:][:n:n]
		m.task.targets[0].Probabilities(list[i], answers[i].outputs)
	}
	return list, report, nil
}
