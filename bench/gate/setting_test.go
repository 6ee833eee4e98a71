package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestSetting(t *testing.T) {
	t.Parallel()
	const net = "Step/net=2-2-1/isa=*/precision="
	for _, tt := range []struct {
		name, own, want string // values of NEURONA_BENCH, - for none
	}{
		{net + "float32/workers=1", "-", "-"},
		{net + "*/workers=1", "-", "-"},
		{"Kernel/kernel=exp", "isa=avx2", "isa=avx2"},
		{net + "bf16/workers=1", "-", "precision=bf16"},
		{net + "bf16", "isa=avx2 precision=float32", "isa=avx2 precision=float32 precision=bf16"},
	} {
		own := []string{"HOME=/h"}
		if tt.own != "-" {
			own = append(own, "NEURONA_BENCH="+tt.own)
		}
		got := "-"
		for _, entry := range settingOf(tt.name).environment(own) { // the last counts
			if value, ok := strings.CutPrefix(entry, "NEURONA_BENCH="); ok {
				got = value
			}
		}
		if got != tt.want {
			t.Errorf("%s with %s: %s, want %s", tt.name, tt.own, got, tt.want)
		}
	}
	got := setting{isa: "avx2"}.environment([]string{"NEURONA_BENCH=workers=2"})
	if want := []string{"NEURONA_BENCH=workers=2", "NEURONA_ISA=avx2", "NEURONA_BENCH=isa=avx2 workers=1"}; !slices.Equal(got, want) {
		t.Errorf("a rung: %q, want %q", got, want)
	}
}

// preciseSuite has benchmarks in the precisions that it knows and is told.
const preciseSuite = `package bench

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"example.com/fake/spin"
)

var known = []string{KNOWN}

func TestMain(m *testing.M) {
	for _, p := range told() {
		if !strings.Contains(strings.Join(known, " "), p) {
			fmt.Fprintf(os.Stderr, "NEURONA_BENCH: precision %q\n", p)
			os.Exit(2)
		}
	}
	os.Exit(m.Run())
}

func told() []string {
	if _, list, ok := strings.Cut(os.Getenv("NEURONA_BENCH"), "precision="); ok {
		return strings.Split(list, ",")
	}
	return []string{"float32"}
}

func BenchmarkSpin(b *testing.B) {
	for _, p := range told() {
		b.Run("precision="+p, func(b *testing.B) {
			for b.Loop() {
				spin.Spin(1000, 1)
			}
		})
	}
}
`

// TestPrecisionsOfOneSide: a suite that does not know a precision, as that of a
// commit before it, has no benchmarks in it, and the others are compared.
func TestPrecisionsOfOneSide(t *testing.T) {
	trees := map[string]string{}
	for name, known := range map[string]string{"old": `"float32"`, "new": `"float32", "bf16"`} {
		trees[name] = fakeModule(t)
		write(t, trees[name], "bench/bench_test.go", strings.Replace(preciseSuite, "KNOWN", known, 1))
	}
	dir := t.TempDir()
	write(t, dir, "subset", "time Spin/precision=float32\ntime Spin/precision=bf16\n")
	t.Chdir(dir)
	bf16 := []string{"Spin/precision=bf16"}
	for _, tt := range []struct {
		base, head   string
		compared     []string
		new, removed []string
	}{
		{"old", "new", []string{"Spin/precision=float32"}, bf16, []string{}},
		{"new", "old", []string{"Spin/precision=float32"}, []string{}, bf16},
		{"new", "new", []string{"Spin/precision=float32", "Spin/precision=bf16"}, []string{}, []string{}},
	} {
		t.Run(tt.base+" against "+tt.head, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			args := []string{"--json", "--subset-file", "subset", "--budget", "1s", "--measure-identical", trees[tt.base], trees[tt.head]}
			if code := run(t.Context(), args, &stdout, &stderr); code == exitFailure || code == exitUsage {
				t.Fatalf("exit code %d: %s", code, stderr.String())
			}
			report := &Report{}
			if err := json.Unmarshal(stdout.Bytes(), report); err != nil {
				t.Fatal(err)
			}
			var compared []string
			for _, f := range report.Findings {
				if f.Unit == secondsPerOp {
					compared = append(compared, f.Name)
				}
			}
			if !slices.Equal(compared, tt.compared) || !slices.Equal(report.New, tt.new) || !slices.Equal(report.Removed, tt.removed) {
				t.Errorf("compared %q, new %q, removed %q; want %q, %q, %q", compared, report.New, report.Removed, tt.compared, tt.new, tt.removed)
			}
			refused := strings.Contains(strings.Join(report.Notes, "\n"), `NEURONA_BENCH: precision "bf16"`)
			if refused != (tt.base != tt.head) {
				t.Errorf("notes %q", report.Notes)
			}
		})
	}
	// What the user asks for and the suite does not know is an error.
	t.Setenv("NEURONA_BENCH", "precision=bf17")
	if code := run(t.Context(), []string{"--subset-file", "subset", trees["old"], trees["new"]}, &bytes.Buffer{}, &bytes.Buffer{}); code != exitFailure {
		t.Errorf("exit code %d for a precision that is none, want %d", code, exitFailure)
	}
}
