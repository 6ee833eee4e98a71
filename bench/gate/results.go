package main

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// reading is what one benchmark reported in one process, by unit. Units are
// benchfmt's: base units, sec/op rather than ns/op.
type reading map[string]float64

// results are what one process printed.
type results struct {
	names      []string // without "Benchmark" and without GOMAXPROCS, in order
	readings   map[string]reading
	iterations map[string]int // of the last repetition
	units      benchfmt.UnitMetadataMap
	config     map[string]string // the last value of each configuration line
}

// parseResults reads the output of a test binary. Of a benchmark that was
// repeated it keeps the best value of each unit that has a direction:
// whatever disturbs a run only makes it worse.
func parseResults(r io.Reader, source string) (*results, error) {
	reader := benchfmt.NewReader(r, source)
	res := &results{
		readings:   map[string]reading{},
		iterations: map[string]int{},
		config:     map[string]string{},
	}
	var all []*benchfmt.Result // units may be declared after their first use
	for reader.Scan() {
		switch rec := reader.Result().(type) {
		case *benchfmt.Result:
			all = append(all, rec.Clone())
		case *benchfmt.SyntaxError:
			return nil, rec
		}
	}
	if err := reader.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	res.units = reader.Units()
	for _, rec := range all {
		name := benchmarkName(rec.Name)
		old, seen := res.readings[name]
		if !seen {
			old = reading{}
			res.names = append(res.names, name)
			res.readings[name] = old
		}
		for _, v := range rec.Values {
			before, repeated := old[v.Unit]
			better := float64(res.units.GetBetter(v.Unit))
			if !repeated || better*v.Value > better*before {
				old[v.Unit] = v.Value
			}
		}
		res.iterations[name] = rec.Iters
		for _, c := range rec.Config {
			res.config[c.Key] = string(c.Value)
		}
	}
	return res, nil
}

// benchmarkName drops the trailing -GOMAXPROCS.
func benchmarkName(n benchfmt.Name) string {
	base, parts := n.Parts()
	var b strings.Builder
	b.Write(base)
	for _, p := range parts {
		if p[0] == '/' {
			b.Write(p)
		}
	}
	return b.String()
}
