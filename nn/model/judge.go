package model

import (
	"slices"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Judged are rows of a table whose answers are known, for a model to be judged by.
type Judged struct {
	*Examples
	Unseen     *Unseen       // rows of classes that the model was never trained on
	Unlabelled int           // rows without a label, which are left out
	Report     *table.Report // what in all these rows the model was not prepared for
}

// Called tells whether labels are what the targets are called, in any order: they are then found by name.
func (t *Task) Called(labels []string) bool {
	own := make([]string, len(t.targets))
	for i := range own {
		own[i] = t.targets[i].label
	}
	return slices.Equal(slices.Sorted(slices.Values(own)), slices.Sorted(slices.Values(labels)))
}

// Judge reads the rows of a table that have labels. Features and labels may be looked for in two views of it. Labels name the columns of the
// answers, one for each target, if they are called otherwise than in training. That no row can be judged by is an error.
func (t *Task) Judge(features, answered *table.Table, labels ...string) (*Judged, error) {
	if features == nil || answered == nil {
		return nil, noTable("judge")
	}
	encoder := t.encoder
	if len(labels) == 0 || t.Called(labels) {
		labels = nil
	} else {
		var err error
		if encoder, err = encoder.LabelsIn(labels...); err != nil {
			return nil, err
		}
	}
	rows := make([]int, answered.Rows())
	for i := range rows {
		rows[i] = i
	}
	all, reports, err := t.truthOf(encoder, answered, rows)
	if err != nil {
		return nil, err
	}
	truth, known := t.known(all, rows)
	u, err := t.unseenIn(answered, encoder, labels, all, reports)
	if err != nil {
		return nil, err
	}
	if len(known) == 0 {
		return nil, u.nothingKnown(t, answered)
	}
	j := &Judged{Unseen: u, Unlabelled: len(rows) - len(known) - len(u.Rows)}
	x, report, err := encoder.Encode(features, known)
	if err != nil {
		return nil, err
	}
	more, reportOfMore, err := encoder.Encode(features, u.Rows)
	if err != nil {
		return nil, err
	}
	report.Add(reportOfMore)
	for _, r := range reports {
		if r.Doubtful.Doubtful.N > 0 {
			report.Columns = append(report.Columns, r.Doubtful)
		}
	}
	j.Report = report
	j.Examples = t.Examples(dense(len(known), encoder.Width(), x), truth)
	j.Rows, j.Foreign = len(known)+len(u.Rows), u.Counts
	u.X = dense(len(u.Rows), encoder.Width(), more)
	return j, nil
}

// Evaluate judges the model on the rows of a table that have labels: see [Task.Judge]. Rows of classes that it was never trained on are wrong
// answers.
func (m *Model) Evaluate(t *table.Table, labels ...string) (Score, *Judged, error) {
	if err := m.made("evaluate"); err != nil {
		return Score{}, nil, err
	}
	j, err := m.task.Judge(t, t, labels...)
	if err != nil {
		return Score{}, nil, err
	}
	s, _, err := m.Score(j.Examples)
	return s, j, err
}

// Score judges the model on examples, and returns the network's outputs for them too.
func (m *Model) Score(e *Examples) (Score, tensor.Matrix, error) {
	if err := m.made("score"); err != nil {
		return Score{}, tensor.Matrix{}, err
	}
	if e == nil {
		return Score{}, tensor.Matrix{}, fault.Nil("score", "examples", "some that Prepare or Judge has made")
	}
	// A trainer evaluates; that it could train too does no harm.
	trainer, err := nn.NewTrainer(m.net, m.task.loss, optim.SGD(0))
	if err != nil {
		return Score{}, tensor.Matrix{}, err
	}
	return m.task.Evaluate(trainer, e)
}
