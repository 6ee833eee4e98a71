package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// learnt is what neurona train said and saved.
type learnt struct {
	start, result map[string]any
	model, stderr string
}

// learn trains, with --json, on what stdin or the arguments say.
func learn(t *testing.T, stdin string, args ...string) *learnt {
	t.Helper()
	l := &learnt{model: filepath.Join(t.TempDir(), "m.safetensors")}
	o := command(t, stdin, append([]string{"train", "--json", "--save", l.model}, args...)...)
	if o.code != exitDone {
		t.Fatalf("neurona train %s: exit code %d, stderr %q", strings.Join(args, " "), o.code, o.stderr)
	}
	l.start, l.result, l.stderr = object(t, lines(t, o.stdout)[0]), lastObject(t, o.stdout), o.stderr
	return l
}

// columns are what the columns were taken for, as "x number, y number"; those that are not learnt from stand in brackets.
func (l *learnt) columns() string {
	var parts []string
	for _, c := range l.start["columns"].([]any) {
		c := c.(map[string]any)
		part := fmt.Sprint(c["name"], " ", c["kind"])
		if c["role"] == "label" {
			continue
		}
		if c["used"] != true {
			part = "(" + part + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// classes are the classes that are told apart.
func (l *learnt) classes() string { return textsOf(l.start["classes"]) }

// textsOf joins a list in an event.
func textsOf(list any) string {
	all, _ := list.([]any)
	var parts []string
	for _, v := range all {
		parts = append(parts, fmt.Sprint(v))
	}
	return strings.Join(parts, " ")
}

// doubted returns what is doubted of a kind, and the column meant.
func (l *learnt) doubted(kind string) (list []string) {
	doubts, _ := l.start["doubts"].([]any)
	for _, d := range doubts {
		if d := d.(map[string]any); d["kind"] == kind {
			list = append(list, fmt.Sprint(d["column"], ": ", d["what"]))
		}
	}
	return list
}

// rows counts the rows of all parts.
func (l *learnt) rows() float64 {
	return l.start["train_rows"].(float64) + l.start["validation_rows"].(float64) + l.start["test_rows"].(float64)
}

// answers are what the model says of a table, row by row, and what it said on stderr.
func (l *learnt) answers(t *testing.T, stdin string, args ...string) (answers []string, stderr string) {
	t.Helper()
	o := command(t, stdin, append([]string{"predict", l.model, "--no-header"}, args...)...)
	if o.code != exitDone {
		t.Fatalf("neurona predict %s: exit code %d, stderr %q", strings.Join(args, " "), o.code, o.stderr)
	}
	for _, r := range records(t, o.stdout) {
		answers = append(answers, r[0])
	}
	return answers, o.stderr
}

// likely are the probabilities that the model gives for each row of a table, and what it said on stderr.
func (l *learnt) likely(t *testing.T, table string) (rows []string, stderr string) {
	t.Helper()
	o := command(t, table, "predict", l.model, "--no-header", "--probabilities")
	if o.code != exitDone {
		t.Fatalf("neurona predict: exit code %d, stderr %q", o.code, o.stderr)
	}
	return lines(t, o.stdout), o.stderr
}

// numbers are answers in float64.
func numbers(t *testing.T, answers []string) []float64 {
	t.Helper()
	list := make([]float64, len(answers))
	for i, a := range answers {
		var err error
		if list[i], err = strconv.ParseFloat(a, 64); err != nil {
			t.Fatal(err)
		}
	}
	return list
}
