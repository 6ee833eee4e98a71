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

// MissingUnit says why this machine cannot use a unit, or gains nothing from
// it; it is empty if it can.
func MissingUnit(unit string) string {
	switch unit {
	case UnitAMX:
		return AMX()
	case UnitAVX512:
		return missingAVX512BF16()
	}
	return "not a unit of " + runtime.GOARCH
}

// missingAVX512BF16 is MissingUnit of UnitAVX512. Intel's processors start
// VDPBF16PS half as often as a multiply-add, AMD's Zen 4 as often.
func missingAVX512BF16() string {
	switch {
	case Missing(AVX512) != "":
		return Missing(AVX512)
	case !cpuid.CPU.Supports(cpuid.AVX512BF16):
		return "the processor lacks AVX512BF16"
	case cpuid.CPU.VendorID != cpuid.AMD:
		return "this processor multiplies float32 as fast as it does bf16 in vectors"
	}
	return ""
}
