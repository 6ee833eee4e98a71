package main

import (
	"strings"
	"testing"
)

func TestLoad(t *testing.T) {
	for content, want := range map[string]float64{"8.33 8.10 6.09 3/220 22407\n": 8.33, "": 0, "x y": 0} {
		if got := parseLoad(content); got != want {
			t.Errorf("load of %q is %g, want %g", content, got, want)
		}
	}
	if w := (machine{Load: quietLoad}).warning(); w != "" {
		t.Errorf("a quiet machine is warned of: %s", w)
	}
	if w := (machine{Load: 3.25}).warning(); !strings.Contains(w, "3.2") {
		t.Errorf("a busy machine is %q", w)
	}
	r := report{Machine: machine{Load: 9}}
	if notes := r.entrantsTable().Notes; len(notes) != 1 {
		t.Errorf("notes of a run on a busy machine are %q", notes)
	}
}
