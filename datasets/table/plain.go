package table

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Plain is a column of numbers that no table has taught: of data that a program draws, or of a model from before there were
// schemas.
type Plain struct {
	Name   string // may be empty, if all are: columns are told apart by their place
	Scaler Scaler // the zero Scaler changes nothing
}

// NewPlain returns an [Encoder] of such columns, for labels that are one of classes or, without any, a number, in a column that has no
// name.
func NewPlain(columns []Plain, classes []string, target Scaler) (*Encoder, error) {
	if len(columns) == 0 {
		return nil, errors.New("no columns to encode")
	}
	s := savedEncoder{Schema: &Schema{}}
	unscaled := Scaler{Kind: Unscaled, Scale: 1}
	of := map[string]int{}
	for i, p := range columns {
		f := Field{Name: p.Name, Nth: of[p.Name], Role: Feature, Kind: Number, Why: "it was learnt as a number", Use: true, Numbers: &NumberForm{Decimal: "."}}
		of[p.Name]++
		scaler := p.Scaler
		if scaler.Kind == "" {
			scaler = unscaled
		}
		if !scaler.valid() {
			return nil, fmt.Errorf("column %d: a scaler of the kind %s that cannot be", i+1, quote(string(scaler.Kind)))
		}
		s.Schema.Fields = append(s.Schema.Fields, f)
		s.Columns = append(s.Columns, coding{Field: i, Scaler: &scaler, Fill: scaler.middle(), Low: -math.MaxFloat64, High: math.MaxFloat64})
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
