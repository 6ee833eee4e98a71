package main

import (
	"fmt"

	"github.com/agnivade/levenshtein"
)

// nearest is a question that follows an unknown name: the known one that is at
// most a third of its letters away, close enough to be a slip of the keyboard.
// It is empty if there is none.
func nearest(name string, known []string) string {
	best, question := (len(name)+2)/3+1, ""
	for _, k := range known {
		if d := levenshtein.ComputeDistance(name, k); d < best {
			best, question = d, fmt.Sprintf(" (did you mean %q?)", k)
		}
	}
	return question
}
