//go:build !purego

package cpu

import (
	"encoding/binary"
	"testing"

	"github.com/klauspost/cpuid/v2"
)

func TestAMXEmulated(t *testing.T) {
	t.Setenv("NEURONA_AMX_EMULATED", "1")
	if why := AMX(); why != "" {
		t.Errorf("AMX says %q under an emulator", why)
	}
}

// TestInstructions compares what the instructions in assembly say with what
// cpuid found out with its own.
func TestInstructions(t *testing.T) {
	_, ebx, ecx, edx := cpuidLeaf(0, 0)
	var vendor []byte
	for _, word := range []uint32{ebx, edx, ecx} {
		vendor = binary.LittleEndian.AppendUint32(vendor, word)
	}
	if string(vendor) != cpuid.CPU.VendorString {
		t.Errorf("the vendor is %q, want %q", vendor, cpuid.CPU.VendorString)
	}
	for feature, states := range map[cpuid.FeatureID]uint64{cpuid.AVX2: 0x6, cpuid.AVX512F: 0xe6} {
		if !cpuid.CPU.Supports(feature) {
			continue
		}
		if got := xcr0(); got&states != states {
			t.Errorf("XCR0 is %#x without %#x, and %s is supported", got, states, feature)
		}
	}
}
