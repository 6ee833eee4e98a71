package model_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/model"
	"github.com/neurona-ml/neurona/nn/optim"
)

// weights are the numbers of a model's file.
func weights(t *testing.T, m *model.Model) string {
	t.Helper()
	var text bytes.Buffer
	if _, err := m.WriteTo(&text); err != nil {
		t.Fatal(err)
	}
	return text.String()[8+binary.LittleEndian.Uint64(text.Bytes()):]
}

// TestOptionsDecide: what an option says makes another model, and the same options make the same one.
func TestOptionsDecide(t *testing.T) {
	plain, _ := flats(t, "price")
	again, _ := flats(t, "price")
	if weights(t, plain) != weights(t, again) {
		t.Error("the same options make two models")
	}
	for name, opts := range map[string][]model.Option{
		"Seed":       {model.Seed(2)},
		"Batch":      {model.Batch(8)},
		"Epochs":     {model.Epochs(3)},
		"Rule":       {model.Rule(optim.SGD(0.01))},
		"Schedule":   {model.Schedule(optim.Constant())},
		"Hidden":     {model.Hidden(layer.Dense(64), activation.Tanh())},
		"Loss":       {model.Loss("mae")},
		"Test":       {model.Test(0.5)},
		"Validation": {model.Validation(0.3)},
		"Encode":     {model.Encode(table.ScaleBy(table.MinMax))},
		"Infer":      {model.Infer(table.Drop("noise"))},
		"Network":    {model.Network(nn.Seed(5))},
		"Fit":        {model.Fit(nn.NoShuffle())},
	} {
		if m, _ := flats(t, "price", opts...); weights(t, m) == weights(t, plain) {
			t.Errorf("%s changes nothing", name)
		}
	}
}

// TestOptionsReach: what is not of the weights gets to where it belongs.
func TestOptionsReach(t *testing.T) {
	epochs, asked := 0, 0
	var told []string
	m, _ := flats(t, "price", model.Validation(0.2), model.EarlyStop(2), model.Epochs(4),
		model.Fit(nn.Callback{Epoch: func(*nn.Run, *nn.EpochInfo) error { epochs++; return nil }}),
		model.Network(nn.Precision(blas.BF16)), model.Name("/secret/a.csv", "/secret/b.csv"), model.Command("mine"), model.Asked(7), model.Seed(3),
		model.InferBy(func(tab *table.Table, rows []int, labels []string, tasks []table.Task) (*table.Schema, error) {
			asked++
			if labels == nil {
				return table.Infer(tab, rows, table.Labels("tax"))
			}
			told = append(told, labels...)
			return table.Infer(tab, rows, table.Labels(labels...), table.AsTask(tasks[0]))
		}))
	if epochs == 0 || m.Network().AskedPrecision() != blas.BF16 {
		t.Errorf("%d epochs told, %s", epochs, m.Network().AskedPrecision())
	}
	if p := m.Provenance(); p.Data != "a.csv, b.csv" || p.Command != "mine" || p.Asked != 7 || p.Seed != 3 {
		t.Errorf("it comes from %+v", p)
	}
	if asked != 2 || len(told) != 1 || m.Targets()[0].Name() != "tax" {
		t.Errorf("asked %d times, told %q, and predicts %s", asked, told, m.Targets()[0].Name())
	}
}

