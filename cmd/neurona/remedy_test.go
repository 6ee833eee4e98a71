package main

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/neurona-ml/neurona/datasets/table"
)

func TestRemediesInFlags(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cure table.Cure
		want string
	}{
		{table.Cure{Option: "Encoding", Value: "latin1"}, "--encoding latin1"},
		{table.Cure{Option: "Quote", Value: rune(0)}, "--quote none"},
		{table.Cure{Option: "Comma", Value: ';'}, "--comma ';'"},
		{table.Cure{Option: "Comma"}, "--comma"},
		{table.Cure{Option: "Comma", Value: ' '}, "--comma space"},
		{table.Cure{Option: "Comma", Value: '\t'}, "--comma tab"},
		{table.Cure{Option: "Comma", Value: '\x01'}, `--comma '\x01'`},
		{table.Cure{Option: "Header", Value: table.No}, "--header no"},
		{table.Cure{Option: "AsTask", Value: table.Regression}, "--task regression"},
		{table.Cure{Option: "Drop", Value: "#1"}, "--drop '#1'"},
		{table.Cure{Option: "Drop", Value: "it's"}, `--drop 'it'\''s'`},
		{table.Cure{Option: "Drop", Value: "gro\u00df"}, "--drop 'gro\u00df'"},
		{table.Cure{Option: "Na", Value: "-999"}, "--na -999"},
		{table.Cure{Option: "MaxRecord"}, "--max-record"},
		{table.Cure{Option: "Skip", Value: 2}, "--skip 2"},
		{table.Cure{Option: "Workers"}, ""},
	} {
		if got := flagged(c.cure); got != c.want {
			t.Errorf("%+v: got %q, want %q", c.cure, got, c.want)
		}
	}
	file := &table.Error{File: "x.csv", Err: errors.New("bad"), Remedy: table.Remedy{{Option: "Comma"}, {Option: "Workers"}}}
	other := &table.Error{File: "y.csv", Err: errors.New("worse"), Remedy: table.Remedy{{Option: "Quote", Value: rune(0)}}}
	for _, c := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("--test 0.2: %w", file), "--test 0.2: x.csv: bad (--comma)"},
		{errors.Join(file, fmt.Errorf("then: %w", other)), "x.csv: bad (--comma)\nthen: y.csv: worse (--quote none)"},
		{fmt.Errorf("%w: %w", io.EOF, other), "EOF: y.csv: worse (--quote none)"},
		{&table.Error{File: "z.csv", Err: file, Remedy: other.Remedy}, "z.csv: x.csv: bad (--comma) (--quote none)"},
		{&usageError{io.EOF}, "EOF"},
	} {
		if got := describeError(c.err); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
