package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/datasets/table"
)

// future is how a network does that has been trained alike on the past, and is tested on what came later. It is
// worse than what a random division says where rows that follow each other are alike: that is what a model meets that is put to use.
type future struct {
	Column   string        `json:"column"`
	Rows     int           `json:"test_rows"`
	Accuracy number        `json:"test_accuracy"` // null for a regression
	Loss     number        `json:"test_loss"`
	RMSE     number        `json:"test_rmse"` // null for a classification
	R2       number        `json:"test_r2"`   // null for a classification
	Labels   []columnScore `json:"labels,omitempty"`

	score score
}

// timeColumn is the column of times by which rows are in order, or the first one of dates, unless somebody has decided how
// rows are divided.
func (t *training) timeColumn() (spelling string, ok bool) {
	if t.table.schema == nil || slices.ContainsFunc(t.table.schema.Fields, func(f table.Field) bool { return f.PastFuture || f.Role == table.Group }) {
		return "", false
	}
	i := slices.IndexFunc(t.table.doubts, func(d table.Doubt) bool { return d.Kind == table.DoubtTime && d.Column >= 0 })
	if i < 0 {
		return "", false
	}
	return fmt.Sprintf("#%d", t.table.doubts[i].Column+1), true
}

// tryFuture trains a second network, where there is a past and a future.
func (t *training) tryFuture(ctx context.Context, changed func(flag string) bool) error {
	column, ok := t.timeColumn()
	if !ok || t.interrupted {
		return nil
	}
	opts := *t.opts
	opts.pastFuture, opts.quiet, opts.json, opts.target = column, true, false, 0
	other := &training{app: t.app, opts: &opts, out: t.out, err: t.err, tab: t.tab}
	if err := other.attempt(ctx, changed); ctx.Err() != nil {
		return nil // what the first one has learnt is told
	} else if err != nil {
		fmt.Fprintf(t.stderr, "neurona: trained on the past and tested on the future: %v\n", err)
		return nil
	}
	field, err := other.table.schema.Field(column)
	if err != nil {
		return err
	}
	s := other.tested
	first := s.columns[0]
	t.future = &future{field.Label(), s.rows, first.Accuracy, number(s.loss), first.RMSE, first.R2, s.several(), s}
	return nil
}

// attempt trains and judges a network, and says nothing.
func (t *training) attempt(ctx context.Context, changed func(flag string) bool) error {
	if err := t.load(); err != nil {
		return err
	}
	if err := t.build(changed); err != nil {
		return err
	}
	defer t.backend.Close()
	defer t.net.Close()
	if err := t.fit(ctx); err != nil {
		return err
	}
	return t.judge()
}

// String says it for people.
func (f *future) String() string {
	return fmt.Sprintf("%s; trained on the past and tested on the future by column %s", f.score.String(), f.Column)
}
