package model_test

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn/model"
)

// flats are trained on for a moment: to predict a price or, of some columns, what the heating is.
func flats(t testing.TB, label string, opts ...model.Option) (*model.Model, []map[string]any) {
	t.Helper()
	records := mixed(200)
	tab, err := table.FromRecords(records)
	if err != nil {
		t.Fatal(err)
	}
	m, err := model.Train(context.Background(), tab, append([]model.Option{model.Label(label), model.Epochs(2)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m, records
}

func TestPredictRecordAllocates(t *testing.T) {
	m, records := flats(t, "price")
	record := records[0]
	for _, record = range records { // one that is within the ranges of training
		if a, err := m.PredictRecord(record); err == nil && a.Report() == nil {
			break
		}
	}
	if n := testing.AllocsPerRun(100, func() {
		a, err := m.PredictRecord(record)
		if err != nil || a.Report() != nil {
			t.Fatal(err, a.Report())
		}
	}); n > 1 {
		t.Errorf("%v allocations, want one: the answer", n)
	}
}

// TestPredictRecord: what it says, of classes and of numbers, and what it was not prepared for.
func TestPredictRecord(t *testing.T) {
	m, records := flats(t, "heating", model.Loss("cross_entropy"))
	a, err := m.PredictRecord(records[3])
	if err != nil {
		t.Fatal(err)
	}
	p, sum := a.Probabilities(), 0.0
	best := 0
	for i, v := range p {
		if sum += v; v > p[best] {
			best = i
		}
	}
	if len(p) != 3 || !(math.Abs(sum-1) <= 1e-12) || a.Class() != m.Classes()[best] || a.Value() != a.Class() || !math.IsNaN(a.Number()) {
		t.Errorf("%v, %v, %v", a.Class(), p, a.Number())
	}
	record := map[string]any{}
	for key, v := range records[3] {
		record[key] = v
	}
	record["town"], record["area"] = "Kyiv", 1e6
	if a, err = m.PredictRecord(record); err != nil || a.Report() == nil || len(a.Report().Columns) != 2 {
		t.Errorf("%v, reported %v, want a town and an area", err, a.Report())
	}
	record["twon"] = "Kyiv"
	if _, err := m.PredictRecord(record); err == nil {
		t.Error("an unknown key is no error")
	}
	if _, err := m.Records(table.IgnoreUnknown()).Predict(record); err != nil {
		t.Errorf("an unknown key that is ignored: %v", err)
	}

	n, _ := flats(t, "price")
	if a, err = n.PredictRecord(records[3]); err != nil || a.Class() != "" || a.Probabilities() != nil || a.Value() != a.Number() || !(a.Number() > 0) {
		t.Errorf("%v: %v, %v, %v", err, a.Class(), a.Probabilities(), a.Number())
	}
	if _, _, err := n.Probabilities(nil, nil); err == nil {
		t.Error("a number has probabilities")
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := n.PredictRecord(records[3]); err == nil {
		t.Error("a closed model answers")
	}
}

// TestTogether asks one model from many goroutines, by all roads.
func TestTogether(t *testing.T) {
	m, records := flats(t, "price")
	tab, err := table.FromRecords(records)
	if err != nil {
		t.Fatal(err)
	}
	want, _, err := m.Predict(tab, nil)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	failures := make(chan error, 8)
	for g := range 8 {
		group.Go(func() {
			for i := g; i < len(records); i += 3 {
				a, err := m.PredictRecord(records[i])
				if err == nil && a.Number() != want[i].Number() {
					err = errors.New("another answer")
				}
				if err == nil && g%2 == 0 {
					_, _, err = m.Predict(tab, []int{i, 0})
				}
				if err != nil {
					failures <- err
					return
				}
			}
		})
	}
	group.Wait()
	close(failures)
	for err := range failures {
		t.Error(err)
	}
}

// TestNoAnswer: what says nothing does not panic.
func TestNoAnswer(t *testing.T) {
	m, records := flats(t, "price")
	a, err := m.PredictRecord(records[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, none := range map[string]model.Answer{"the zero": {}, "another target": a.Target(1), "no target": a.Target(-1)} {
		if none.Class() != "" || !math.IsNaN(none.Number()) || none.Probabilities() != nil || none.String() != "" || none.Outputs() != nil || none.Target(0).Class() != "" {
			t.Errorf("%s says %v", name, none)
		}
		if v, ok := none.Value().(float64); !ok || !math.IsNaN(v) {
			t.Errorf("%s is %v", name, none.Value())
		}
	}
}
