package main

import (
	"fmt"
	"slices"
	"strings"
)

// conclude gives the report its verdict and says what stands against it. What
// was asked for and compared nothing is never the same.
func (r *Report) conclude() {
	r.Verdict = overall(r.Findings)
	reasons := slices.Clone(r.uncompared)
	if len(reasons) > 0 && r.Verdict != Worse {
		r.Verdict = CannotTell
	}
	if n := r.count(CannotTell); n > 0 && r.Verdict == CannotTell {
		first := r.ranked()[0]
		reasons = append(reasons, fmt.Sprintf("The gate cannot tell of %s, first %s (%s): %s.", metrics(n), first.Name, first.Unit, first.reason()))
	}
	if n := r.count(MoreInstructions); n > 0 {
		reasons = append(reasons, fmt.Sprintf("More instructions, though not more time, by %s: whoever merges this names the reason.", metrics(n)))
	}
	r.Reason = strings.Join(reasons, " ")
}

func metrics(n int) string {
	if n == 1 {
		return "1 metric"
	}
	return fmt.Sprintf("%d metrics", n)
}
