package model_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/model"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// mixed are records of fourteen columns of all kinds, and a price.
func mixed(rows int) []map[string]any {
	r := rand.New(rand.NewPCG(1, 2))
	var list []map[string]any
	for i := range rows {
		area := 20 + 100*r.Float64()
		list = append(list, map[string]any{
			"area": area, "rooms": 1 + r.IntN(6), "floor": r.IntN(9), "age": 100 * r.Float64(), "height": 2 + r.Float64(), "noise": r.NormFloat64(), "tax": 1000 * r.Float64(),
			"town": []string{"Cádiz", "Sevilla", "Málaga", "Córdoba", "Granada"}[r.IntN(5)], "heating": []string{"gas", "oil", "wood"}[r.IntN(3)], "zip_code": 11000 + r.IntN(9),
			"lift": r.IntN(2) == 0, "garden": r.IntN(2) == 0, "state": []string{"good", "fair", "poor"}[r.IntN(3)],
			"sold":  time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, r.IntN(1500)),
			"price": 1000*area + 500*float64(i%7),
		})
	}
	return list
}

// BenchmarkPredictRecord answers single rows of fourteen mixed columns through 128-128 hidden, of values and of the texts that a file would
// have.
func BenchmarkPredictRecord(b *testing.B) {
	records := mixed(400)
	tab, err := table.FromRecords(records)
	if err != nil {
		b.Fatal(err)
	}
	m, err := model.Train(context.Background(), tab, model.Label("price"), model.Epochs(1), model.Hidden(layer.Dense(128), activation.ReLU(), layer.Dense(128), activation.ReLU()))
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close()
	if n := len(m.Columns()); n != 14 {
		b.Fatalf("%d columns, want 14", n)
	}
	texts := make([]map[string]any, len(records))
	for i := range texts {
		texts[i] = map[string]any{}
		for _, c := range tab.Columns() {
			texts[i][c.Name] = c.Text(i)
		}
	}
	for name, rows := range map[string][]map[string]any{"values": records, "texts": texts} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				a, err := m.PredictRecord(rows[i%len(rows)])
				if err != nil || a.Number() == 0 {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}

// BenchmarkPredict answers a table of a hundred thousand rows of fourteen columns, and does the network's part of it alone.
func BenchmarkPredict(b *testing.B) {
	const rows = 100_000
	tab, err := table.FromRecords(mixed(rows))
	if err != nil {
		b.Fatal(err)
	}
	m, err := model.Train(context.Background(), tab, model.Label("price"), model.Epochs(1), model.Batch(1024), model.Hidden(layer.Dense(128), activation.ReLU(), layer.Dense(128), activation.ReLU()))
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close()
	perRow := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
	}
	b.Run("model", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := m.Predict(tab, nil); err != nil {
				b.Fatal(err)
			}
		}
		perRow(b)
	})
	b.Run("features", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := m.Task().Encoder().Encode(tab, nil); err != nil {
				b.Fatal(err)
			}
		}
		perRow(b)
	})
	b.Run("network", func(b *testing.B) {
		x, _, err := m.Task().Encoder().Encode(tab, nil)
		if err != nil {
			b.Fatal(err)
		}
		width := m.Network().Inputs()
		for b.Loop() {
			if _, err := m.Network().Predict(tensor.Matrix{Rows: rows, Cols: width, Stride: width, Data: x}); err != nil {
				b.Fatal(err)
			}
		}
		perRow(b)
	})
}

// TestEvaluate: the score of a model on a table is that of its answers, and that of training comes again on the same rows.
func TestEvaluate(t *testing.T) {
	m, records := flats(t, "heating")
	tab, err := table.FromRecords(records)
	if err != nil {
		t.Fatal(err)
	}
	s, j, err := m.Evaluate(tab)
	if err != nil {
		t.Fatal(err)
	}
	answers, _, err := m.Predict(tab, nil)
	if err != nil {
		t.Fatal(err)
	}
	right := 0.0
	for i, a := range answers {
		if a.Class() == records[i]["heating"] {
			right++
		}
	}
	if got, want := s.Targets[0].Accuracy, right/float64(len(records)); s.Rows != len(records) || j.Unlabelled != 0 || !(math.Abs(got-want) <= 1e-12) {
		t.Errorf("accuracy %v of %d rows, want %v of %d", got, s.Rows, want, len(records))
	}
	p, err := model.Prepare(tab, model.Label("heating"))
	if err != nil {
		t.Fatal(err)
	}
	if again, _, err := m.Score(p.Test); err != nil || again.Loss != m.Scores()[0].Loss || again.Rows != m.Scores()[0].Rows {
		t.Errorf("%+v, %v, want %+v", again, err, m.Scores()[0])
	}
	records[0]["heating"], records[1]["heating"] = "none", nil
	if tab, err = table.FromRecords(records); err != nil {
		t.Fatal(err)
	}
	if s, j, err = m.Evaluate(tab); err != nil || s.Rows != len(records)-1 || j.Unlabelled != 1 || len(j.Unseen.Rows) != 1 || j.Unseen.Classes[0][0] != "none" {
		t.Errorf("%+v, %+v, %v", s, j, err)
	}
}

// TestCancelled: there is no model of a training that was ended.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	tab, err := table.FromRecords(mixed(50))
	if err != nil {
		t.Fatal(err)
	}
	if m, err := model.Train(ctx, tab, model.Label("price")); !errors.Is(err, context.Canceled) || m != nil {
		t.Errorf("%v, %v", m, err)
	}
}
