package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestNothingCompared: whatever the reason that nothing is compared, it is
// neither the same nor a failure, the report says why, and what one side alone
// has is named.
func TestNothingCompared(t *testing.T) {
	if !isExecutable("git") {
		t.Skip("git is not installed")
	}
	dir := fakeModule(t)
	gitIn(t, dir, "init", "-q")
	commit := func(tag string) {
		t.Helper()
		gitIn(t, dir, "add", "--all", ".")
		gitIn(t, dir, "commit", "-q", "-m", tag)
		gitIn(t, dir, "tag", tag)
	}
	commit("suite")
	prebuilt := copyTo(t, buildTree(t, dir, "base").binary, dir)
	write(t, dir, "README.md", "more documentation\n")
	commit("documentation")
	write(t, dir, "bench/bench_test.go", strings.Replace(fakeBenchmarks, "BenchmarkSpin", "BenchmarkTurn", 1))
	commit("renamed")
	write(t, dir, "bench/bench_test.go", strings.Replace(fakeBenchmarks, "var x", "b.Skip()\nvar x", 1))
	commit("skipped")
	write(t, dir, "bench/bench_test.go", "//go:build special\n\n"+fakeBenchmarks)
	write(t, dir, "bench/doc.go", "package bench\n")
	commit("tagged")
	gitIn(t, dir, "rm", "-q", "bench/bench_test.go")
	commit("emptied")
	gitIn(t, dir, "rm", "-q", "-r", "bench")
	commit("vanished")
	t.Chdir(dir)

	spin := []string{"Spin/n=10", "Spin/n=1000"}
	turn := []string{"Turn/n=10", "Turn/n=1000"}
	for _, tt := range []struct {
		name         string
		subset       string
		args         []string
		want         string // the sentence after "Nothing was compared: "
		new, removed []string
		unmatched    []string
	}{
		{name: "a suite that vanished", args: []string{"suite", "vanished"},
			want: "HEAD (vanished) has no folder bench", removed: spin},
		{name: "a suite that was emptied", args: []string{"suite", "emptied"},
			want: "HEAD (emptied) has no benchmarks in bench", removed: spin},
		{name: "a suite that tags leave out", args: []string{"suite", "tagged"},
			want: "HEAD (tagged) has no benchmarks in bench", removed: spin},
		{name: "a base before the suite", args: []string{"vanished", "suite"},
			want: "BASE (vanished) has no folder bench", new: spin},
		{name: "a suite that neither has", args: []string{"vanished", "emptied"},
			want: "BASE (vanished) has no folder bench, HEAD (emptied) has no benchmarks in bench"},
		{name: "a folder that is not there", args: []string{"--package", "none", "suite", "renamed"},
			want: "BASE (suite) has no folder none, HEAD (renamed) has no folder none"},
		{name: "a folder that is not there, for what would be the same", args: []string{"--package", "none", "suite", "documentation"},
			want: "BASE (suite) has no folder none, HEAD (documentation) has no folder none"},
		{name: "a folder that is not there, for binaries to run in", args: []string{"--package", "none", prebuilt, prebuilt},
			want: "BASE (" + prebuilt + ") has no folder none to run in, HEAD (" + prebuilt + ") has no folder none to run in"},
		{name: "a benchmark that was renamed", args: []string{"suite", "renamed"}, subset: "time Spin\ntime Turn\n",
			want: "of the benchmarks that the subset names BASE alone has 2, HEAD alone 2", new: turn, removed: spin},
		{name: "benchmarks that are skipped", args: []string{"suite", "skipped"},
			want: "of the benchmarks that the subset names BASE alone has 2, HEAD alone 0", removed: spin},
		{name: "benchmarks that are skipped on both sides", args: []string{"skipped", "skipped"},
			want: "no benchmark matches the subset's lines to time (1)", unmatched: []string{"Spin"}},
		{name: "a regexp that matches nothing", args: []string{"--subset", "none-such", "suite", "renamed"},
			want: "no benchmark of the subset matches --subset none-such"},
		{name: "a regexp that matches nothing, for what would be the same", args: []string{"--subset", "none-such", "suite", "documentation"},
			want: "no benchmark of the subset matches --subset none-such"},
		{name: "a regexp that matches on one side", args: []string{"--subset", "Turn", "suite", "renamed"}, subset: "time Spin\ntime Turn\n",
			want: "of the benchmarks that the subset names BASE alone has 0, HEAD alone 2", new: turn},
		{name: "a file that matches nothing", args: []string{"suite", "renamed"}, subset: "time Spam\n",
			want: "no benchmark matches the subset's lines to time (1)", unmatched: []string{"Spam"}},
		{name: "a file that matches nothing, for what would be the same", args: []string{"suite", "documentation"}, subset: "time Spam\n",
			want: "no benchmark matches the subset's lines to time (1)", unmatched: []string{"Spam"}},
		{name: "a file of comments", args: []string{"suite", "documentation"}, subset: "# time Spin\n\n",
			want: "the subset names no benchmark"},
		{name: "lines to count that are not counted", args: []string{"suite", "documentation"}, subset: "count Spin\n",
			want: "the subset has lines to count alone, and instructions were not counted, told not to"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.subset == "" {
				tt.subset = "time Spin\n"
			}
			write(t, dir, "subset", tt.subset)
			var stdout, stderr bytes.Buffer
			args := append([]string{"--json", "--subset-file", "subset", "--budget", "1s", "--instructions", "off", "--markdown", "report.md"}, tt.args...)
			if code := run(t.Context(), args, &stdout, &stderr); code != exitCannotTell {
				t.Errorf("exit code %d, want %d", code, exitCannotTell)
			}
			report := &Report{}
			if err := json.Unmarshal(stdout.Bytes(), report); err != nil {
				t.Fatalf("%v\n%s", err, stderr.String())
			}
			want := nothingCompared(tt.want)
			if report.Verdict != CannotTell || report.Reason != want {
				t.Errorf("%s: %q, want %s: %q", report.Verdict, report.Reason, CannotTell, want)
			}
			for _, list := range []struct {
				title     string
				got, want []string
			}{{"new", report.New, tt.new}, {"removed", report.Removed, tt.removed}, {"unmatched", report.Unmatched, tt.unmatched}} {
				if !slices.Equal(list.got, list.want) && list.want != nil {
					t.Errorf("%s: %q, want %q", list.title, list.got, list.want)
				}
			}
			if text := files(t, dir)["report.md"]; !strings.Contains(text, "\n"+want+"\n") {
				t.Errorf("the report for a pull request does not say so:\n%s", text)
			}
		})
	}

	for name, args := range map[string][]string{
		"the same bytes":                          {"suite", "documentation"},
		"the same binary, with its folder":        {"--package", "spin", prebuilt, prebuilt},
		"the same binary where no folder is told": {prebuilt, prebuilt},
	} {
		t.Run(name, func(t *testing.T) {
			write(t, dir, "subset", "time Spin\ncount Spin\n")
			var stdout, stderr bytes.Buffer
			args := append([]string{"--subset-file", "subset", "--instructions", "off"}, args...)
			if code := run(t.Context(), args, &stdout, &stderr); code != exitPass || !strings.HasPrefix(stdout.String(), "same: ") {
				t.Errorf("exit code %d, want %d\n%s%s", code, exitPass, stdout.String(), stderr.String())
			}
		})
	}
}

