package main

import (
	"math"
	"strings"
	"testing"
)

func TestRatio(t *testing.T) {
	for _, test := range []struct {
		name     string
		readings []reading
		want     float64
		rival    string
	}{
		{"faster", []reading{{Nanos: 50}, {Rival: "a", Nanos: 200}, {Rival: "b", Nanos: 100}}, 2, "b"},
		{"slower", []reading{{Nanos: 50}, {Rival: "a", Nanos: 25}}, 0.5, "a"},
		{"reference is no rival", []reading{{Nanos: 50}, {Rival: "a", Nanos: 1, Reference: "other work"}, {Rival: "b", Nanos: 100}}, 2, "b"},
		{"failure is no rival", []reading{{Nanos: 50}, {Rival: "a", Nanos: 1, Failure: "wrong"}, {Rival: "b", Nanos: 100}}, 2, "b"},
		{"alone", []reading{{Nanos: 50}, {Rival: "a"}}, math.NaN(), none},
		{"neurona does not", []reading{{}, {Rival: "a", Nanos: 10}}, math.NaN(), none},
		{"neurona is wrong", []reading{{Nanos: 1, Failure: "wrong"}, {Rival: "a", Nanos: 10}}, math.NaN(), none},
		{"nobody", nil, math.NaN(), none},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, rival := ratio(test.readings)
			if math.IsNaN(test.want) != math.IsNaN(got) || !math.IsNaN(test.want) && got != test.want || rival != test.rival {
				t.Errorf("got %g to %q, want %g to %q", got, rival, test.want, test.rival)
			}
		})
	}
}

func TestSummary(t *testing.T) {
	var s summary
	if !strings.Contains(s.String(), "no row") {
		t.Errorf("empty summary says %q", s.String())
	}
	s.add("a", 2)
	s.add("b", math.NaN())
	s.add("c", 0.5)
	s.add("d", 0.97)
	s.add("e", 8)
	want := math.Pow(2*0.5*0.97*8, 0.25)
	if s.Rows != 4 || s.Below != 1 || s.Least != 0.5 || s.LeastRow != "c" || !(math.Abs(s.Geometric-want) <= 1e-12) {
		t.Errorf("got %+v, want 4 rows, 1 below, least 0.5 at c, mean %g", s, want)
	}
}
