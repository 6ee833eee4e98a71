package figure

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

// TestTicks: whatever the range, ticks are inside, rise by one step, which is
// 1, 2 or 5 times a power of ten, are no more than wanted and say their value.
func TestTicks(t *testing.T) {
	for n := range 4000 {
		low := (pseudo(n) - 0.5) * math.Pow(10, math.Floor(12*pseudo(n+9000))-6)
		high := low + math.Abs(low)*pseudo(n+5000) + math.Pow(10, math.Floor(12*pseudo(n+7000))-6)
		most := 2 + n%9
		ticks := Ticks(low, high, most)
		if len(ticks) > most || len(ticks) < most/3 {
			t.Fatalf("Ticks(%v, %v, %d) are %d", low, high, most, len(ticks))
		}
		for i, tick := range ticks {
			if !(tick.Value >= low && tick.Value <= high) {
				t.Fatalf("Ticks(%v, %v, %d) have %v outside", low, high, most, tick.Value)
			}
			label, err := strconv.ParseFloat(strings.ReplaceAll(tick.Label, "−", "-"), 64)
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				continue
			}
			step := tick.Value - ticks[i-1].Value
			if !(step > 0) {
				t.Fatalf("Ticks(%v, %v, %d) do not rise at %v", low, high, most, tick.Value)
			}
			if !(math.Abs(label-tick.Value) <= 0.01*step) && math.Abs(step) > 1e-6*math.Abs(tick.Value) {
				t.Fatalf("Ticks(%v, %v, %d) call %v %q", low, high, most, tick.Value, tick.Label)
			}
			mantissa := step / math.Pow(10, math.Floor(math.Log10(step*1.0001)))
			// What subtracting neighbours loses.
			tolerance := 1e-9 + 8*0x1p-52*math.Abs(tick.Value)/step
			if !(math.Abs(mantissa-1) <= 10*tolerance || math.Abs(mantissa-2) <= 10*tolerance || math.Abs(mantissa-5) <= 10*tolerance) {
				t.Fatalf("Ticks(%v, %v, %d) have a step of %v", low, high, most, step)
			}
		}
	}
}

func TestTicksKnown(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		most      int
		want      string
	}{
		{0, 1, 6, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{-6, 6, 7, "−6 −4 −2 0 2 4 6"},
		{0, 100, 6, "0 20 40 60 80 100"},
		{-0.1, 0.32, 6, "−0.1 0.0 0.1 0.2 0.3"},
		{0, 30000, 4, "0 10000 20000 30000"},
		{1, 1, 5, ""},
		{2, 1, 5, ""},
		{math.NaN(), 1, 5, ""},
		{0, math.Inf(1), 5, ""},
		{0, 1, 0, ""},
	} {
		var labels []string
		for _, tick := range Ticks(c.low, c.high, c.most) {
			labels = append(labels, tick.Label)
		}
		if got := strings.Join(labels, " "); got != c.want {
			t.Errorf("Ticks(%v, %v, %d) are %q, want %q", c.low, c.high, c.most, got, c.want)
		}
	}
}

func TestFormat(t *testing.T) {
	for want, got := range map[string]string{"−1.50": Format(-1.5, 2), "0.00": Format(-0.001, 2), "3": Format(3.2, 0), "0": Format(math.Copysign(0, -1), 0)} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
