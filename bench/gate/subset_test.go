package main

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestParseSubset(t *testing.T) {
	s, err := parseSubset(strings.NewReader(`
# a comment
time  Gemm/op=nn/workers=*   # and another
count Kernel/kernel=exp
`), "list")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.timed) != 1 || s.timed[0].text != "Gemm/op=nn/workers=*" || len(s.counted) != 1 || s.counted[0].text != "Kernel/kernel=exp" {
		t.Errorf("parsed %+v", s)
	}
	for _, bad := range []string{"Gemm", "time", "clock Gemm", "time Gemm /op=nn"} {
		_, err := parseSubset(strings.NewReader("\n"+bad+"\n"), "list")
		var e *SubsetError
		if !errors.As(err, &e) || e.Line != 2 || e.File != "list" {
			t.Errorf("%q: error %v, want a *SubsetError at list:2", bad, err)
		}
	}
}

func TestPatternMatches(t *testing.T) {
	for _, tt := range []struct {
		pattern, name string
		want          bool
	}{
		{"Gemm", "Gemm/op=nn/m=1", true},
		{"Gemm/op=nn", "Gemm/op=nn/m=1", true},
		{"Gemm/op=nn", "Gemm/op=nt/m=1", false},
		{"Gemm/op=nn/m=1", "Gemm/op=nn/m=16", false},
		{"Gemm/op=*/m=1", "Gemm/op=nt/m=1", true},
		{"Gemm/*/m=1", "Gemm/op=nt/k=2/m=1", false},
		{"Gemm/op=nn/m=1", "Gemm/op=nn", false},
		{"Step/net=2-2-1", "Step/net=2-2-1", true},
		{"Step/net=2.2", "Step/net=2-2", false},
	} {
		if got := newPattern(tt.pattern).matches(tt.name); got != tt.want {
			t.Errorf("%q matches %q: %v, want %v", tt.pattern, tt.name, got, tt.want)
		}
	}
}

func TestBenchFlags(t *testing.T) {
	got := benchFlagFor([]pattern{newPattern("Gemm/op=nn/isa=*"), newPattern("Load")})
	if want := `^BenchmarkGemm$/^op=nn$/^isa=[^/]*$|^BenchmarkLoad$`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := exactFlag("Step/net=2-2-1/x=1.5"), `^BenchmarkStep$/^net=2-2-1$/^x=1\.5$`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestBuiltinSubset checks the list that the gate brings along: about fifty
// timed patterns, key=value parts, no pattern twice, a time for each count.
func TestBuiltinSubset(t *testing.T) {
	s, err := parseSubset(strings.NewReader(builtinSubset), "subset.txt")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(s.timed); n < 45 || n > 58 {
		t.Errorf("%d timed patterns, want about 50", n)
	}
	if len(s.counted) == 0 {
		t.Error("no counted patterns")
	}
	part := regexp.MustCompile(`^[a-z]+=[a-z0-9*-]+$`)
	for _, list := range [][]pattern{s.timed, s.counted} {
		seen := map[string]bool{}
		for _, p := range list {
			if seen[p.text] {
				t.Errorf("%s stands there twice", p.text)
			}
			seen[p.text] = true
			for _, text := range strings.Split(p.text, "/")[1:] {
				if !part.MatchString(text) {
					t.Errorf("%s: part %q is not key=value", p.text, text)
				}
			}
		}
	}
	for _, p := range s.counted {
		if !slices.ContainsFunc(s.timed, func(timed pattern) bool { return timed.text == p.text }) {
			t.Errorf("%s is counted and not timed: a rise would have no time to compare", p.text)
		}
		if strings.Contains(p.text, "workers=") && !strings.HasSuffix(p.text, "workers=1") {
			t.Errorf("%s: instructions of several workers are not exact", p.text)
		}
	}
}
