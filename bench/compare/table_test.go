package main

import (
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	numbers := table{
		Title: "Title",
		Head:  []string{"name", "µs"},
		Rows:  [][]string{{"a|b", "1.25"}, {"longer", none}},
		Notes: []string{"a note"},
	}
	wantText := "Title\nname      µs\na|b     1.25\nlonger     –\n  a note\n"
	if got := numbers.text(); got != wantText {
		t.Errorf("text is\n%s\nwant\n%s", got, wantText)
	}
	wantMarkdown := "### Title\n\n| name | µs |\n|---|---:|\n| a\\|b | 1.25 |\n| longer | – |\n\n- a note\n"
	if got := numbers.markdown(); got != wantMarkdown {
		t.Errorf("markdown is\n%s\nwant\n%s", got, wantMarkdown)
	}
	prose := table{Title: "Title", Prose: true, Head: []string{"a", "b"}, Rows: [][]string{{"x", "long words"}}}
	if got, want := prose.text(), "Title\na  b\nx  long words\n"; got != want {
		t.Errorf("prose is %q, want %q", got, want)
	}
	if got := prose.markdown(); !strings.Contains(got, "|---|---|\n") {
		t.Errorf("prose is not flushed left in\n%s", got)
	}
}

func TestNumbersHaveThreeDigits(t *testing.T) {
	for nanos, want := range map[float64]string{
		0.5: "0.50 ns", 338: "338 ns", 1080: "1.08 µs", 89_900: "89.9 µs", 3_700_000: "3.70 ms", 2.5e9: "2.50 s",
	} {
		if got := durationText(nanos); got != want {
			t.Errorf("%g ns is %q, want %q", nanos, got, want)
		}
	}
	for v, want := range map[float64]string{2.884: "2.88", 53.94: "53.9", 1198.2: "1198"} {
		if got := significant(v); got != want {
			t.Errorf("%g is %q, want %q", v, got, want)
		}
	}
}
