package table_test

import (
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/datasets/table"
)

// TestHoldings: of each column that is said which the encoder has.
func TestHoldings(t *testing.T) {
	held := map[string]table.Holding{}
	for _, h := range kindsEncoder(t).Holdings() {
		held[h.Field.Key()] = h
	}
	if len(held) != 14 {
		t.Fatalf("%d columns, want 14", len(held))
	}
	if h := held["area"]; h.Scale != table.Standardise || h.Field.Low != -3 || h.Field.High != 7.75 || h.Levels != nil {
		t.Errorf("a number: %+v", h)
	}
	if h := held["town"]; len(h.Levels) != 3 || h.Scale != "" || h.Field.Missing != 10 {
		t.Errorf("a category: %+v", h)
	}
	if h := held["grade"]; !slices.Equal(h.Levels, []string{"low", "mid", "high"}) {
		t.Errorf("an order: %+v", h)
	}
	if h := held["label"]; !slices.Equal(h.Classes, []string{"p", "q"}) {
		t.Errorf("a label: %+v", h)
	}
	if h := held["left"]; h.Field.Use || h.Levels != nil {
		t.Errorf("a column that is left out: %+v", h)
	}
}
