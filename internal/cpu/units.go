package cpu

import (
	"runtime"

	"github.com/klauspost/cpuid/v2"
)

// Units that multiply bf16, beside the ISAs.
const (
	UnitAMX    = "amx"         // Intel's tiles
	UnitAVX512 = "avx512_bf16" // VDPBF16PS on vectors of 512 bits
)

// MissingUnit says why this machine cannot use a unit; it is empty if it can.
func MissingUnit(unit string) string {
	switch unit {
	case UnitAMX:
		if why := AMX(); why != "" {
			return why
		}
	case UnitAVX512:
		if why := Missing(AVX512); why != "" {
			return why
		}
	default:
		return "not a unit of " + runtime.GOARCH
	}
	// What both multiply is rounded by VCVTNE2PS2BF16.
	if !cpuid.CPU.Supports(cpuid.AVX512BF16) {
		return "the processor lacks AVX512BF16"
	}
	return ""
}

// FullRateBF16 reports whether the processor starts VDPBF16PS, which does two
// multiply-adds for each lane, as often as a multiply-add of float32. AMD's do
// from Zen 4 on, Intel's half as often.
func FullRateBF16() bool { return cpuid.CPU.VendorID == cpuid.AMD }
