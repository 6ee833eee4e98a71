package table

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// named are the names of a table's columns and their places among them, and a row's cells.
func named(t *Table, row int) string {
	var all []string
	for _, c := range t.Columns() {
		all = append(all, fmt.Sprintf("%s.%d=%s", c.Name, c.Nth, c.Text(row)))
	}
	return strings.Join(all, " ")
}

func TestWithout(t *testing.T) {
	t.Parallel()
	table := read(t, "x,x,y,x\n1,2,3,4\n")
	for spelling, want := range map[string]string{
		"y": "x.0=1 x.1=2 x.2=4", "x#1": "x.0=2 y.0=3 x.1=4", "x#2": "x.0=1 y.0=3 x.1=4", "#1": "x.0=2 y.0=3 x.1=4", "#-1": "x.0=1 x.1=2 y.0=3",
	} {
		v, err := table.Without(spelling)
		if err != nil || named(v, 0) != want {
			t.Errorf("without %s: %v, want %s", spelling, err, want)
		}
	}
	for _, spelling := range []string{"x", "z", "#5", "#-5", "#0", "3"} {
		if _, err := table.Without(spelling); err == nil {
			t.Errorf("without %s: no error", spelling)
		}
	}
	if got := named(table, 0); got != "x.0=1 x.1=2 y.0=3 x.2=4" {
		t.Errorf("the table itself has become %s", got)
	}
}

func TestByPlace(t *testing.T) {
	t.Parallel()
	s, err := Infer(read(t, "x,label,x,w\n1,a,2,1\n3,b,5,1\n"), nil, Labels("label"), WeightColumn("w"))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"7,8\n": "x.0=7 x.1=8", "7,8,9,10\n": "x.0=7 label.0=8 x.1=9 w.0=10"} {
		v, err := s.ByPlace(read(t, text, Header(No)))
		if err != nil || named(v, 0) != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	for _, text := range []string{"7\n", "7,8,9\n", "7,8,9,1,2\n"} {
		if _, err := s.ByPlace(read(t, text, Header(No))); !errors.Is(err, ErrAbsent) {
			t.Errorf("%q: %v, want %v", text, err, ErrAbsent)
		}
	}
	if !s.Named() {
		t.Error("a schema with names has none")
	}
	if s, err := Infer(read(t, "1,2\n3,5\n", Header(No)), nil, NoLabel()); err != nil || s.Named() {
		t.Errorf("a schema without names (%v) has some", err)
	}
}

