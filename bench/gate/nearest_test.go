package main

import "testing"

func TestNearest(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"auot": ` (did you mean "auto"?)`,
		"of":   ` (did you mean "on"?)`,
		"offf": ` (did you mean "off"?)`,
		"yes":  "",
		"":     "",
	} {
		if got := nearest(name, []string{"auto", "on", "off"}); got != want {
			t.Errorf("%q: asked %q, want %q", name, got, want)
		}
	}
}
