package model_test

import (
	"math"
	"testing"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn/model"
)

// TestAccuracyInterval: its ends x are where |p - x| is z·√(x(1-x)/n), which numpy.roots has found with scipy's z.
func TestAccuracyInterval(t *testing.T) {
	for _, c := range []struct {
		right, rows int
		low, high   float64
	}{
		{0, 10, 0, 0.27753279986288915},
		{5, 10, 0.23659309051256394, 0.7634069094874361},
		{10, 10, 0.7224672001371107, 1},
		{81, 100, 0.7222115462093572, 0.8748524849023116},
		{1, 1, 0.20654931437723745, 1},
	} {
		low, high := model.AccuracyInterval(float64(c.right)/float64(c.rows), c.rows)
		if !(math.Abs(low-c.low) <= 1e-9) || !(math.Abs(high-c.high) <= 1e-9) {
			t.Errorf("%d of %d: %v to %v, want %v to %v", c.right, c.rows, low, high, c.low, c.high)
		}
	}
	for _, accuracy := range []float64{math.NaN(), -1, 2} {
		if low, high := model.AccuracyInterval(accuracy, 10); !math.IsNaN(low) || !math.IsNaN(high) {
			t.Errorf("of %v: %v to %v", accuracy, low, high)
		}
	}
	if low, _ := model.AccuracyInterval(1, 0); !math.IsNaN(low) {
		t.Errorf("of no rows: %v", low)
	}
}

// TestBaseline: it is the most frequent class, and the mean.
func TestBaseline(t *testing.T) {
	m, records := flats(t, "heating")
	counts, most := map[any]int{}, 0
	for _, r := range records {
		counts[r["heating"]]++
		most = max(most, counts[r["heating"]])
	}
	records[0]["heating"] = nil
	records[1]["heating"] = "none"
	tab, err := table.FromRecords(records)
	if err != nil {
		t.Fatal(err)
	}
	_, j, err := m.Evaluate(tab)
	if err != nil {
		t.Fatal(err)
	}
	left := map[int]int{}
	for _, class := range j.Truth[0].Classes {
		left[class]++
	}
	want := 0
	for _, n := range left {
		want = max(want, n)
	}
	if b := m.Task().Baseline(j.Examples); b.Rows != 199 || !(math.Abs(b.Targets[0].Accuracy-float64(want)/199) <= 1e-12) || want < most-2 || !math.IsNaN(b.Targets[0].RMSE) {
		t.Errorf("%+v, want %d of 199", b, want)
	}
	n, records := flats(t, "price")
	if tab, err = table.FromRecords(records); err != nil {
		t.Fatal(err)
	}
	if _, j, err = n.Evaluate(tab); err != nil {
		t.Fatal(err)
	}
	mean, square := 0.0, 0.0
	for _, r := range records {
		mean += r["price"].(float64) / float64(len(records))
	}
	for _, r := range records {
		d := r["price"].(float64) - mean
		square += d * d / float64(len(records))
	}
	if b := n.Task().Baseline(j.Examples); !(math.Abs(b.Targets[0].RMSE-math.Sqrt(square)) <= 1e-9*mean) || b.Targets[0].R2 != 0 || !math.IsNaN(b.Targets[0].Accuracy) {
		t.Errorf("%+v, want %v", b, math.Sqrt(square))
	}
}
