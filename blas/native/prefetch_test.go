package native

import (
	"math/rand/v2"
	"testing"
	"unsafe"
)

// TestPrefetch shows that tiles, as long as there are enough of them, fetch every
// element of all ranges, and little besides.
func TestPrefetch(t *testing.T) {
	rng := rand.New(rand.NewPCG(51, 52))
	for range 500 {
		memory := make([]float32, 1<<16)
		at := func(p *float32) int {
			return int(uintptr(unsafe.Pointer(p))-uintptr(unsafe.Pointer(&memory[0]))) / 4
		}
		wanted, seen := make([]bool, 2*len(memory)), make([]bool, 2*len(memory))
		var x prefetch
		tiles, k, width := 0, 1+rng.IntN(300), 1+rng.IntN(32)
		want := 0
		for range 1 + rng.IntN(5) {
			from, size := rng.IntN(len(memory)/2), rng.IntN(len(memory)/2)
			x.add(memory[from : from+size])
			for i := range size {
				wanted[from+i] = true
			}
			tiles += (size + k*width - 1) / (k * width)
			want += size
		}
		fetched := 0
		for range tiles {
			next, ld := x.rows(k, width)
			if next == nil {
				t.Fatalf("k %d, width %d: nothing left for the last of %d tiles", k, width, tiles)
			}
			if ld > width {
				t.Fatalf("k %d, width %d: rows %d apart leave gaps", k, width, ld)
			}
			for s := range k {
				for j := range width {
					seen[at(next)+s*ld+j] = true
				}
			}
			fetched += (k-1)*ld + width
		}
		if next, _ := x.rows(k, width); next != nil {
			t.Fatalf("k %d, width %d: %d tiles are not enough", k, width, tiles)
		}
		for i, w := range wanted {
			if w && !seen[i] {
				t.Fatalf("k %d, width %d: element %d is not fetched", k, width, i)
			}
		}
		// Rounding up costs a row and an element for each step at most.
		if most := want + tiles*(k+width); fetched > most {
			t.Fatalf("k %d, width %d: %d elements fetched for %d", k, width, fetched, want)
		}
	}
	var none prefetch
	if next, _ := none.rows(3, 3); next != nil {
		t.Error("without ranges something is fetched")
	}
}

// TestPrefetchIsBounded shows that a panel with more ranges than there is room for
// does without the rest.
func TestPrefetchIsBounded(t *testing.T) {
	var x prefetch
	r := make([]float32, 8)
	for range maxRanges + 3 {
		x.add(r)
	}
	x.add(nil)
	n := 0
	for next, _ := x.rows(1, 8); next != nil; next, _ = x.rows(1, 8) {
		n++
	}
	if n != maxRanges {
		t.Errorf("%d ranges, want %d", n, maxRanges)
	}
	if x.reset(); x.count != 0 {
		t.Errorf("%d ranges after reset", x.count)
	}
}
