package main

import (
	"fmt"
	"io"
	"strings"
)

// markdownTitle is what each verdict says at the head of a pull request's
// report.
var markdownTitle = map[Verdict]string{
	Better:     "Benchmarks: better",
	Same:       "Benchmarks: the same",
	Worse:      "Benchmarks: worse",
	CannotTell: "Benchmarks: cannot tell",
}

// writeMarkdown writes the report for a pull request: the verdict, what is
// not the same, and the rest folded away.
func (r *Report) writeMarkdown(w io.Writer) error {
	out := &errWriter{w: w}
	title := markdownTitle[r.Verdict]
	if r.count(MoreInstructions) > 0 && r.Verdict.exitCode() == exitPass {
		title += ", with more instructions"
	}
	fmt.Fprintf(out, "### %s\n\n", title)
	fmt.Fprintf(out, "`%s` against `%s`: %s, in %.0f s on %s.\n", r.Head.name(), r.Base.name(), r.summary(), r.Seconds, r.machine())
	if r.Reason != "" {
		fmt.Fprintf(out, "\n%s\n", r.Reason)
	}
	if r.Verdict == CannotTell {
		fmt.Fprintf(out, "\nThis is a warning, not a failure.\n")
	}
	var changed, same []Finding
	for _, f := range r.ranked() {
		if f.Verdict == Same {
			same = append(same, f)
		} else {
			changed = append(changed, f)
		}
	}
	markdownTable(out, changed)
	for _, list := range r.lists() {
		fmt.Fprintf(out, "\n%s:\n\n", list.title)
		for _, name := range list.names {
			fmt.Fprintf(out, "- `%s`\n", name)
		}
	}
	for _, note := range r.Notes {
		fmt.Fprintf(out, "\n%s\n", note)
	}
	if len(same) > 0 {
		fmt.Fprintf(out, "\n<details><summary>%d the same</summary>\n", len(same))
		markdownTable(out, same)
		fmt.Fprintf(out, "\n</details>\n")
	}
	if r.Tests > 0 {
		fmt.Fprintf(out, "\nTimings: Mann-Whitney U test of head/base against base/base ratios, Holm's correction over %d tests at %g, "+
			"changes above the noise floor and %s, measured twice.\n", r.Tests, r.Rules.Alpha, percent(r.Rules.Threshold))
	}
	return out.err
}

func markdownTable(w io.Writer, findings []Finding) {
	if len(findings) == 0 {
		return
	}
	fmt.Fprintf(w, "\n| verdict | benchmark | base | head | change | noise | reason |\n|---|---|--:|--:|--:|--:|---|\n")
	for _, f := range findings {
		noise := ""
		if f.Timing != nil {
			noise = percent(f.Timing.Floor)
		}
		fmt.Fprintf(w, "| %s | `%s` | %s | %s | %s | %s | %s |\n", f.Verdict, strings.ReplaceAll(f.Name, "|", `\|`),
			formatValue(f.Base.Value, f.Unit), formatValue(f.Head.Value, f.Unit), formatChange(f.Change), noise, f.reason())
	}
}
