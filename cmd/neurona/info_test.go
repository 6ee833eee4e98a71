package main

import (
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/internal/cpu"
)

func TestInfo(t *testing.T) {
	t.Parallel()
	out := must(t, "", "info")
	want := []string{"neurona", "cpu", "caches", "instruction sets", "backends", "precisions of native", "training would use native on"}
	for _, isa := range cpu.Ladder() {
		want = append(want, string(isa))
	}
	for _, name := range backends.Names()[1:] {
		want = append(want, name)
		if err := backends.Available(name); err != nil {
			want = append(want, err.Error())
		}
	}
	want = append(want, precisions()...)
	want = append(want, string(cpu.Identify())) // which may be empty
	for _, w := range want {
		if !strings.Contains(out, w) {
			t.Errorf("output lacks %q:\n%s", w, out)
		}
	}
}

func TestInfoJSON(t *testing.T) {
	t.Parallel()
	i := lastObject(t, must(t, "", "info", "--json", "--workers", "3", "--backend", "gonum"))
	wantKeys(t, i, "version", "cpu", "isas", "ceiling", "backends", "precisions", "backend", "library", "isa", "workers",
		"precision", "asked_precision")
	wantKeys(t, i["cpu"].(map[string]any), "brand", "microarchitecture", "arch", "physical_cores", "logical_cores",
		"usable_cores", "features", "l1d_bytes", "l2_bytes", "l3_bytes")
	if i["backend"] != "gonum" {
		t.Errorf("backend is %v, want gonum", i["backend"])
	}
	chosen := 0
	for _, s := range i["isas"].([]any) {
		isa := s.(map[string]any)
		if isa["available"] == false && isa["why"] == nil {
			t.Errorf("%v is not available, and nothing says why", isa["name"])
		}
		if isa["chosen"] == true {
			chosen++
			if isa["name"] != i["isa"] {
				t.Errorf("chosen is %v, isa is %v", isa["name"], i["isa"])
			}
		}
	}
	if chosen != 1 {
		t.Errorf("%d instruction sets are chosen, want 1", chosen)
	}
}

// TestInfoCeiling lowers the instruction set by the environment.
func TestInfoCeiling(t *testing.T) {
	t.Setenv(backends.ISAVariable, "generic")
	i := lastObject(t, must(t, "", "info", "--json"))
	if i["isa"] != "generic" || i["ceiling"] != "generic" {
		t.Errorf("isa is %v, ceiling %v, want generic", i["isa"], i["ceiling"])
	}
	if out := must(t, "", "info"); !strings.Contains(out, "NEURONA_ISA=generic") {
		t.Errorf("output does not name the ceiling:\n%s", out)
	}
}

// TestInfoNetwork explains a network, as text and as JSON, and refuses what is
// none.
func TestInfoNetwork(t *testing.T) {
	t.Parallel()
	out := must(t, "", "info", "--net", "30-20-3", "--batch", "8", "--activation", "tanh", "--workers", "1")
	for _, want := range []string{"batch 8", "dense 30→20 + tanh", "dense 20→3", "8×20×30", "backward data", "20×3×8"} {
		if !strings.Contains(out, want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
	network := lastObject(t, must(t, "", "info", "--json", "--net", "40-50-3"))["network"].(map[string]any)
	wantKeys(t, network, "backend", "library", "isa", "workers", "batch", "peak", "precision", "asked_precision", "blocks")
	for _, bad := range [][]string{
		{"--net", "30"}, {"--net", "30-x"}, {"--net", "30-0-1"}, {"--net", "30--1"},
		{"--net", "30-3", "--batch", "0"}, {"--net", "30-3-3", "--activation", "none"}, {"--net", "2000000000-2000000000"},
	} {
		if got := command(t, "", append([]string{"info"}, bad...)...); got.code != 2 {
			t.Errorf("%v: exit code %d, want 2: %s", bad, got.code, got.stderr)
		}
	}
}