// TestLabelsIn finds labels in a column of another name, and features where they were.
func TestLabelsIn(t *testing.T) {
	t.Parallel()
	e := fit(t, read(t, "x,y\n1,a\n2,b\n3,a\n"), nil, nil)
	other, err := e.LabelsIn("said")
	if err != nil {
		t.Fatal(err)
	}
	table := read(t, "said,x,y\nb,1,\na,2,\n,3,\nc,3,\nd,3,\n")
	classes, report, err := other.Classes(table, nil, 0)
	if err != nil || !slices.Equal(classes, []int{1, 0, -1, -1, -1}) {
		t.Errorf("classes are %v, %v", classes, err)
	}
	if report.Missing != 1 || report.Foreign != 2 || report.Row != 3 || !slices.Equal(report.First, []string{"c", "d"}) {
		t.Errorf("report is %+v", report)
	}
	if classes, _, err := e.Classes(table, nil, 0); err != nil || slices.Max(classes) >= 0 {
		t.Errorf("the encoder itself has classes %v, %v", classes, err)
	}
	if _, err := e.LabelsIn(); !errors.As(err, new(*OptionError)) {
		t.Errorf("no column: %v", err)
	}
	if _, _, err := must(e.LabelsIn("sad")).Classes(table, nil, 0); err == nil || !strings.Contains(err.Error(), `did you mean "said"`) {
		t.Errorf("a slip: %v", err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestScalerOf: features that are a column's number say how they are scaled, others do not.
func TestScalerOf(t *testing.T) {
	t.Parallel()
	e := fit(t, read(t, mixed), nil, nil, ScaleBy(MinMax))
	for i, name := range e.Features() {
		s, ok := e.Scaler(i)
		if ok != (name == "area") {
			t.Errorf("%s: %v", name, ok)
		}
		if ok && (s.Kind != MinMax || s.Apply(10.5) != 0 || s.Apply(60.5) != 1) {
			t.Errorf("%s is scaled by %+v", name, s)
		}
	}
	if _, ok := e.Scaler(e.Width()); ok {
		t.Error("there is one feature too many")
	}
}

// TestPlain: what no table has taught is encoded as it says, is saved and read.
func TestPlain(t *testing.T) {
	t.Parallel()
	columns := []Plain{{Name: "b", Scaler: Scaler{Kind: Standardise, Offset: 10, Scale: 2}}, {Name: "a"}}
	e, err := NewPlain(columns, []string{"no", "yes"}, Scaler{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	saved := &Encoder{}
	if err := json.Unmarshal(text, saved); err != nil {
		t.Fatal(err)
	}
	for _, e := range []*Encoder{e, saved} {
		x, said := encode(t, e, read(t, "a,b,c\n1,12,x\n1e9,14,y\n,,z\n"), nil)
		if want := []float32{1, 1, 2, 1e9, 0, 0}; !slices.Equal(x, want) {
			t.Errorf("features are %v, want %v", x, want)
		}
		for _, part := range []string{"column b: 1 cell missing where training had none", "column a: 1 cell missing"} {
			if !strings.Contains(said, part) {
				t.Errorf("%q lacks %q", said, part)
			}
		}
		if !slices.Equal(e.Schema().Targets[0].Classes, []string{"no", "yes"}) || e.Width() != 2 {
			t.Errorf("the encoder is %+v", e.Schema())
		}
	}

	number, err := NewPlain(make([]Plain, 3), nil, Scaler{Kind: MinMax, Offset: 100, Scale: 50})
	if err != nil {
		t.Fatal(err)
	}
	if v := number.Unscale(0, 0.5); v != 125 || number.Scale(0, 125) != 0.5 || number.TargetScaler(0).Kind != MinMax {
		t.Errorf("0.5 is %v", v)
	}
	// Without names columns are told apart by place, with a column of labels behind them or without.
	for _, text := range []string{"1,2,3\n4,5,6\n", "1,2,3,9\n4,5,6,8\n"} {
		if x, _ := encode(t, number, read(t, text, Header(No)), nil); !slices.Equal(x, []float32{1, 2, 3, 4, 5, 6}) {
			t.Errorf("%q is %v", text, x)
		}
	}
	if values, _, err := number.Values(read(t, "1,2,3,9\n4,5,6,8\n", Header(No)), nil, 0); err != nil || !slices.Equal(values, []float64{9, 8}) {
		t.Errorf("labels are %v, %v", values, err)
	}
	for name, bad := range map[string]func() error{
		"quantiles": func() error {
			_, err := NewPlain([]Plain{{Scaler: Scaler{Kind: Quantile, Scale: 1}}}, nil, Scaler{})
			return err
		},
		"no columns": func() error { _, err := NewPlain(nil, nil, Scaler{}); return err },
		"scale of 0": func() error { _, err := NewPlain([]Plain{{Scaler: Scaler{Kind: MinMax}}}, nil, Scaler{}); return err },
		"scale of NaN": func() error {
			_, err := NewPlain([]Plain{{Scaler: Scaler{Kind: MinMax, Scale: math.NaN()}}}, nil, Scaler{})
			return err
		},
		"target":     func() error { _, err := NewPlain(make([]Plain, 1), nil, Scaler{Kind: Robust, Scale: 1}); return err },
		"classes":    func() error { _, err := NewPlain(make([]Plain, 1), []string{"a", "a"}, Scaler{}); return err },
		"no classes": func() error { _, err := NewPlain(make([]Plain, 1), []string{}, Scaler{}); return err },
	} {
		if bad() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestFitScalerOfValues: as Fit does, whatever the order, and not of what has no scale.
func TestFitScalerOfValues(t *testing.T) {
	t.Parallel()
	for _, kind := range ScaleKinds() {
		s, err := FitScaler(kind, []float64{3, 1, 2, 5, 4})
		if err != nil || s.Kind != kind || s.Apply(3) != map[ScaleKind]float64{MinMax: 0.5, Unscaled: 3}[kind] {
			t.Errorf("%s: %+v, %v; 3 becomes %v", kind, s, err, s.Apply(3))
		}
	}
	for name, values := range map[string][]float64{"none": nil, "NaN": {1, math.NaN()}, "infinity": {1, math.Inf(1)}, "too wide": {-math.MaxFloat64, math.MaxFloat64}} {
		if _, err := FitScaler(Standardise, values); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := FitScaler("standard", []float64{1}); !errors.As(err, new(*OptionError)) {
		t.Errorf("an unknown kind: %v", err)
	}
}
