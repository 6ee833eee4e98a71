// Package names turns an unknown name into an error that helps: it repeats
// the name, suggests the nearest known one and lists the rest.
package names

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// UnknownError reports a name that is not among the known ones.
type UnknownError struct {
	Kind    string   // what was named: "activation", "backend", "column"
	Name    string   // the name that came
	Known   []string // the names that would have done
	Nearest string   // the known name closest to Name; empty if none is close
}

func (e *UnknownError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "unknown %s %q", e.Kind, e.Name)
	if e.Nearest != "" {
		fmt.Fprintf(&b, ", did you mean %q?", e.Nearest)
	}
	if len(e.Known) > 0 {
		fmt.Fprintf(&b, " (known: %s)", strings.Join(e.Known, ", "))
	}
	return b.String()
}

// Unknown returns an *UnknownError for name. The nearest known name is
// suggested if its edit distance is at most a third of the longer name's
// length, rounded up: close enough to be a slip of the keyboard.
func Unknown(kind, name string, known []string) error {
	e := &UnknownError{Kind: kind, Name: name, Known: known}
	best := -1
	for _, k := range known {
		d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(k))
		if limit := (max(len(name), len(k)) + 2) / 3; d <= limit && (best < 0 || d < best) {
			best, e.Nearest = d, k
		}
	}
	return e
}
