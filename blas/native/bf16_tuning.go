package native

import (
	"fmt"

	"github.com/neurona-ml/neurona/internal/cpu"
	"github.com/neurona-ml/neurona/kernels"
)

// tuningOfUnit returns what a unit of bf16 is tuned to, t being what float32 is. kc hangs
// on nothing else: sums of terms take the terms of one part of k after those of another.
func tuningOfUnit(unit string, t tuning) tuning {
	switch unit {
	case cpu.UnitAMX:
		// A 128×32 panel of B (k = 256) is 16 KiB and stays in L1 while A passes by from
		// L2: 1950 GFLOP/s of a C kernel on a Granite Rapids, and 1580 with k = 512; 384
		// rows of A are 192 KiB. A panel takes 384×32×256, 4 µs at 1600 GFLOP/s; a
		// call takes several, of which configuring and releasing tiles, 50 ns, is a
		// hundredth or less. Only the C kernel was measured.
		t.kc, t.mc, t.rate = 128, 384, 800
	case cpu.UnitAVX512:
		// 256 and 384 are 2 to 10 % slower at the largest step of a Zen 5.
		t.kc, t.mc = 1024, 504
	case kernels.UnitGeneric: // as the kernels in Go
		t.kc, t.mc, t.rate, t.inPlaceStride = generic.kc, generic.mc, generic.rate, page
	default: // kc would hang on the microarchitecture, and with it results
		panic(fmt.Sprintf("native: unit %s is not tuned", unit))
	}
	return t
}
