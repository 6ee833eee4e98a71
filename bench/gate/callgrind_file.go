package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// CallgrindError reports a line of a callgrind file that cannot be.
type CallgrindError struct {
	File string
	Line int
	Text string
}

func (e *CallgrindError) Error() string {
	return fmt.Sprintf("%s:%d: not a line of a callgrind file: %q", e.File, e.Line, e.Text)
}

// selfCosts reads a callgrind profile and adds up what each function executed
// itself, calls not included, in the first event (instructions). The format is
// that of https://valgrind.org/docs/manual/cl-format.html with one position
// per line, which is what callgrind writes unless told otherwise. file is for
// errors.
func selfCosts(r io.Reader, file string) (map[string]int64, error) {
	costs := map[string]int64{}
	names := map[string]string{} // compressed names by number
	var function string
	afterCalls := false // the next cost is of a call, not of the function
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, 1<<20) // C++-like names can be long
	for line := 1; scanner.Scan(); line++ {
		text := strings.TrimSpace(scanner.Text())
		switch {
		case text == "" || text[0] == '#':
		case isCost(text):
			fields := strings.Fields(text)
			if len(fields) < 2 {
				continue // a position without cost
			}
			cost, err := strconv.ParseInt(fields[1], 10, 64)
			if err != nil {
				return nil, &CallgrindError{file, line, text}
			}
			if !afterCalls {
				costs[function] += cost
			}
			afterCalls = false
		case strings.HasPrefix(text, "fn="):
			function = expand(text[len("fn="):], names)
		case strings.HasPrefix(text, "cfn="):
			expand(text[len("cfn="):], names)
		case strings.HasPrefix(text, "calls="):
			afterCalls = true
		case !strings.ContainsAny(text, "=:"):
			return nil, &CallgrindError{file, line, text}
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return costs, nil
}

// isCost reports whether a line starts with a position: a number, a
// difference to the position before, or the same position.
func isCost(text string) bool {
	return text[0] >= '0' && text[0] <= '9' || text[0] == '+' || text[0] == '-' || text[0] == '*'
}

// expand resolves a compressed name: "(3) main" defines 3, "(3)" uses it.
func expand(text string, names map[string]string) string {
	if !strings.HasPrefix(text, "(") {
		return text
	}
	id, name, _ := strings.Cut(text, ")")
	if name = strings.TrimSpace(name); name != "" {
		names[id] = name
	}
	return names[id]
}

// costUnder adds up the costs of functions of the module's packages.
func costUnder(costs map[string]int64, module string) int64 {
	var sum int64
	for name, cost := range costs {
		if strings.HasPrefix(name, module+"/") || strings.HasPrefix(name, module+".") {
			sum += cost
		}
	}
	return sum
}
