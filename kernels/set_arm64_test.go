//go:build arm64 && !purego

package kernels

import "testing"

func TestTunedSets(t *testing.T) {
	if sets := tunedSets(); len(sets) != 1 || sets[0].ISA != "neon" {
		t.Errorf("tuned sets are %v, want neon alone", sets)
	}
}
