package model_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/model"
)

// TestThreshold: a model says the second class above the threshold that it was trained with, keeps it, and is scored by it; metrics go by
// it too.
func TestThreshold(t *testing.T) {
	records := mixed(300)
	tab, err := table.FromRecords(records)
	if err != nil {
		t.Fatal(err)
	}
	trained := func(opts ...model.Option) *model.Model {
		m, err := model.Train(context.Background(), tab, append([]model.Option{model.Label("lift"), model.Epochs(3)}, opts...)...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { m.Close() })
		return m
	}
	plain, strict := trained(), trained(model.Threshold(0.7))
	if plain.Targets()[0].Threshold() != 0.5 || strict.Targets()[0].Threshold() != 0.7 {
		t.Errorf("thresholds are %v and %v", plain.Targets()[0].Threshold(), strict.Targets()[0].Threshold())
	}
	var text bytes.Buffer
	if _, err := strict.WriteTo(&text); err != nil {
		t.Fatal(err)
	}
	loaded, err := model.Read(&text)
	if err != nil {
		t.Fatal(err)
	}
	defer loaded.Close()
	a, _, err := plain.Predict(tab, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, _, err := loaded.Predict(tab, nil)
	if err != nil {
		t.Fatal(err)
	}
	state := metric.Accuracy().Start().(metric.RowState)
	right, between := 0.0, 0
	target := &loaded.Targets()[0]
	for i := range a {
		p := b[i].Probabilities()[1]
		if want := loaded.Classes()[map[bool]int{true: 1}[p > 0.7]]; b[i].Class() != want || p != a[i].Probabilities()[1] {
			t.Errorf("row %d: %s at %v, want %s", i, b[i].Class(), p, want)
		}
		if a[i].Class() != b[i].Class() {
			between++
		}
		truth := &model.Truth{Classes: []int{map[bool]int{true: 1}[records[i]["lift"].(bool)]}}
		if target.Class(b[i].Outputs()) == truth.Classes[0] {
			right++
		}
		if err := state.AddRow(target.MetricRow(b[i].Outputs(), truth, 0)); err != nil {
			t.Fatal(err)
		}
	}
	if between == 0 {
		t.Error("no row is between the thresholds: nothing has been tested")
	}
	if got, want := state.Value(), right/float64(len(a)); !(got-want < 1e-12 && want-got < 1e-12) {
		t.Errorf("the metric says %v of what are %v", got, want)
	}
	for _, c := range []struct {
		opts []model.Option
		want string
	}{
		{[]model.Option{model.Label("price"), model.Threshold(0.7)}, "of one target of two classes"},
		{[]model.Option{model.Label("lift"), model.Loss("cross_entropy"), model.Threshold(0.7)}, "of one target of two classes"},
		{[]model.Option{model.Label("lift"), model.Threshold(1)}, "above 0 and below 1"},
		{[]model.Option{model.Label("lift"), model.Threshold(-0.5)}, "above 0 and below 1"},
		{[]model.Option{model.Label("lift"), model.Test(1)}, "model.Test: got 1"},
		{[]model.Option{model.Label("lift"), model.EarlyStop(3)}, "such as Validation(0.1)"},
		{[]model.Option{model.Label("lift"), model.Epochs(0)}, "model.Epochs: got 0"},
		{[]model.Option{model.Label("lift"), model.Loss("mse2")}, "model.Loss: unknown loss"},
		{[]model.Option{model.Label("lift"), model.Loss("mae"), model.Infer(table.AsTask(table.Classification))}, "want one that tells classes apart"},
		{[]model.Option{model.Label("price"), model.LabelSmoothing(0.1)}, "the labels are numbers"},
	} {
		_, err := model.Train(context.Background(), tab, c.opts...)
		if !errors.As(err, new(*model.OptionError)) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}
