package model_test

import (
	"context"
	"fmt"
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
	b.Log(fmt.Sprint(m.Network().Inputs()), "features")
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		a, err := m.PredictRecord(records[i%len(records)])
		if err != nil {
			b.Fatal(err)
		}
		if a.Number() == 0 {
			b.Fatal("0")
		}
		i++
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
