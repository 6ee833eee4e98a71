package main

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"regexp"
	"strings"
)

//go:embed subset.txt
var builtinSubset string

// pattern names benchmarks: parts as in a benchmark's name, in which * stands
// for any text; parts left out at the end may be anything.
type pattern struct {
	text  string
	parts []*regexp.Regexp
}

// subset is what the gate looks at.
type subset struct {
	timed   []pattern // compared by time
	counted []pattern // compared by instructions
}

// SubsetError reports a line of a subset file that says nothing.
type SubsetError struct {
	File string
	Line int
	Text string
}

func (e *SubsetError) Error() string {
	return fmt.Sprintf("%s:%d: %q, want \"time PATTERN\" or \"count PATTERN\"", e.File, e.Line, e.Text)
}

// parseSubset reads lines of "time PATTERN" and "count PATTERN"; # starts a
// comment. file is for errors.
func parseSubset(r io.Reader, file string) (subset, error) {
	var s subset
	scanner := bufio.NewScanner(r)
	for line := 1; scanner.Scan(); line++ {
		text, _, _ := strings.Cut(scanner.Text(), "#")
		switch fields := strings.Fields(text); {
		case len(fields) == 0:
		case len(fields) == 2 && fields[0] == "time":
			s.timed = append(s.timed, newPattern(fields[1]))
		case len(fields) == 2 && fields[0] == "count":
			s.counted = append(s.counted, newPattern(fields[1]))
		default:
			return subset{}, &SubsetError{file, line, scanner.Text()}
		}
	}
	if err := scanner.Err(); err != nil {
		return subset{}, fmt.Errorf("%s: %w", file, err)
	}
	return s, nil
}

func newPattern(text string) pattern {
	p := pattern{text: text}
	for part := range strings.SplitSeq(text, "/") {
		p.parts = append(p.parts, regexp.MustCompile("^"+starToRegexp(part)+"$"))
	}
	return p
}

// starToRegexp quotes text, except that * matches anything but a slash.
func starToRegexp(text string) string {
	return strings.ReplaceAll(regexp.QuoteMeta(text), `\*`, `[^/]*`)
}

// matches reports whether the pattern names the benchmark.
func (p pattern) matches(name string) bool {
	parts := strings.Split(name, "/")
	if len(parts) < len(p.parts) {
		return false
	}
	for i, part := range p.parts {
		if !part.MatchString(parts[i]) {
			return false
		}
	}
	return true
}

// benchFlag is the pattern as -test.bench wants it.
func (p pattern) benchFlag() string {
	parts := strings.Split(p.text, "/")
	for i, part := range parts {
		parts[i] = "^" + starToRegexp(part) + "$"
	}
	parts[0] = "^Benchmark" + parts[0][1:]
	return strings.Join(parts, "/")
}

// benchFlagFor is the value of -test.bench for several patterns.
func benchFlagFor(patterns []pattern) string {
	flags := make([]string, len(patterns))
	for i, p := range patterns {
		flags[i] = p.benchFlag()
	}
	return strings.Join(flags, "|")
}

// exactFlag is the value of -test.bench that runs one benchmark and no other.
func exactFlag(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	parts[0] = "^Benchmark" + parts[0][1:]
	return strings.Join(parts, "/")
}
