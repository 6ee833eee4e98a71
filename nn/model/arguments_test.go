package model_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/model"
)

// TestNothing: what is nil, or was made by nobody, is an error.
func TestNothing(t *testing.T) {
	m, records := flats(t, "price")
	tab, err := table.FromRecords(records)
	if err != nil {
		t.Fatal(err)
	}
	none := &model.Model{}
	for name, call := range map[string]func() error{
		"Train without a table":        func() error { _, err := model.Train(context.Background(), nil); return err },
		"Train with a nil option":      func() error { _, err := model.Train(context.Background(), tab, nil); return err },
		"Prepare without a table":      func() error { _, err := model.Prepare(nil); return err },
		"New without a network":        func() error { _, err := model.New(nil, m.Task()); return err },
		"New without a task":           func() error { _, err := model.New(m.Network(), nil); return err },
		"New with a task of nobody":    func() error { _, err := model.New(m.Network(), &model.Task{}); return err },
		"Read without a reader":        func() error { _, err := model.Read(nil); return err },
		"WriteTo without a writer":     func() error { _, err := m.WriteTo(nil); return err },
		"Predict without a table":      func() error { _, _, err := m.Predict(nil, nil); return err },
		"Evaluate without a table":     func() error { _, _, err := m.Evaluate(nil); return err },
		"Score without examples":       func() error { _, _, err := m.Score(nil); return err },
		"WriteTo of no model":          func() error { _, err := none.WriteTo(io.Discard); return err },
		"Predict of no model":          func() error { _, _, err := none.Predict(tab, nil); return err },
		"Probabilities of no model":    func() error { _, _, err := none.Probabilities(tab, nil); return err },
		"PredictRecord of no model":    func() error { _, err := none.PredictRecord(records[0]); return err },
		"Evaluate of no model":         func() error { _, _, err := none.Evaluate(tab); return err },
		"Score of no model":            func() error { _, _, err := none.Score(nil); return err },
		"Close of no model":            func() error { return none.Close() },
		"Predict of a nil model":       func() error { _, _, err := (*model.Model)(nil).Predict(tab, nil); return err },
		"PredictRecord of a nil model": func() error { _, err := (*model.Model)(nil).PredictRecord(records[0]); return err },
	} {
		if err := call(); !errors.As(err, new(*nn.NilError)) {
			t.Errorf("%s: got %v, want a NilError", name, err)
		}
	}
	if _, err := m.PredictRecord(nil); !errors.Is(err, table.ErrAbsent) {
		t.Errorf("no record: %v", err)
	}
	if _, err := m.Records(nil).Predict(records[0]); !errors.As(err, new(*table.OptionError)) {
		t.Errorf("a nil option of records: %v", err)
	}
	if _, err := table.FromRecords(records, nil); !errors.As(err, new(*table.OptionError)) {
		t.Errorf("a nil option of a table of records: %v", err)
	}
	if _, err := table.FromMatrix(nil); !errors.Is(err, table.ErrNoRows) {
		t.Errorf("no matrix: %v", err)
	}
	if _, err := model.NewTask(nil, nil); err == nil {
		t.Error("a task of no columns")
	}
}
