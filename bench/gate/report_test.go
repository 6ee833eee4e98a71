package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

func sampleReport() *Report {
	r := newReport(defaultRules)
	r.Base, r.Head = Side{Argument: "main", Commit: "0123456789abcdef0123"}, Side{Argument: "fed"}
	r.Verdict, r.Tests, r.Seconds = Worse, 3, 61
	r.Config = map[string]string{"cpu": "Some Processor"}
	r.Findings = append(r.Findings,
		Finding{Name: "Step/same", Unit: secondsPerOp, Kind: KindTiming, Verdict: Same, Reason: "within 3.0%",
			Base: Center{1e-3, math.Inf(-1), math.Inf(1)}, Head: Center{1e-3, 0.9e-3, 1.1e-3}, Timing: &Timing{P: 0.4, AdjustedP: 1, Floor: 0.012, Limit: 0.03, Pairs: 8}},
		Finding{Name: "Step/slow", Unit: secondsPerOp, Kind: KindTiming, Verdict: Worse, Reason: "significant", Again: true,
			Base: Center{1e-3, 0.9e-3, 1.1e-3}, Head: Center{1.1e-3, 1e-3, 1.2e-3}, Change: 0.1, Timing: &Timing{P: 1e-5, AdjustedP: 3e-5, Floor: 0.012, Limit: 0.03, Pairs: 8}},
		Finding{Name: "Step/alloc", Unit: "allocs/op", Kind: KindExact, Verdict: Worse, Reason: "exact metric",
			Head: Center{2, 2, 2}, Change: math.Inf(1)},
	)
	r.New = append(r.New, "Step/new")
	r.note("A note.")
	return r
}

func TestReportRanks(t *testing.T) {
	var got []string
	for _, f := range sampleReport().ranked() {
		got = append(got, f.Name)
	}
	if want := "Step/alloc Step/slow Step/same"; strings.Join(got, " ") != want {
		t.Errorf("ranked %q, want %s", got, want)
	}
}

func TestReportText(t *testing.T) {
	for _, all := range []bool{false, true} {
		var b bytes.Buffer
		if err := sampleReport().writeText(&b, all); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		for _, want := range []string{
			"worse: fed against main (0123456789ab)\n", "2 worse, 0 cannot tell, 0 better, 1 same, 1 new in 61 s on Some Processor",
			"1.000ms/op", "1.100ms/op", "+10.0%", "from 0", "significant, measured twice", "Step/new", "A note.",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("all=%v: no %q in\n%s", all, want, text)
			}
		}
		if got := strings.Contains(text, "Step/same"); got != all {
			t.Errorf("all=%v: lists what is the same: %v", all, got)
		}
	}
}

func TestReportMarkdown(t *testing.T) {
	var b bytes.Buffer
	if err := sampleReport().writeMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, want := range []string{
		"### Benchmarks: worse\n",
		"| worse | `Step/slow` | 1.000ms/op | 1.100ms/op | +10.0% | 1.2% | significant, measured twice |\n",
		"- `Step/new`\n", "<details><summary>1 the same</summary>", "Holm's correction over 3 tests at 0.05",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Index(text, "Step/slow") > strings.Index(text, "<details>") {
		t.Error("what is worse is folded away")
	}
}

// TestReportMoreInstructions: such findings stand above those that are better,
// and the report says at its top what is to be done about them.
func TestReportMoreInstructions(t *testing.T) {
	r := sampleReport()
	r.Findings[1].Verdict = Better
	r.Findings[2] = Finding{Name: "Step/more", Unit: instructionsPerOp, Kind: KindExact, Verdict: MoreInstructions, Reason: "more",
		Base: Center{1000, 1000, 1000}, Head: Center{1030, 1030, 1030}, Change: 0.03}
	r.conclude()
	if r.Verdict != Better || r.Verdict.exitCode() != exitPass {
		t.Errorf("%s, want better", r.Verdict)
	}
	const reason = "More instructions, though not more time, by 1 metric: whoever merges this names the reason.\n"
	var text, markdown bytes.Buffer
	if err := errors.Join(r.writeText(&text, false), r.writeMarkdown(&markdown)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ form, text, title, row string }{
		{"text", text.String(), "better: fed against", "more instructions  Step/more"},
		{"Markdown", markdown.String(), "### Benchmarks: better, with more instructions\n", "| more instructions | `Step/more`"},
	} {
		at := []int{strings.Index(tt.text, tt.title), strings.Index(tt.text, "1 more instructions, 1 better"), strings.Index(tt.text, reason), strings.Index(tt.text, tt.row), strings.Index(tt.text, "Step/slow")}
		if at[0] != 0 || slices.Contains(at, -1) || !slices.IsSorted(at) {
			t.Errorf("%s: title, summary, reason, row and what is better are at %d, want them in this order in\n%s", tt.form, at, tt.text)
		}
	}
}

// TestReportJSON reads back what is written, infinities left out.
func TestReportJSON(t *testing.T) {
	var b bytes.Buffer
	if err := sampleReport().writeJSON(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Verdict  string
		Findings []struct {
			Name   string
			Change *float64
			Base   map[string]float64
			Timing *struct {
				Floor float64 `json:"noise_floor"`
			}
		}
		Removed []string
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Verdict != "worse" || len(got.Findings) != 3 || got.Removed == nil {
		t.Fatalf("read back %+v", got)
	}
	same, slow, alloc := got.Findings[0], got.Findings[1], got.Findings[2]
	if slow.Change == nil || *slow.Change != 0.1 || slow.Timing == nil || slow.Timing.Floor != 0.012 {
		t.Errorf("read back %+v", slow)
	}
	if alloc.Change != nil || alloc.Timing != nil {
		t.Errorf("from 0 to 2 has change %v and timing %v, want neither", alloc.Change, alloc.Timing)
	}
	if _, ok := same.Base["low"]; ok || same.Base["value"] != 1e-3 {
		t.Errorf("an interval without a lower end is %v", same.Base)
	}
}

type brokenWriter struct{}

var errBroken = errors.New("broken")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestReportWriteError(t *testing.T) {
	r := sampleReport()
	for name, err := range map[string]error{
		"text":     r.writeText(brokenWriter{}, true),
		"markdown": r.writeMarkdown(brokenWriter{}),
		"json":     r.writeJSON(brokenWriter{}),
	} {
		if !errors.Is(err, errBroken) {
			t.Errorf("%s: error %v, want that of the writer", name, err)
		}
	}
}
