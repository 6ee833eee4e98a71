package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn/model"
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

	score model.Score
}

// hasFuture tells whether a second network will be trained. None is where rows are divided by groups: who asks for that wants to know how it does
// for groups that it has not met, and the past would have the groups of the future. The doubt about time is told all the same.
func (t *training) hasFuture() bool {
	return t.table.times != "" && !slices.ContainsFunc(t.table.schema.Fields, func(f table.Field) bool { return f.PastFuture || f.Role == table.Group })
}

// tryFuture trains a second network, where there is a past and a future.
func (t *training) tryFuture(ctx context.Context, changed func(flag string) bool) error {
	if !t.hasFuture() || t.interrupted {
		return nil
	}
	opts := *t.opts
	opts.pastFuture, opts.quiet, opts.json, opts.target = t.table.times, true, false, 0
	other := &training{app: t.app, opts: &opts, out: t.out, err: t.err, tab: t.tab}
	if err := other.attempt(ctx, changed); ctx.Err() != nil {
		t.interrupted = true // what the first one has learnt is told all the same
		return nil
	} else if err != nil {
		t.say("trained on the past and tested on the future: %s", describeError(err))
		return nil
	}
	column, err := t.tab.Find(t.table.times)
	if err != nil {
		return err
	}
	field := &other.table.schema.Fields[column.Index()]
	s := other.tested
	columns := columnScores(&s)
	first := columns[0]
	t.future = &future{field.Label(), s.Rows, first.Accuracy, number(s.Loss), first.RMSE, first.R2, several(columns), s}
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
	return fmt.Sprintf("%s; trained on the past and tested on the future by column %s", describeScore(&f.score), f.Column)
}
