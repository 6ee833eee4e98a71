package table

import (
	"errors"
	"math"
	"slices"
)

// Plain is a column of numbers that no table has taught: of data that a program draws, or of a model from before there were
// schemas.
type Plain struct {
	Name      string  // may be empty, if all are: columns are told apart by their place
	Scaler    Scaler  // the zero Scaler changes nothing
	Low, High float64 // what is outside is reported; both 0 if nobody knows
}

// NewPlain returns an encoder of such columns, for labels that are one of classes or, without any, a number, in a column that has no
// name.
func NewPlain(columns []Plain, classes []string, target Scaler) (*Encoder, error) {
	if len(columns) == 0 {
		return nil, errors.New("no columns to encode")
	}
	s := savedEncoder{Schema: &Schema{}}
	unscaled := Scaler{Kind: Unscaled, Scale: 1}
	of := map[string]int{}
	for i, p := range columns {
		f := Field{Name: p.Name, Nth: of[p.Name], Role: Feature, Kind: Number, Why: "it was learnt as a number", Use: true, Numbers: &NumberForm{Decimal: "."}, Low: p.Low, High: p.High}
		of[p.Name]++
		scaler := p.Scaler
		if scaler.Kind == "" {
			scaler = unscaled
		}
		if p.Low == 0 && p.High == 0 {
			p.Low, p.High = -math.MaxFloat64, math.MaxFloat64
		}
		s.Schema.Fields = append(s.Schema.Fields, f)
		s.Columns = append(s.Columns, coding{Field: i, Scaler: &scaler, Fill: scaler.middle(), Low: p.Low, High: p.High})
	}
	label := Field{Nth: of[""], Role: Label, Kind: Number, Why: "it was learnt as a number", Numbers: &NumberForm{Decimal: "."}}
	learnt := Target{Field: len(columns), Task: Regression, Why: "it was learnt so"}
	if classes != nil {
		label.Kind, label.Why, label.Numbers = Category, "it was learnt as classes", nil
		learnt.Task, learnt.Classes = Classification, slices.Clone(classes)
		target = unscaled
	}
	if target.Kind == "" {
		target = unscaled
	}
	s.Schema.Fields = append(s.Schema.Fields, label)
	of[""]++
	for i := range s.Schema.Fields {
		s.Schema.Fields[i].Of = of[s.Schema.Fields[i].Name]
	}
	s.Schema.Targets, s.Targets = []Target{learnt}, []Scaler{target}
	if err := s.check(); err != nil {
		return nil, err
	}
	return &Encoder{schema: s.Schema, codings: s.Columns, targets: s.Targets}, nil
}

// middle is what is scaled to the middle of training: mean, median, or of the range.
func (s *Scaler) middle() float64 {
	switch s.Kind {
	case Quantile:
		return quantile(s.Quantiles, 0.5)
	case MinMax:
		return s.Offset + s.Scale/2
	}
	return s.Offset
}

// FitScaler fits a scaler to values, in any order: those of training that are not missing.
func FitScaler(kind ScaleKind, values []float64) (Scaler, error) {
	if !slices.Contains(scaleKinds, kind) {
		return Scaler{}, scaleError("FitScaler", kind, scaleKinds)
	}
	if len(values) == 0 {
		return Scaler{}, errors.New("no values to fit a scaler to")
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	if math.IsNaN(sorted[0]) || math.IsInf(sorted[len(sorted)-1]-sorted[0], 0) {
		return Scaler{}, errors.New("values that are no finite numbers, or further apart than float64 holds, cannot be scaled")
	}
	return fitScaler(kind, sorted), nil
}

// Scaler returns how a feature is scaled; ok is false if it is not a column's number, as it stands, but a level, a date, or a mark of
// what is missing.
func (e *Encoder) Scaler(feature int) (s Scaler, ok bool) {
	for i := range e.codings {
		c, f := &e.codings[i], e.field(i)
		n := c.width(f)
		if feature < n {
			if feature != 0 || f.Kind != Number {
				return s, false
			}
			return *c.Scaler, true
		}
		feature -= n
	}
	return s, false
}

// TargetScaler returns how target i is scaled.
func (e *Encoder) TargetScaler(i int) Scaler { return e.targets[i] }

// LabelsIn returns an encoder that looks for its labels in columns of other names: one for each target, named as [Schema.Field]
// has it.
func (e *Encoder) LabelsIn(columns ...string) (*Encoder, error) {
	if len(columns) != len(e.targets) {
		return nil, badOption("LabelsIn", plural(len(columns), "column"), plural(len(e.targets), "column"))
	}
	other := *e
	other.labelAs = slices.Clone(columns)
	return &other, nil
}
