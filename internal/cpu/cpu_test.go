package cpu

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/internal/names"
)

func TestLadderIsOrdered(t *testing.T) {
	ladder := Ladder()
	if ladder[0] != Generic {
		t.Fatalf("lowest level is %s, want %s", ladder[0], Generic)
	}
	for i, lower := range ladder {
		for j, higher := range ladder {
			if got, want := higher.Includes(lower), j >= i; got != want {
				t.Errorf("%s includes %s: %t, want %t", higher, lower, got, want)
			}
		}
	}
}

func TestBestIsNotMissing(t *testing.T) {
	if why := Missing(Best()); why != "" {
		t.Errorf("best level %s is missing: %s", Best(), why)
	}
	if why := Missing(Generic); why != "" {
		t.Errorf("generic is missing: %s", why)
	}
	if Missing("mmx") == "" {
		t.Error("a level that does not exist is not missing")
	}
}

// TestMissingAgreesWithKernel compares with what the Linux kernel lists.
func TestMissingAgreesWithKernel(t *testing.T) {
	data, err := os.ReadFile("/proc/cpuinfo")
	if err != nil || !strings.Contains(string(data), "\nflags") {
		t.Skip("no x86 /proc/cpuinfo on this machine")
	}
	words := map[string]bool{}
	for w := range strings.FieldsSeq(string(data)) {
		words[w] = true
	}
	for isa, flags := range map[ISA][]string{
		AVX2:   {"avx2", "fma"},
		AVX512: {"avx2", "fma", "avx512f", "avx512bw", "avx512dq", "avx512vl"},
	} {
		has := true
		for _, f := range flags {
			has = has && words[f]
		}
		if why := Missing(isa); (why == "") != has {
			t.Errorf("%s: kernel says %t, Missing says %q", isa, has, why)
		}
	}
}

func TestParse(t *testing.T) {
	for _, isa := range Ladder() {
		if got, err := Parse(string(isa)); err != nil || got != isa {
			t.Errorf("Parse(%q) = %v, %v", isa, got, err)
		}
	}
	var unknown *names.UnknownError
	if _, err := Parse("avx3"); !errors.As(err, &unknown) {
		t.Errorf("Parse(avx3) = %v, want an UnknownError", err)
	}
}
