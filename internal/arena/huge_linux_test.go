package arena

import "testing"

// TestHugePages is how many huge pages numbers take, those too whose bytes an int of 32
// bits does not hold.
func TestHugePages(t *testing.T) {
	for n, want := range map[int]int{1: 1, hugeFloats: 1, hugeFloats + 1: 2, 1<<29 - 1: 1024, 1 << 29: 1024, 1<<29 + 1: 1025} {
		if got := hugePages(n); got != want {
			t.Errorf("%d numbers take %d pages, want %d", n, got, want)
		}
	}
}
