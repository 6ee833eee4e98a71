package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestDecimalPointOfAnotherFile: a model is applied to a file with another decimal point than it was trained on, which the file shows or a
// flag says; what is in doubt is said, with the flag, and --strict fails of it.
func TestDecimalPointOfAnotherFile(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("x;z;y\n")
	for i := range 100 {
		fmt.Fprintf(&b, "%d.5;%d.5;%d.5\n", i*20, i%7, i*40)
	}
	model := train(t, "--data", file(t, "table.csv", b.String()), "--epochs", "5")
	answers := func(table string, args ...string) string {
		return must(t, table, append([]string{"predict", model, "--strict"}, args...)...)
	}
	want := answers("x;z\n1234;0.5\n1540;3.5\n")
	for _, c := range []struct{ table, decimal, doubt string }{
		{"x;z\n1.234;0,5\n1.540;3,5\n", ",", ""},
		{"x;z\n1.234,0;0,5\n1.540,00;3,5\n", ",", ""},
		{"x;z\n1.234,0;0,5\n1.540,00;3,5\n", "auto", ""},
		{"x;z;note\n1234,0;0,5;1.25\n1540,0;3,5;2.5\n", "auto", ""},
		{"x;z\n1.234;0,5\n1.540;3,5\n", "auto", `neurona: column x: 2 cells doubtful, read as 1.234,5, which others fit alone, while training has learnt 1234.5 ("1.234", "1.540") (--decimal, says what the decimal point is)`},
	} {
		if c.doubt == "" {
			if got := answers(c.table, "--decimal", c.decimal); got != want {
				t.Errorf("%q, --decimal %s: answers are %q, want %q", c.table, c.decimal, got, want)
			}
			continue
		}
		if o := command(t, c.table, "predict", model, "--strict"); o.code != exitFailed || !strings.Contains(o.stderr, c.doubt) {
			t.Errorf("%q: exit code %d, stderr %q", c.table, o.code, o.stderr)
		}
		if o := command(t, c.table, "predict", model); o.stdout != want {
			t.Errorf("%q: answers are %q, want %q", c.table, o.stdout, want)
		}
	}
	// So are labels.
	o := command(t, "x;z;y\n1.234,5;0,5;1.234\n5,5;3,5;2.468\n", "eval", model, "--data", "-", "--strict")
	if o.code != exitFailed || !strings.Contains(o.stderr, "column y: 2 cells doubtful, read as 1.234,5") {
		t.Errorf("exit code %d, stderr %q", o.code, o.stderr)
	}
}
