package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/bench"
)

// TestProductTable follows readings to the table: rates, the best rival, the
// ratio, marks.
func TestProductTable(t *testing.T) {
	p := product{Product: sized(bench.NN, 100, 100, 50)} // a million operations
	rows := []measured{
		{row{p, 1}, []reading{{Rival: "neurona", Nanos: 1e4}, {Rival: "A", Nanos: 2e4}, {Rival: "B", Failure: "another result"}, {Rival: "C", Declined: "no"}}},
		{row{p, 2}, []reading{{Rival: "neurona", Nanos: 1e4}, {Rival: "A", Nanos: 5e3}, {Rival: "B", Nanos: 8e3}, {Rival: "C", Declined: "no"}}},
	}
	got := tables(section{Title: "Products", Kind: products}, rows)
	if len(got) != 1 {
		t.Fatalf("%d tables, want 1", len(got))
	}
	want := `Products, GFLOP/s
form m x n x k  threads  neurona     A       B  best rival  ratio
nn 100x100x50         1      100  50.0  failed           A   2.00
nn 100x100x50         2      100   200     125           A   0.50
  neurona against the best rival: geometric mean 1.00, least 0.50 (nn 100x100x50, 2 threads), 1 of 2 rows below 0.97
  B failed at nn 100x100x50: another result
`
	if text := got[0].text(); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}

// TestStepTable looks at what is special about steps: the better number of
// threads, references, losses.
func TestStepTable(t *testing.T) {
	s := step{TrainStep: bench.TrainStep{Sizes: []int{2, 1}, Batch: 4, Activation: "relu", Loss: "mse", Optimizer: "sgd"}, Precision: "float32"}
	large := s
	large.Batch = 8
	rows := []measured{
		{row{s, 1}, []reading{
			{Rival: "neurona", Nanos: 2000, Losses: []float64{1, 0.5, 0.25}},
			{Rival: "A", Nanos: 9000, Losses: []float64{1, 0.5, 0.25000025}, Settings: "eager"},
			{Rival: "B", Nanos: 100, Reference: "another optimizer"}}},
		{row{s, 2}, []reading{
			{Rival: "neurona", Nanos: 1000, Losses: []float64{1, 0.5, 0.25}},
			{Rival: "A", Nanos: 10000, Losses: []float64{1, 0.5, 0.25}, Settings: "traced"},
			{Rival: "B", Nanos: 200, Reference: "another optimizer"}}},
		{row{large, 1}, []reading{
			{Rival: "neurona", Nanos: 2000, Losses: []float64{1}},
			{Rival: "A", Nanos: 1000, Losses: []float64{1}},
			{Rival: "B", Declined: "too much"}}},
	}
	got := tables(section{Title: "Steps", Kind: training}, rows)
	if len(got) != 2 {
		t.Fatalf("%d tables, want 2", len(got))
	}
	want := [][]string{{"2-1, 4, relu mse sgd", "1.00 µs (2)", "9.00 µs (1)", "*100 ns (1)", "A", "9.00"},
		{"2-1, 8, relu mse sgd", "2.00 µs (1)", "1.00 µs (1)", none, "A", "0.50"}}
	if !slices.EqualFunc(got[0].Rows, want, slices.Equal) {
		t.Errorf("got %q, want %q", got[0].Rows, want)
	}
	notes := strings.Join(got[0].Notes, "\n")
	for _, want := range []string{"* B: another optimizer", "B did not do 2-1, 8, relu mse sgd: too much"} {
		if !strings.Contains(notes, want) {
			t.Errorf("the notes do not have %q:\n%s", want, notes)
		}
	}
	want = [][]string{{"2-1, 4, relu mse sgd", "1.000000 0.500000 0.250000", "1e-06 (eager)", none},
		{"2-1, 8, relu mse sgd", "1.000000", "0e+00", none}}
	if !slices.EqualFunc(got[1].Rows, want, slices.Equal) {
		t.Errorf("got %q, want %q", got[1].Rows, want)
	}
}

func TestNothingMeasured(t *testing.T) {
	p := product{Product: sized(bench.NN, 1, 1, 1), Precision: "bf16"}
	got := tables(section{Title: "Products, bf16", Kind: products}, []measured{
		{row{p, 1}, []reading{{Rival: "neurona", Declined: "unknown precision"}, {Rival: "A", Declined: "no"}}},
	})
	if len(got) != 1 || len(got[0].Rows) != 0 || !slices.Contains(got[0].Notes, "neurona does not do this: unknown precision") {
		t.Errorf("got %+v, want a table without rows that says why", got)
	}
}

func TestFailuresAreNotRepeatedWithoutEnd(t *testing.T) {
	var rows []measured
	for m := range 10 {
		rows = append(rows, measured{row{product{Product: sized(bench.NN, m+1, 1, 1)}, 1},
			[]reading{{Rival: "neurona", Nanos: 1}, {Rival: "A", Failure: "broken"}}})
	}
	notes := tables(section{Kind: products}, rows)[0].Notes
	if want := 1 + failuresShown + 1; len(notes) != want {
		t.Errorf("%d notes, want %d: %q", len(notes), want, notes)
	}
	if !slices.Contains(notes, "A failed at 7 more") {
		t.Errorf("%q does not count the rest", notes)
	}
}
