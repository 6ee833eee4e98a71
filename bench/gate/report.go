package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/perf/benchunit"
)

// Report is all that the gate found. Its JSON form is what --json prints.
type Report struct {
	Verdict   Verdict           `json:"verdict"`
	Reason    string            `json:"reason"` // what the verdict alone does not say, in sentences
	Base      Side              `json:"base"`
	Head      Side              `json:"head"`
	Identical bool              `json:"identical"` // both sides are the same bytes
	Findings  []Finding         `json:"findings"`
	New       []string          `json:"new"`       // benchmarks that only HEAD has
	Removed   []string          `json:"removed"`   // benchmarks that only BASE has
	Unmatched []string          `json:"unmatched"` // patterns that match nothing
	Notes     []string          `json:"notes"`
	Tests     int               `json:"tests"` // timings that share one alpha
	Rules     Rules             `json:"rules"`
	Machine   Machine           `json:"machine"`
	Config    map[string]string `json:"config"` // configuration lines of the suite
	Seconds   float64           `json:"seconds"`

	uncompared []string // sentences on what was asked for and compared nothing
}

// Side says what was compared.
type Side struct {
	Argument string `json:"argument"`
	Commit   string `json:"commit,omitempty"`
	SHA256   string `json:"sha256,omitempty"` // of the test binary
}

// Machine is where the gate ran.
type Machine struct {
	OS         string `json:"os"`
	Arch       string `json:"arch"`
	Processors int    `json:"processors"`
	Go         string `json:"go"`
}

// newReport is a report of nothing yet on this machine. Its lists are empty,
// not null, in JSON.
func newReport(rules Rules) *Report {
	return &Report{
		Rules:    rules,
		Machine:  Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, Processors: runtime.NumCPU(), Go: runtime.Version()},
		Findings: []Finding{}, New: []string{}, Removed: []string{}, Unmatched: []string{}, Notes: []string{},
	}
}

func (r *Report) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// count is the number of findings with a verdict.
func (r *Report) count(v Verdict) int {
	n := 0
	for _, f := range r.Findings {
		if f.Verdict == v {
			n++
		}
	}
	return n
}

// ranked are the findings, worst first: by verdict, then by size of change.
func (r *Report) ranked() []Finding {
	sorted := slices.Clone(r.Findings)
	slices.SortStableFunc(sorted, func(a, b Finding) int {
		if d := slices.Index(ranks, a.Verdict) - slices.Index(ranks, b.Verdict); d != 0 {
			return d
		}
		switch x, y := math.Abs(a.Change), math.Abs(b.Change); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return sorted
}

// summary is one line of numbers.
func (r *Report) summary() string {
	var parts []string
	for _, v := range ranks {
		if n := r.count(v); n > 0 || v != MoreInstructions {
			parts = append(parts, fmt.Sprintf("%d %s", n, v))
		}
	}
	if n := len(r.New); n > 0 {
		parts = append(parts, fmt.Sprintf("%d new", n))
	}
	if n := len(r.Removed); n > 0 {
		parts = append(parts, fmt.Sprintf("%d removed", n))
	}
	return strings.Join(parts, ", ")
}

// name is how a side is shown to people.
func (s Side) name() string {
	const short = 12
	if s.Commit == "" || strings.HasPrefix(s.Commit, s.Argument) {
		return s.Argument
	}
	return fmt.Sprintf("%s (%.*s)", s.Argument, short, s.Commit)
}

// machine is one line: what the suite says of the processor, and Go.
func (r *Report) machine() string {
	m := fmt.Sprintf("%s/%s, %d processors, %s", r.Machine.OS, r.Machine.Arch, r.Machine.Processors, r.Machine.Go)
	if cpu := r.Config["cpu"]; cpu != "" {
		m = cpu + ", " + m
	}
	return m
}

// writeJSON prints the report as one indented object.
func (r *Report) writeJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// MarshalJSON adds the change, which JSON cannot say where it is infinite, and
// the ends of confidence intervals, for the same reason.
func (f Finding) MarshalJSON() ([]byte, error) {
	type plain Finding
	return json.Marshal(struct {
		plain
		Change *float64 `json:"change,omitempty"`
	}{plain(f), finite(f.Change)})
}

// MarshalJSON leaves out ends of the interval that are infinite.
func (c Center) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Value *float64 `json:"value,omitempty"`
		Low   *float64 `json:"low,omitempty"`
		High  *float64 `json:"high,omitempty"`
	}{finite(c.Value), finite(c.Low), finite(c.High)})
}

func finite(v float64) *float64 {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return nil
	}
	return &v
}

// formatValue formats a value in base units: 0.00123 sec/op is "1.230ms/op".
func formatValue(v float64, unit string) string {
	scaled := benchunit.Scale(v, benchunit.ClassOf(unit))
	if rest, ok := strings.CutPrefix(unit, "sec"); ok {
		return scaled + "s" + rest
	}
	return scaled + " " + unit
}

// formatChange formats a change with its sign.
func formatChange(change float64) string {
	if math.IsInf(change, 1) {
		return "from 0"
	}
	return fmt.Sprintf("%+.1f%%", 100*change)
}
