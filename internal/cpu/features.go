package cpu

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/klauspost/cpuid/v2"
)

// required lists what each level above generic needs of the processor.
// cpuid reports a feature only if the operating system saves its registers.
func required(isa ISA) []cpuid.FeatureID {
	switch isa {
	case AVX2:
		return []cpuid.FeatureID{cpuid.AVX2, cpuid.FMA3}
	case AVX512:
		return []cpuid.FeatureID{cpuid.AVX2, cpuid.FMA3, cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512DQ, cpuid.AVX512VL}
	case NEON:
		return []cpuid.FeatureID{cpuid.ASIMD}
	default:
		return nil
	}
}

// Missing says why this machine cannot run code of level isa; it is empty if
// it can.
func Missing(isa ISA) string {
	if isa.rank() < 0 {
		return fmt.Sprintf("not a level of %s", runtime.GOARCH)
	}
	if isa == NEON {
		return "" // every arm64 has it, also where cpuid cannot see
	}
	var missing []string
	for _, f := range required(isa) {
		if !cpuid.CPU.Supports(f) {
			missing = append(missing, f.String())
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return "the processor or operating system lacks " + strings.Join(missing, ", ")
}

// Best returns the highest level that this machine has.
func Best() ISA {
	best := Generic
	for _, isa := range Ladder() {
		if Missing(isa) == "" {
			best = isa
		}
	}
	return best
}

// Info describes the processor for people.
type Info struct {
	Brand             string            `json:"brand"`             // marketing name, empty if unknown
	Microarchitecture Microarchitecture `json:"microarchitecture"` // empty if unknown
	Arch              string            `json:"arch"`              // GOARCH
	PhysicalCores     int               `json:"physical_cores"`    // 0 if unknown
	LogicalCores      int               `json:"logical_cores"`     // 0 if unknown
	Usable            int               `json:"usable_cores"`      // GOMAXPROCS: what this process may use
	Features          []string          `json:"features"`          // in alphabetical order
	L1D               int               `json:"l1d_bytes"`         // per core; -1 if unknown
	L2                int               `json:"l2_bytes"`          // per core; -1 if unknown
	L3                int               `json:"l3_bytes"`          // -1 if unknown
}

// Describe reads the processor's description.
func Describe() Info {
	c := &cpuid.CPU
	return Info{
		Brand:             c.BrandName,
		Microarchitecture: Identify(),
		Arch:              runtime.GOARCH,
		PhysicalCores:     c.PhysicalCores,
		LogicalCores:      c.LogicalCores,
		Usable:            runtime.GOMAXPROCS(0),
		Features:          c.FeatureSet(),
		L1D:               c.Cache.L1D,
		L2:                c.Cache.L2,
		L3:                c.Cache.L3,
	}
}