// TestShortfall: a kind of measurement that the subset asks for and that
// compares nothing is said, unless --subset leaves it out.
func TestShortfall(t *testing.T) {
	const times, counts = "No time was compared: ", "No instruction count was compared: "
	both, none := &found{common: []string{"A"}}, &found{}
	head, base := &found{added: []string{"A", "B"}}, &found{removed: []string{"C"}}
	lines := subset{timed: []pattern{newPattern("A")}, counted: []pattern{newPattern("A"), newPattern("B")}}
	anything := []string{"", "A"}
	for _, tt := range []struct {
		name    string
		timed   *found
		counted *found
		only    []string // values of --subset
		want    string   // "" for nothing
	}{
		{"both kinds", both, both, anything, ""},
		{"times alone, counts new", both, head, anything, counts + "of the benchmarks that the subset names BASE alone has 0, HEAD alone 2."},
		{"times alone, counts removed", both, base, anything, counts + "of the benchmarks that the subset names BASE alone has 1, HEAD alone 0."},
		{"times alone, nothing to count", both, none, []string{""}, counts + "no benchmark matches the subset's lines to count (2)."},
		{"times alone, counts left out", both, none, []string{"A"}, ""},
		{"counts alone, times removed", base, both, anything, times + "of the benchmarks that the subset names BASE alone has 1, HEAD alone 0."},
		{"counts alone, times left out", none, both, []string{"A"}, ""},
		{"neither", head, none, []string{"A"}, nothingCompared("of the benchmarks that the subset names BASE alone has 0, HEAD alone 2")},
	} {
		for _, only := range tt.only {
			t.Run(tt.name+" --subset="+only, func(t *testing.T) {
				v := &survey{timed: tt.timed, counted: []rung{{"generic", none}, {"avx2", tt.counted}}}
				got := v.shortfall(lines, parseOnly(t, only))
				if tt.want == "" && len(got) > 0 || tt.want != "" && !slices.Equal(got, []string{tt.want}) {
					t.Errorf("got %q, want %q", got, tt.want)
				}
				report := &Report{uncompared: got, Findings: []Finding{{Verdict: Better}}}
				report.conclude()
				if wantVerdict := map[bool]Verdict{true: Better, false: CannotTell}[tt.want == ""]; report.Verdict != wantVerdict || report.Reason != tt.want {
					t.Errorf("%s: %q, want %s: %q", report.Verdict, report.Reason, wantVerdict, tt.want)
				}
			})
		}
	}
}

// TestWorseStaysWorse: what was not compared does not hide what was.
func TestWorseStaysWorse(t *testing.T) {
	report := &Report{uncompared: []string{"No time was compared."}, Findings: []Finding{{Verdict: CannotTell}, {Verdict: Worse}}}
	report.conclude()
	if report.Verdict != Worse || report.Reason != "No time was compared." {
		t.Errorf("%s: %q, want worse, and what was not compared", report.Verdict, report.Reason)
	}
}

func parseOnly(t *testing.T, text string) *regexp.Regexp {
	t.Helper()
	if text == "" {
		return nil
	}
	re, err := regexp.Compile(text)
	if err != nil {
		t.Fatal(err)
	}
	return re
}