// TestPrepare: what becomes of rows is told.
func TestPrepare(t *testing.T) {
	records := mixed(100)
	for i, r := range records {
		if i%10 == 0 {
			r["area"] = nil
		}
		if i%25 == 1 {
			r["price"] = nil
		}
	}
	tab, err := table.FromRecords(records)
	if err != nil {
		t.Fatal(err)
	}
	p, err := model.Prepare(tab, model.Label("price"), model.DropGaps(), model.Validation(0.25))
	if err != nil {
		t.Fatal(err)
	}
	if p.Unlabelled != 4 || p.Dropped == 0 || p.Validation == nil || p.Undivided || p.Weighted {
		t.Errorf("%+v", p)
	}
	if p.Train.Rows+p.Validation.Rows+p.Test.Rows+p.Dropped+p.Unlabelled != 100 || p.Dropped+p.ValidationGaps+p.TestGaps != 10 {
		t.Errorf("%d to train, %d and %d dropped, %d to validate, %d to test; gaps in %d and %d", p.Train.Rows, p.Dropped, p.Unlabelled, p.Validation.Rows, p.Test.Rows, p.ValidationGaps, p.TestGaps)
	}
	if p, err = model.Prepare(tab, model.Label("price"), model.Test(0), model.Infer(table.WeightColumn("tax"))); err != nil || !p.Undivided || !p.Weighted || p.Test != nil || len(p.Train.Target.Weights) != p.Train.Rows {
		t.Errorf("%v, %+v", err, p)
	}
	for name, c := range map[string]struct {
		records []map[string]any
		opts    []model.Option
		want    string
	}{
		"one class":       {[]map[string]any{{"x": 1.5, "y": "a"}, {"x": 2.5, "y": "a"}}, nil, `all rows are of one class ("a")`},
		"one row":         {[]map[string]any{{"x": 1.5, "y": 2.5}}, []model.Option{model.Infer(table.AsTask(table.Regression))}, "model.Test(0.2): "},
		"no such label":   {mixed(20), []model.Option{model.Label("prices")}, `did you mean "price"?`},
		"gaps everywhere": {[]map[string]any{{"x": 1.5, "z": nil, "y": "a"}, {"x": nil, "z": 2.5, "y": "b"}, {"x": 3.5, "z": nil, "y": "a"}, {"x": nil, "z": 4.5, "y": "b"}}, []model.Option{model.DropGaps(), model.Test(0), model.Label("y")}, "none is left without these (model.DropGaps"},
		"classes apart":   {[]map[string]any{{"x": 1.5, "y": "a"}, {"x": 2.5, "y": "b"}, {"x": 3.5, "y": "c"}, {"x": 4.5, "y": "d"}, {"x": 5.5, "y": "e"}}, []model.Option{model.Label("y"), model.Infer(table.AsTask(table.Classification))}, "that was trained on (model.Test, another fraction"},
	} {
		tab, err := table.FromRecords(c.records)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := model.Train(context.Background(), tab, c.opts...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	part := (*model.PartError)(nil)
	one, _ := table.FromRecords([]map[string]any{{"x": 1.5, "y": 2.5}})
	if _, err := model.Prepare(one, model.Infer(table.AsTask(table.Regression))); !errors.As(err, &part) || part.Option != "Test" || !errors.Is(err, table.ErrSplit) {
		t.Errorf("one row: %v", err)
	}
	if _, err := model.Train(context.Background(), tab, model.Label("price"), model.Rule(nil)); err == nil {
		t.Error("no rule is no error")
	}
}

func TestLosses(t *testing.T) {
	names := model.Losses().Names()
	for _, name := range []string{"mse", "cross_entropy", "quantile"} {
		if !slices.Contains(names, name) {
			t.Errorf("%s is not among %q", name, names)
		}
	}
	for spelling, want := range map[string]string{
		"gaussian": "its outputs are of link mean_variance", "split([1], mse)": "predicts one thing of a column", "kl_div": "distributions over classes", "quantile([0.1, 0.9])": "several numbers of one column", "mes3": "unknown loss",
	} {
		if _, err := model.ParseLoss(spelling); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", spelling, err, want)
		}
	}
	poisson, err := model.ParseLoss("poisson")
	if err != nil {
		t.Fatal(err)
	}
	mse, err := model.ParseLoss("mse")
	if err != nil {
		t.Fatal(err)
	}
	hinge, err := model.ParseLoss("hinge")
	if err != nil {
		t.Fatal(err)
	}
	if !model.OfCounts(poisson) || model.OfCounts(mse) || !model.SaysNumber(poisson) || !model.SaysNumber(mse) || model.SaysNumber(hinge) {
		t.Error("losses are something else")
	}
}
