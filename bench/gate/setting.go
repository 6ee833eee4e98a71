package main

import (
	"fmt"
	"strings"
)

// The variable that tells the suite what to run on, what it runs on unless
// told, and the variable that has it leave out the roofs. The gate is built
// without the suite, whose tests compare these names with its own.
const (
	settingsVariable = "NEURONA_BENCH"
	usualPrecision   = "float32"
	withoutRoofs     = "NEURONA_BENCH_WITHOUT_ROOFS"
)

// setting is what the suite is told to run on beside what it runs on anyway.
type setting struct {
	isa       string // one to count at, with one worker; empty for the machine's best
	precision string // empty for the usual one
}

// settingOf is the setting in which a benchmark, or what a pattern names, runs:
// the suite leaves out the precisions that it is not told to run.
func settingOf(name string) setting {
	for part := range strings.SplitSeq(name, "/") {
		precision, ok := strings.CutPrefix(part, "precision=")
		if ok && precision != usualPrecision && !strings.Contains(precision, "*") {
			return setting{precision: precision}
		}
	}
	return setting{}
}

// environment is own with the setting in it. What the user has set stays,
// except for an instruction count, which is of that ISA alone.
func (s setting) environment(own []string) []string {
	environment := append([]string{}, own...)
	switch {
	case s.isa != "":
		return append(environment, "NEURONA_ISA="+s.isa, settingsVariable+"=isa="+s.isa+" workers=1")
	case s.precision != "":
		settings := "precision=" + s.precision
		for _, entry := range own {
			if value, ok := strings.CutPrefix(entry, settingsVariable+"="); ok {
				settings = value + " " + settings // of a key, the last value counts
			}
		}
		return append(environment, settingsVariable+"="+settings)
	}
	return environment
}

// RefusedError reports a suite that does not know a value of NEURONA_BENCH.
type RefusedError struct {
	Label string // of the side
	Said  string
}

func (e *RefusedError) Error() string { return fmt.Sprintf("%s: %s", e.Label, e.Said) }

// refusal is what a suite that ends with this exit code and these words does
// not know; empty if it failed otherwise.
func refusal(code int, said string) string {
	line, _, _ := strings.Cut(said, "\n")
	if code == 2 && strings.HasPrefix(line, settingsVariable+": ") {
		return line
	}
	return ""
}
