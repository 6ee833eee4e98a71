package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// writeText prints the report for a terminal: what is not the same, or with
// all everything.
func (r *Report) writeText(w io.Writer, all bool) error {
	out := &errWriter{w: w}
	fmt.Fprintf(out, "%s: %s against %s\n", r.Verdict, r.Head.name(), r.Base.name())
	fmt.Fprintf(out, "%s in %.0f s on %s\n", r.summary(), r.Seconds, r.machine())
	if r.Reason != "" {
		fmt.Fprintf(out, "\n%s\n", r.Reason)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	header := false
	for _, f := range r.ranked() {
		if f.Verdict == Same && !all {
			continue
		}
		if !header {
			fmt.Fprintf(out, "\n")
			fmt.Fprintln(table, "verdict\tbenchmark\tbase\thead\tchange\treason")
			header = true
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", f.Verdict, f.Name,
			formatValue(f.Base.Value, f.Unit), formatValue(f.Head.Value, f.Unit), formatChange(f.Change), f.reason())
	}
	table.Flush()
	for _, list := range r.lists() {
		fmt.Fprintf(out, "\n%s:\n", list.title)
		for _, name := range list.names {
			fmt.Fprintf(out, "  %s\n", name)
		}
	}
	for _, note := range r.Notes {
		fmt.Fprintf(out, "\n%s\n", note)
	}
	return out.err
}

// reason is the reason, and whether it took a second measurement.
func (f Finding) reason() string {
	if f.Again {
		return f.Reason + ", measured twice"
	}
	return f.Reason
}

// titled is a list of names under a title.
type titled struct {
	title string
	names []string
}

// lists are the lists of the report that are not empty.
func (r *Report) lists() []titled {
	var out []titled
	for _, l := range []titled{
		{"New, so not compared", r.New},
		{"Removed, so not compared", r.Removed},
		{"Patterns of the subset that match nothing", r.Unmatched},
	} {
		if len(l.names) > 0 {
			out = append(out, l)
		}
	}
	return out
}

// errWriter keeps the first error, so that a report is checked once.
type errWriter struct {
	w   io.Writer
	err error
}

func (e *errWriter) Write(p []byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	n, err := e.w.Write(p)
	e.err = err
	return n, err
}
