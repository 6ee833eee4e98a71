package model

import (
	"sync"

	"github.com/neurona-ml/neurona/datasets/table"
)

// PredictRecord answers one row: a map from what the columns are called ([table.Field.Key], of [Model.Columns]) to their values, which package table
// says more of. Each column is there; nil is a value that is missing. A key that no column is called by is an error that suggests the
// nearest one; labels and columns that training has left out may be there, and are not looked at. [Model.Records] has options.
//
// The answer is that of [Model.Predict] for the same row, to the bit, on the backend native. [Answer.Report] has what the model was not
// prepared for.
func (m *Model) PredictRecord(record map[string]any) (Answer, error) {
	if err := m.made("predict"); err != nil {
		return Answer{}, err
	}
	return m.records().Predict(record)
}

// Records answers records, one by one: see [Model.Records]. Methods may be called from several goroutines.
type Records struct {
	model  *Model
	reader *table.RecordReader
	memory sync.Pool // of *features
}

// features are those of one record.
type features struct{ x []float32 }

// Records returns what answers records, with options such as [table.AbsentIsMissing]. It has looked up what can be, and allocates nothing for
// a record but the answer.
func (m *Model) Records(opts ...table.RecordOption) *Records {
	return &Records{model: m, reader: m.task.encoder.Records(opts...)}
}

// Predict answers a record: see [Model.PredictRecord].
func (r *Records) Predict(record map[string]any) (Answer, error) {
	f, _ := r.memory.Get().(*features)
	if f == nil {
		f = &features{make([]float32, r.reader.Width())}
	}
	defer r.memory.Put(f)
	report, err := r.reader.Encode(record, f.x)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{task: r.model.task, outputs: make([]float32, r.model.task.Outputs()), report: report}
	if err := r.model.predictInto(dense(1, len(f.x), f.x), dense(1, len(a.outputs), a.outputs)); err != nil {
		return Answer{}, err
	}
	return a, nil
}
