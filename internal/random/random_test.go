package random_test

import (
	"testing"

	"github.com/neurona-ml/neurona/internal/random"
)

// The first outputs of SplitMix64 seeded with 1234567, as Vigna's program prints them.
func TestMix64(t *testing.T) {
	state := uint64(1234567)
	for i, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821} {
		state += random.Golden
		if got := random.Mix64(state); got != want {
			t.Errorf("number %d is %d, want %d", i, got, want)
		}
	}
}

// A stream always gives the same numbers, and no other stream or seed does.
func TestStreams(t *testing.T) {
	taken := make(map[uint64]bool)
	for _, seed := range []uint64{0, 1, 1 << 63} {
		for _, stream := range []uint64{random.Layers, random.Layers + 1, random.Shuffle, random.Shuffle + 1, random.Explain} {
			first := random.New(seed, stream).Uint64()
			if again := random.New(seed, stream).Uint64(); again != first {
				t.Errorf("stream %d of seed %d gives %d and then %d", stream, seed, first, again)
			}
			if taken[first] {
				t.Errorf("stream %d of seed %d starts as another one", stream, seed)
			}
			taken[first] = true
		}
	}
}
