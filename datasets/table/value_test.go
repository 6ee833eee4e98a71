package table_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/datasets/table"
)

// TestTimes: a time.Time is what the column's clock says, or an error.
func TestTimes(t *testing.T) {
	e := encoderOf(t, "clock;named;half;label\n10:30;2024-01-05 10:30 CET;2024-01-05 10:30 -03:30;p\n23:59:59;2024-01-06 11:45 CET;2024-02-05 10:30 -03:30;q\n00:00;2024-03-05 10:30 CET;2024-01-05 23:30 -03:30;p\n")
	cet := time.FixedZone("CET", 3600)
	base := func() map[string]any {
		return map[string]any{"clock": "10:30", "named": "2024-01-05 10:30 CET", "half": "2024-01-05 10:30 -03:30"}
	}
	features := func(record map[string]any) ([]float32, error) {
		x := make([]float32, e.Width())
		_, err := e.Records().Encode(record, x)
		return x, err
	}
	for _, c := range []struct {
		column, text string
		time         time.Time
	}{
		{"clock", "23:59:59", time.Date(2020, 5, 5, 23, 59, 59, 0, cet)},
		{"clock", "00:00:00.25", time.Date(1999, 1, 1, 0, 0, 0, 250e6, time.UTC)},
		{"named", "2024-01-06 11:45 CET", time.Date(2024, 1, 6, 11, 45, 0, 0, cet)},
		{"half", "2024-02-05 10:30 -03:30", time.Date(2024, 2, 5, 14, 0, 0, 0, time.UTC)},
		{"half", "2023-12-31 23:30 -03:30", time.Date(2024, 1, 1, 4, 0, 0, 0, cet)},
	} {
		text, given := base(), base()
		text[c.column], given[c.column] = c.text, c.time
		want, err := features(text)
		if err != nil {
			t.Fatal(err)
		}
		got, err := features(given)
		if err != nil || !sameBits(got, want) {
			t.Errorf("%s: %v becomes %v, %v, want %v, of %s", c.column, c.time, got, err, want, c.text)
		}
		own, err := table.FromRecords([]map[string]any{given})
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := e.Encode(own, nil); err != nil || !sameBits(got, want) {
			t.Errorf("%s: %v in a table becomes %v, %v, want %v, of %s", c.column, c.time, got, err, want, c.text)
		}
	}
	wrong := base()
	wrong["named"] = time.Date(2024, 1, 6, 11, 45, 0, 0, time.UTC)
	if _, err := features(wrong); !errors.Is(err, table.ErrValue) || !strings.Contains(err.Error(), "CET, which names no one clock") {
		t.Errorf("another clock than a named one: %v", err)
	}
	// In a table that is counted.
	own, err := table.FromRecords([]map[string]any{wrong})
	if err != nil {
		t.Fatal(err)
	}
	if _, report, err := e.Encode(own, nil); err != nil || len(report.Columns) != 1 || report.Columns[0].Unread.N != 1 {
		t.Errorf("%v, %v", report, err)
	}
}

// TestTimesOfStructs: times are learnt by UTC's clock, and as days if they are some; those of other clocks are the same moments.
func TestTimesOfStructs(t *testing.T) {
	type event struct {
		At, Day time.Time
		Label   string
	}
	madrid := time.FixedZone("", 7200)
	var events []event
	for i := range 40 {
		at := time.Date(2024, 1, 1+i, i%24, 30, 0, 0, time.UTC)
		events = append(events, event{at, at.Truncate(24 * time.Hour), []string{"p", "q"}[i%2]})
	}
	tab, err := table.FromStructs(events)
	if err != nil {
		t.Fatal(err)
	}
	s, err := table.Infer(tab, nil, table.Labels("Label"))
	if err != nil {
		t.Fatal(err)
	}
	if at, day := s.Fields[0].Dates, s.Fields[1].Dates; at == nil || at.Zone != "+00:00" || day == nil || day.Zone != "" || s.Fields[1].Kind != table.Date {
		t.Fatalf("the columns are %+v and %+v", s.Fields[0], s.Fields[1])
	}
	e, err := table.Fit(tab, nil, s)
	if err != nil {
		t.Fatal(err)
	}
	want, _, err := e.Encode(tab, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, ev := range events {
		x := make([]float32, e.Width())
		if _, err := e.Records().Encode(map[string]any{"At": ev.At.In(madrid), "Day": ev.Day}, x); err != nil || !sameBits(x, want[i*e.Width():][:e.Width()]) {
			t.Fatalf("row %d: %v, %v", i, x, err)
		}
	}
	if _, err := table.FromStructs([]event{{At: time.Date(-3, 1, 1, 0, 0, 0, 0, time.UTC)}}); !errors.Is(err, table.ErrValue) {
		t.Errorf("a year before all: %v", err)
	}
}

// TestFloatsAsTexts: numbers that a program has come back as they are, whatever their size.
func TestFloatsAsTexts(t *testing.T) {
	type row struct{ X float64 }
	values := []float64{0, math.Copysign(0, -1), 1e-300, 5e-324, math.MaxFloat64, -1.0 / 3, 1e21, 123456789.125, 1e-6, 9.999e-7, 1 << 53}
	var rows []row
	for _, v := range values {
		rows = append(rows, row{v})
	}
	tab, err := table.FromStructs(rows)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range values {
		if got, ok := tab.Columns()[0].Float(i); !ok || math.Float64bits(got) != math.Float64bits(v) {
			t.Errorf("%v is %v", v, got)
		}
	}
}
