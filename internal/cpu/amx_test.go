package cpu

import (
	"os"
	"strings"
	"testing"
)

// TestAMXAgreesWithKernel compares with what the Linux kernel lists. What it
// lists may still be refused, to a virtual machine or by the kernel itself.
func TestAMXAgreesWithKernel(t *testing.T) {
	t.Setenv("NEURONA_AMX_EMULATED", "")
	data, err := os.ReadFile("/proc/cpuinfo")
	if err != nil || !strings.Contains(string(data), "\nflags") {
		t.Skip("no x86 /proc/cpuinfo on this machine")
	}
	words := map[string]bool{}
	for w := range strings.FieldsSeq(string(data)) {
		words[w] = true
	}
	why := AMX()
	if has := words["amx_tile"] && words["amx_bf16"]; !has && why == "" {
		t.Error("the kernel does not list amx_tile and amx_bf16, and AMX finds nothing missing")
	}
	if again := AMX(); again != why {
		t.Errorf("AMX says %q, and then %q", why, again)
	}
	t.Logf("AMX says %q", why)
}
