package table

import (
	"bytes"
	"compress/gzip"
	"errors"
	"math"
	"strings"
	"testing"
)

// read reads a text that must be right.
func read(t testing.TB, text string, options ...Option) *Table {
	t.Helper()
	table, err := Read(strings.NewReader(text), options...)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// grid is all cells of a table, under the names if it has any, as they were spelt.
func grid(t *Table) [][]string {
	var g [][]string
	if t.Dialect().Header {
		var names []string
		for _, c := range t.Columns() {
			names = append(names, c.Name)
		}
		g = append(g, names)
	}
	for row := range t.Rows() {
		var cells []string
		for _, c := range t.Columns() {
			cells = append(cells, c.Text(row))
		}
		g = append(g, cells)
	}
	return g
}

// wantError checks that err is an *Error that is target, in a line, unless that is 0, and a
// column, and whose text is short and holds every part.
func wantError(t *testing.T, err, target error, line, column int, parts ...string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v (%T), want an *Error", err, err)
	}
	if !errors.Is(err, target) {
		t.Errorf("got %v, want an error that is %q", err, target)
	}
	if line > 0 && e.Line != line || e.Column != column {
		t.Errorf("got line %d, column %d, want %d and %d: %v", e.Line, e.Column, line, column, err)
	}
	if len(err.Error()) > 4<<10 {
		t.Errorf("the error has %d bytes", len(err.Error()))
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("got %q, want it to contain %q", err, p)
		}
	}
}

// sameTable compares everything that two tables answer.
func sameTable(t *testing.T, got, want *Table) {
	t.Helper()
	if got.Rows() != want.Rows() || len(got.Columns()) != len(want.Columns()) {
		t.Fatalf("got %d rows of %d columns, want %d of %d", got.Rows(), len(got.Columns()), want.Rows(), len(want.Columns()))
	}
	for row := range want.Rows() {
		file, line := got.Place(row)
		if wantFile, wantLine := want.Place(row); file != wantFile || line != wantLine {
			t.Fatalf("row %d is from %s:%d, want %s:%d", row, file, line, wantFile, wantLine)
		}
	}
	for i, w := range want.Columns() {
		g := got.Columns()[i]
		if g.Name != w.Name || g.Nth != w.Nth || g.Index() != w.Index() || g.Numbers() != w.Numbers() || g.MissingCells() != w.MissingCells() {
			t.Fatalf("column %d: got %+v, want %+v", i, g, w)
		}
		if strings.Join(g.Texts(), "\x00") != strings.Join(w.Texts(), "\x00") {
			t.Fatalf("column %d: texts %q, want %q", i, g.Texts(), w.Texts())
		}
		for row := range w.Len() {
			gotNumber, _ := g.Float(row)
			wantNumber, _ := w.Float(row)
			if g.Text(row) != w.Text(row) || g.Missing(row) != w.Missing(row) || math.Float64bits(gotNumber) != math.Float64bits(wantNumber) {
				t.Fatalf("column %d, row %d: %q (%v), want %q (%v)", i, row, g.Text(row), gotNumber, w.Text(row), wantNumber)
			}
		}
	}
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
