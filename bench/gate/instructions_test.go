package main

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestWeigh: a rise of 1 to 5 % is more instructions where the same
// benchmark's time is the same or better, and else worse.
func TestWeigh(t *testing.T) {
	time := func(name string, verdicts ...Verdict) []Finding {
		var list []Finding
		for _, v := range verdicts {
			list = append(list, Finding{Name: name, Unit: secondsPerOp, Kind: KindTiming, Verdict: v})
		}
		return list
	}
	within := func(list []Finding, floor float64) []Finding {
		for i := range list {
			list[i].Timing = &Timing{Floor: floor}
		}
		return list
	}
	const name = "Spin/isa=avx2"
	for _, tt := range []struct {
		what       string
		base, head float64
		timings    []Finding
		want       Verdict
		reason     string
	}{
		{"3 %, the time the same", 1000, 1030, time(name, Same), MoreInstructions, "takes no longer"},
		{"3 %, the time better", 1000, 1030, time(name, Better), MoreInstructions, "takes no longer"},
		{"5 %", 1000, 1050, time(name, Same), MoreInstructions, "takes no longer"},
		{"above 5 %", 1000, 1051, time(name, Same), Worse, "exact metric, by more than 1.0%"},
		{"from nothing", 0, 1000, time(name, Same), Worse, "exact metric"},
		{"no number", 1000, math.NaN(), time(name, Same), CannotTell, "not a number"},
		{"within 1 %", 1000, 1009, time(name, Same), Same, "exact metric"},
		{"fewer", 1000, 900, time(name, Worse), Better, "exact metric"},
		{"no time", 1000, 1030, nil, Worse, "no time to compare"},
		{"the time of another ISA", 1000, 1030, time("Spin/isa=avx512", Same), Worse, "no time to compare"},
		{"allocations instead of a time", 1000, 1030, []Finding{{Name: name, Unit: "allocs/op", Kind: KindExact, Verdict: Same}}, Worse, "no time to compare"},
		{"a time that cannot be told", 1000, 1030, time(name, CannotTell), Worse, "cannot tell"},
		{"the time worse", 1000, 1030, time(name, Worse), Worse, "the time is worse"},
		{"the time the same within 3 %", 1000, 1030, within(time(name, Same), 0.03), MoreInstructions, "takes no longer"},
		{"the time the same within 9 %", 1000, 1030, within(time(name, Same), 0.09), Worse, "cannot tell"},
		{"one of two times that cannot be told", 1000, 1030, time(name, Same, CannotTell), Worse, "cannot tell"},
		{"one of two times worse", 1000, 1030, time(name, CannotTell, Better, Worse), Worse, "the time is worse"},
	} {
		t.Run(tt.what, func(t *testing.T) {
			counts := []count{{finding: judgeExact(name, instructionsPerOp, false, []float64{tt.base}, []float64{tt.head}, defaultRules.Instructions)}}
			defaultRules.weigh(counts, tt.timings)
			if f := counts[0].finding; f.Verdict != tt.want || !strings.Contains(f.Reason, tt.reason) {
				t.Errorf("%s (%s), want %s (%s)", f.Verdict, f.Reason, tt.want, tt.reason)
			}
		})
	}
}

// TestToTime: a small rise has its benchmark timed where it was counted, if the
// subset times it and nobody does yet.
func TestToTime(t *testing.T) {
	rise := func(isa, name string, head float64) count {
		return count{setting{isa: isa}, judgeExact(name, instructionsPerOp, false, []float64{1000}, []float64{head}, defaultRules.Instructions)}
	}
	counts := []count{
		rise("generic", "Spin/isa=generic", 1030),
		rise("avx2", "Spin/isa=avx2", 1030),
		rise("generic", "Same/isa=generic", 1000),
		rise("generic", "Large/isa=generic", 2000),
		rise("generic", "Untimed/isa=generic", 1030),
		rise("generic", "Anywhere", 1030),
		rise("avx2", "Anywhere", 1030),
		rise("avx2", "Timed/isa=avx2", 1030),
	}
	var timed []pattern
	for _, text := range []string{"Spin/isa=*", "Same", "Large", "Anywhere", "Timed/isa=*", "Untimed/isa=avx512"} {
		timed = append(timed, newPattern(text))
	}
	got := defaultRules.toTime(counts, timed, []benchmark{{name: "Spin/isa=avx512"}, {name: "Timed/isa=avx2"}})
	want := []benchmark{
		{name: "Spin/isa=generic", setting: setting{isa: "generic"}}, {name: "Spin/isa=avx2", setting: setting{isa: "avx2"}},
		{name: "Anywhere", setting: setting{isa: "generic"}},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// rungSuite is a suite whose benchmark runs at the ISA that it is told.
const rungSuite = `package bench

import (
	"os"
	"strings"
	"testing"

	"example.com/fake/spin"
)

func BenchmarkSpin(b *testing.B) {
	isa := "best"
	if _, rest, ok := strings.Cut(os.Getenv("NEURONA_BENCH"), "isa="); ok {
		isa, _, _ = strings.Cut(rest, " ")
	}
	b.Run("isa="+isa, func(b *testing.B) {
		for b.Loop() {
			spin.Spin(1000, 1)
		}
	})
}
`

// TestMoreInstructions runs the whole command on a module with 2 % more
// instructions. Every time counts as the same, so that none is asserted.
func TestMoreInstructions(t *testing.T) {
	if !isExecutable("valgrind") {
		t.Skip("valgrind is not installed")
	}
	if testing.Short() {
		t.Skip("-short: valgrind takes seconds")
	}
	trees := map[string]string{}
	for name, flops := range map[string]int{"base": 50, "head": 51} {
		trees[name] = fakeModule(t)
		write(t, trees[name], "bench/bench_test.go", rungSuite)
		write(t, trees[name], "spin/spin.go", spinSource(flops))
	}
	dir := t.TempDir()
	t.Chdir(dir)
	write(t, dir, "subset", "time Spin/isa=*\ncount Spin\n")
	var stdout, stderr bytes.Buffer
	args := []string{"--json", "--subset-file", "subset", "--budget", "1s", "--threshold", "100", "--max-noise", "100", "--markdown", "report.md"}
	if code := run(t.Context(), append(args, trees["base"], trees["head"]), &stdout, &stderr); code != exitPass {
		t.Errorf("exit code %d, want %d\n%s%s", code, exitPass, stdout.String(), stderr.String())
	}
	report := &Report{}
	if err := json.Unmarshal(stdout.Bytes(), report); err != nil {
		t.Fatal(err)
	}
	var timed []string
	counted := 0
	for _, f := range report.Findings {
		switch f.Unit {
		case secondsPerOp:
			timed = append(timed, strings.TrimPrefix(f.Name, "Spin/isa="))
		case instructionsPerOp:
			counted++
			if f.Verdict != MoreInstructions {
				t.Errorf("%s: %s (%s), want %s", f.Name, f.Verdict, f.Reason, MoreInstructions)
			}
		}
	}
	if want := append([]string{"best"}, countedRungs()...); !slices.Equal(timed, want) || counted != len(countedRungs()) {
		t.Errorf("timed at %q, %d counts; want %q and a count at each rung", timed, counted, want)
	}
	const title, reason = "### Benchmarks: the same, with more instructions\n", "whoever merges this names the reason"
	if text := files(t, dir)["report.md"]; !strings.HasPrefix(text, title) || !strings.Contains(text, reason) || !strings.Contains(report.Reason, reason) {
		t.Errorf("the report does not say so at its top:\n%s", text)
	}
}
