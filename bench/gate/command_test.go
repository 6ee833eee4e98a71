package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args []string
		want string
	}{
		{nil, "got 0 arguments"},
		{[]string{"main"}, "got 1 arguments"},
		{[]string{"--nothing", "a", "b"}, "unknown flag"},
		{[]string{"--subset", "(", "a", "b"}, "--subset"},
		{[]string{"--subset-file", "no/such/file", "a", "b"}, "--subset-file"},
		{[]string{"--instructions", "auot", "a", "b"}, `did you mean "auto"`},
		{[]string{"--budget", "0s", "a", "b"}, "--budget"},
		{[]string{"--alpha", "1", "a", "b"}, "--alpha"},
		{[]string{"--threshold", "NaN", "a", "b"}, "--threshold"},
		{[]string{"./no-such-file", "./none-either"}, `BASE "./no-such-file" is neither`},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), tt.args, &stdout, &stderr); code != exitUsage {
			t.Errorf("%q: exit code %d, want %d", tt.args, code, exitUsage)
		}
		if !strings.Contains(stderr.String(), tt.want) || stdout.Len() > 0 {
			t.Errorf("%q: said %q and %q, want %q on stderr", tt.args, stdout.String(), stderr.String(), tt.want)
		}
	}
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"--help"}, &stdout, &stderr); code != exitPass {
		t.Errorf("--help: exit code %d", code)
	}
	_, help, _ := strings.Cut(stderr.String(), "Exit codes:\n")
	for _, code := range []int{exitPass, exitFailure, exitUsage, exitWorse, exitCannotTell, exitInterrupt} {
		if !strings.Contains(help, fmt.Sprintf("\n%5d  ", code)) && !strings.HasPrefix(help, fmt.Sprintf("%5d  ", code)) {
			t.Errorf("--help does not explain exit code %d:\n%s", code, stderr.String())
		}
	}
}

// TestRevisions runs the whole command on revisions of the fake module. What
// it asserts does not depend on time: the exact metrics, the lists, the files.
func TestRevisions(t *testing.T) {
	if !isExecutable("git") {
		t.Skip("git is not installed")
	}
	dir := fakeModule(t)
	gitIn(t, dir, "init", "-q")
	commit := func(tag string) {
		t.Helper()
		gitIn(t, dir, "add", ".")
		gitIn(t, dir, "commit", "-q", "-m", tag)
		gitIn(t, dir, "tag", tag)
	}
	commit("first")
	write(t, dir, "README.md", "a fake with more documentation\n")
	commit("documentation")
	write(t, dir, "spin/spin.go", spinSource(2))
	write(t, dir, "bench/bench_test.go", strings.Replace(fakeBenchmarks, "10, 1000", "1000, 2000", 1))
	commit("slower")
	prebuilt := copyTo(t, buildTree(t, dir, "base").binary, dir)
	write(t, dir, "bench/bench_test.go", strings.Replace(fakeBenchmarks, "var x", "b.Fatal(\"broken\")\nvar x", 1))
	commit("broken")
	write(t, dir, "subset", "time Spin/n=*\ntime Gone\n")
	t.Chdir(dir)

	gate := func(t *testing.T, want int, args ...string) (*Report, string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		args = append([]string{"--json", "--subset-file", "subset", "--budget", "1s", "--instructions", "off"}, args...)
		if code := run(t.Context(), args, &stdout, &stderr); code != want {
			t.Fatalf("exit code %d, want %d\n%s\n%s", code, want, stdout.String(), stderr.String())
		}
		report := &Report{}
		if want != exitFailure {
			if err := json.Unmarshal(stdout.Bytes(), report); err != nil {
				t.Fatal(err)
			}
		}
		return report, stderr.String()
	}

	t.Run("a documentation change builds to the same bytes", func(t *testing.T) {
		report, _ := gate(t, exitPass, "first", "documentation")
		if !report.Identical || report.Verdict != Same || len(report.Findings) != 0 {
			t.Errorf("identical %v, %s, %d findings; want nothing measured", report.Identical, report.Verdict, len(report.Findings))
		}
	})
	t.Run("more FLOPs are worse", func(t *testing.T) {
		report, _ := gate(t, exitWorse, "--markdown", "report.md", "--raw", "raw.txt", "documentation", "slower")
		if got := report.ranked(); got[0].Verdict != Worse {
			t.Errorf("first of the findings: %+v", got[0])
		}
		seen := false
		for _, f := range report.Findings {
			if f.Unit == "flops/op" {
				seen = true
				if f.Verdict != Worse || f.Name != "Spin/n=1000" || f.Base.Value != 1000 || f.Head.Value != 2000 {
					t.Errorf("flops/op: %+v", f)
				}
			}
		}
		if !seen {
			t.Error("no finding on flops/op")
		}
		for what, got := range map[string][]string{"Spin/n=2000": report.New, "Spin/n=10": report.Removed, "Gone": report.Unmatched} {
			if len(got) != 1 || got[0] != what {
				t.Errorf("listed %q, want %s", got, what)
			}
		}
		for file, want := range map[string]string{"report.md": "### Benchmarks: worse", "raw.txt": "side: head\n"} {
			text, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil || !strings.Contains(string(text), want) {
				t.Errorf("%s holds %q (error %v), want %q in it", file, text, err, want)
			}
		}
	})
	t.Run("a binary against a working tree that fails", func(t *testing.T) {
		before := files(t, dir)
		if _, said := gate(t, exitFailure, "--markdown", "report.md", "--raw", "raw.txt", prebuilt, "."); !strings.Contains(said, "broken") {
			t.Errorf("said %q, want what the benchmark said", said)
		}
		if after := files(t, dir); !maps.Equal(before, after) {
			t.Errorf("a run that failed left %q, before it there was %q", after, before)
		}
	})
	t.Run("interrupted", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if code := run(ctx, []string{"-q", "first", "slower"}, &bytes.Buffer{}, &bytes.Buffer{}); code != exitInterrupt {
			t.Errorf("exit code %d, want %d", code, exitInterrupt)
		}
	})
	t.Run("no worktree is left", func(t *testing.T) {
		if list, err := output(t.Context(), dir, "git", "worktree", "list"); err != nil || strings.Contains(list, "\n") {
			t.Errorf("worktrees: %s (error %v)", list, err)
		}
	})
}

// files are the contents of the files in dir, without those of git.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	contents := map[string]string{}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		contents[e.Name()] = string(text)
	}
	return contents
}

func copyTo(t *testing.T, file, dir string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "prebuilt.test")
	if err := os.WriteFile(path, data, 0o777); err != nil {
		t.Fatal(err)
	}
	return path
}
