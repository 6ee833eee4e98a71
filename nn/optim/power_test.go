package optim

import (
	"math"
	"testing"
)

// TestPower compares with math.Pow where that is above 2^-60; below, 1 less the power is 1.
func TestPower(t *testing.T) {
	for _, base := range []float64{0, 1e-300, 0.5, 0.9, 0.99, 0.999, 1 - 1e-9, 1} {
		for _, n := range []int{0, 1, 2, 3, 7, 10, 31, 100, 1000, 12345, 1e6, math.MaxInt32} {
			got, want := power(base, n), math.Pow(base, float64(n))
			if want < 0x1p-60 {
				if 1-got != 1 {
					t.Errorf("%v^%d is %v, want next to nothing", base, n, got)
				}
				continue
			}
			if diff := math.Abs(got - want); !(diff <= (float64(n)+1)*0x1p-52*want) {
				t.Errorf("%v^%d is %v, want %v", base, n, got, want)
			}
		}
	}
}
