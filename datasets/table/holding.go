package table

import "slices"

// Holding is what an encoder, and the model that it is part of, holds of a column of the table that has taught it.
type Holding struct {
	Field     Field     // what the column was taken for; its range and its counts
	Scale     ScaleKind // of numbers, dates and levels that have an order; empty otherwise
	Levels    []string  // that have a feature each
	Rare      []string  // that share one
	RareLeft  int       // rare levels that are counted and not kept
	Quantiles int       // how many are kept of the column's numbers
	Classes   []string  // of a column that is predicted
}

// Holdings are what the encoder holds of each column of training, in their order, those that it does not look at among them.
func (e *Encoder) Holdings() []Holding {
	list := make([]Holding, len(e.schema.Fields))
	for i := range list {
		list[i].Field = e.schema.Fields[i]
	}
	for i := range e.codings {
		c := &e.codings[i]
		h := &list[c.Field]
		h.Levels, h.Rare, h.RareLeft = slices.Clone(c.Levels), slices.Clone(c.Rare), c.RareLeft
		if h.Field.Order != nil {
			h.Levels = slices.Clone(h.Field.Order)
		}
		if c.Scaler != nil {
			h.Scale, h.Quantiles = c.Scaler.Kind, len(c.Scaler.Quantiles)
		}
	}
	for i, t := range e.schema.Targets {
		h := &list[t.Field]
		h.Classes = slices.Clone(t.Classes)
		if t.Task == Regression {
			h.Scale = e.targets[i].Kind
		}
	}
	return list
}
