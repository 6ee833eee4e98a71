package model

import (
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// How many rows are features at once: enough for products at full speed, and 16 MiB at most, but for a table of thousands of columns.
const (
	mostRows     = 1 << 12
	leastRows    = 1 << 6
	mostFeatures = 1 << 22
)

// Predict answers rows of a table, nil for all, one for one and in order. Columns are found by name, as [table.Encoder.Encode] finds them.
// The report counts what the model was not prepared for: levels that training had not, gaps where it had none, what is no number.
//
// A row has the same answer, to the bit, whatever others come with it, on the backend native. Where there are many, several goroutines
// make features of them.
func (m *Model) Predict(t *table.Table, rows []int) ([]Answer, *table.Report, error) {
	if err := m.made("predict"); err != nil {
		return nil, nil, err
	}
	if t == nil {
		return nil, nil, noTable("predict")
	}
	if rows == nil {
		rows = make([]int, t.Rows())
		for i := range rows {
			rows[i] = i
		}
	}
	width, n := m.task.encoder.Width(), m.task.Outputs()
	outputs, report := make([]float32, len(rows)*n), &table.Report{}
	size := min(mostRows, max(leastRows, mostFeatures/width))
	blocks := make([]block, runtime.GOMAXPROCS(0))
	for first := 0; first == 0 || first < len(rows); { // that columns are absent is an error even where there are no rows
		// Features are made by all cores at once, and then multiplied by all cores at once.
		var group sync.WaitGroup
		used := 0
		for at := first; used < len(blocks) && (used == 0 || at < len(rows)); at += size {
			b := &blocks[used]
			used++
			b.first, b.rows = at, rows[at:min(at+size, len(rows))]
			group.Go(func() { b.x, b.report, b.err = m.task.encoder.Encode(t, b.rows) })
		}
		group.Wait()
		for i := range blocks[:used] {
			b := &blocks[i]
			if b.err == nil && len(b.rows) > 0 {
				b.err = m.predictInto(dense(len(b.rows), width, b.x), dense(len(b.rows), n, outputs[b.first*n:][:len(b.rows)*n]))
			}
			if e := (*OutputError)(nil); errors.As(b.err, &e) {
				e.Row += b.first
			}
			if b.err != nil {
				return nil, nil, b.err
			}
			report.Add(b.report)
		}
		if first += used * size; len(rows) == 0 {
			break
		}
	}
	answers := make([]Answer, len(rows))
	for i := range answers {
		answers[i] = Answer{task: m.task, outputs: outputs[i*n:][:n:n]}
	}
	return answers, report, nil
}

// block is some rows on their way.
type block struct {
	first  int
	rows   []int
	x      []float32
	report *table.Report
	err    error
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
	if err := m.made("predict"); err != nil {
		return nil, nil, err
	}
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
