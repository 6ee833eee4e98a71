package main

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"
)

const suiteOutput = `go: go1.26
Unit GFLOP/s better=higher
Unit flops/op better=lower assume=exact
goos: linux
cpu: Some Processor
BenchmarkGemm/op=nn/m=64-2     	     100	   2000 ns/op	  50.00 %peak	 8.000 GFLOP/s	 16000 flops/op	  64 B/op	   1 allocs/op
BenchmarkGemm/op=nn/m=64-2     	     100	   1600 ns/op	  55.00 %peak	 10.00 GFLOP/s	 16000 flops/op	   0 B/op	   0 allocs/op
BenchmarkStep/net=2-2-1-2      	      50	   3000 ns/op	  9.500 MB/s
PASS
`

func parseText(t *testing.T, text string) *results {
	t.Helper()
	res, err := parseResults(strings.NewReader(text), "test")
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestParseResults(t *testing.T) {
	res := parseText(t, suiteOutput)
	if want := []string{"Gemm/op=nn/m=64", "Step/net=2-2-1"}; !slices.Equal(res.names, want) {
		t.Fatalf("names %q, want %q", res.names, want)
	}
	for unit, want := range map[string]float64{
		"sec/op": 1600e-9, "GFLOP/s": 10, "flops/op": 16000, "B/op": 0, "allocs/op": 0,
		"%peak": 50, // no direction is declared here, so the first stays
	} {
		if got := res.readings["Gemm/op=nn/m=64"][unit]; !(got >= want*(1-1e-12) && got <= want*(1+1e-12)) {
			t.Errorf("%s: %g, want the better of the two, %g", unit, got, want)
		}
	}
	if got := res.iterations["Step/net=2-2-1"]; got != 50 {
		t.Errorf("iterations %d, want 50", got)
	}
	if got := res.config["cpu"]; got != "Some Processor" {
		t.Errorf("cpu %q", got)
	}
}

func TestParseResultsError(t *testing.T) {
	_, err := parseResults(strings.NewReader("BenchmarkGemm-2 100 x ns/op\n"), "test")
	var syntax *benchfmt.SyntaxError
	if !errors.As(err, &syntax) {
		t.Errorf("error %v, want a *benchfmt.SyntaxError", err)
	}
}

func TestMetricKinds(t *testing.T) {
	units := parseText(t, suiteOutput).units
	for _, tt := range []struct {
		unit          string
		exact, timing bool
		direction     int
	}{
		{"sec/op", false, true, -1},
		{"GFLOP/s", false, true, 1},
		{"B/s", false, true, 1},
		{"flops/op", true, false, -1},
		{"allocs/op", true, false, -1},
		{"B/op", true, false, -1},
		{"instructions/op", true, false, -1},
		{"%peak", false, false, 0},
		{"somethings", false, false, 0},
	} {
		if got := isExact(tt.unit, units); got != tt.exact {
			t.Errorf("%s: exact %v, want %v", tt.unit, got, tt.exact)
		}
		if got := isTiming(tt.unit, units); got != tt.timing {
			t.Errorf("%s: timing %v, want %v", tt.unit, got, tt.timing)
		}
		if got := direction(tt.unit, units); got != tt.direction {
			t.Errorf("%s: direction %d, want %d", tt.unit, got, tt.direction)
		}
	}
}

func TestImpliedByTime(t *testing.T) {
	for _, tt := range []struct {
		name     string
		readings []reading
		want     bool
	}{
		{"work over time", []reading{{"sec/op": 2, "GFLOP/s": 5}, {"sec/op": 2.5, "GFLOP/s": 4.001}}, true},
		{"other work", []reading{{"sec/op": 2, "GFLOP/s": 5}, {"sec/op": 2.5, "GFLOP/s": 5}}, false},
		{"no time", []reading{{"GFLOP/s": 5}}, false},
		{"missing once", []reading{{"sec/op": 2, "GFLOP/s": 5}, {"sec/op": 2}}, false},
	} {
		if got := impliedByTime("GFLOP/s", tt.readings); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
