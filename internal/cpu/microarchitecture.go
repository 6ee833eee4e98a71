package cpu

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/cpuid/v2"
)

// Microarchitecture is a core's design: what decides how fast instructions are and
// which caches there are, where the ISA decides which instructions there are.
type Microarchitecture string

// The microarchitectures that can be told apart.
const (
	Unknown Microarchitecture = "" // no processor that is listed

	// AMD's. Some of Zen 5 for laptops have units of 256 bits for AVX-512.
	Zen2 Microarchitecture = "zen2"
	Zen3 Microarchitecture = "zen3" // and Zen 3+
	Zen4 Microarchitecture = "zen4" // the first with AVX-512, and Zen 4c
	Zen5 Microarchitecture = "zen5" // and Zen 5c

	// Intel's without AVX-512. Hybrid processors are called after their fast cores.
	Haswell    Microarchitecture = "haswell"     // and Broadwell
	Skylake    Microarchitecture = "skylake"     // of clients, up to Comet Lake
	GoldenCove Microarchitecture = "golden-cove" // Alder, Raptor, Bartlett and Meteor Lake
	LionCove   Microarchitecture = "lion-cove"   // Arrow and Lunar Lake

	// Intel's with AVX-512, all of servers and workstations.
	SkylakeX       Microarchitecture = "skylake-x"
	CascadeLake    Microarchitecture = "cascade-lake"
	CooperLake     Microarchitecture = "cooper-lake"
	IceLake        Microarchitecture = "ice-lake"
	SapphireRapids Microarchitecture = "sapphire-rapids" // and Emerald Rapids
	GraniteRapids  Microarchitecture = "granite-rapids"

	// Arm's, under whatever name their processors are sold, and Apple's of all
	// generations.
	NeoverseN1 Microarchitecture = "neoverse-n1"
	NeoverseV1 Microarchitecture = "neoverse-v1"
	NeoverseN2 Microarchitecture = "neoverse-n2"
	NeoverseV2 Microarchitecture = "neoverse-v2"
	Apple      Microarchitecture = "apple"
)

// hasAVX512 reports whether processors with m have AVX-512: all do, or none.
func (m Microarchitecture) hasAVX512() bool {
	switch m {
	case Zen4, Zen5, SkylakeX, CascadeLake, CooperLake, IceLake, SapphireRapids, GraniteRapids:
		return true
	}
	return false
}

// Identify returns this machine's microarchitecture, or Unknown rather than a guess. It
// goes by what the processor, or the hypervisor in its place, says of itself; where cores
// differ, by one of them.
func Identify() Microarchitecture { return identify() }

var identify = sync.OnceValue(func() Microarchitecture {
	if runtime.GOARCH != "arm64" {
		c := &cpuid.CPU
		return ofX86(c.VendorID, signature{c.Family, c.Model, c.Stepping}, c.Supports(cpuid.AVX512F))
	}
	switch runtime.GOOS {
	case "darwin", "ios":
		return Apple
	}
	// Linux alone has this file, which tells what cpuid may not read everywhere.
	text, err := os.ReadFile("/sys/devices/system/cpu/cpu0/regs/identification/midr_el1")
	if err != nil {
		return Unknown
	}
	return ofMIDR(string(text))
})

// signature is what CPUID says of an x86 processor in leaf 1, family and model with
// their extensions.
type signature struct{ family, model, stepping int }

// models is a range of models of a family, and what they are.
type models struct {
	family, first, last int
	is                  Microarchitecture
}

// amdModels are the ranges that Linux knows: bsp_init_amd in arch/x86/kernel/cpu/amd.c.
// LLVM (compiler-rt/lib/builtins/cpu_model/x86.c) has the processors' code names. It agrees
// on family 19h, but lacks 80h to 9Fh; of family 1Ah it takes all models up to 77h for Zen 5,
// where Linux takes 50h to 5Fh for Zen 6, as 80h to AFh and C0h to CFh, and knows no 30h to 3Fh.
var amdModels = []models{
	{0x17, 0x30, 0x4f, Zen2},
	{0x17, 0x60, 0x7f, Zen2},
	{0x17, 0x90, 0x91, Zen2},
	{0x17, 0xa0, 0xaf, Zen2},
	{0x19, 0x00, 0x0f, Zen3},
	{0x19, 0x20, 0x5f, Zen3},
	{0x19, 0x10, 0x1f, Zen4},
	{0x19, 0x60, 0xaf, Zen4},
	{0x1a, 0x00, 0x2f, Zen5},
	{0x1a, 0x40, 0x4f, Zen5},
	{0x1a, 0x60, 0x7f, Zen5},
}

// intelModels are from Linux' arch/x86/include/asm/intel-family.h, which names the core
// beside most. Left out are clients with AVX-512 (Cannon, Ice, Tiger and Rocket Lake), what
// has slow cores alone (Alder Lake N, Atoms), and what is newer than Lion Cove.
var intelModels = []models{
	{6, 0x3c, 0x3c, Haswell},
	{6, 0x3f, 0x3f, Haswell}, // X
	{6, 0x45, 0x46, Haswell}, // L, G
	{6, 0x3d, 0x3d, Haswell}, // Broadwell
	{6, 0x47, 0x47, Haswell}, // Broadwell G
	{6, 0x4f, 0x4f, Haswell}, // Broadwell X
	{6, 0x56, 0x56, Haswell}, // Broadwell D

	{6, 0x4e, 0x4e, Skylake}, // L
	{6, 0x5e, 0x5e, Skylake},
	{6, 0x8e, 0x8e, Skylake}, // Kaby Lake L and others
	{6, 0x9e, 0x9e, Skylake}, // Kaby and Coffee Lake
	{6, 0xa5, 0xa6, Skylake}, // Comet Lake, L

	{6, 0x97, 0x97, GoldenCove}, // Alder Lake
	{6, 0x9a, 0x9a, GoldenCove}, // Alder Lake L
	{6, 0xb7, 0xb7, GoldenCove}, // Raptor Lake
	{6, 0xba, 0xba, GoldenCove}, // Raptor Lake P
	{6, 0xbf, 0xbf, GoldenCove}, // Raptor Lake S
	{6, 0xd7, 0xd7, GoldenCove}, // Bartlett Lake: Raptor Cove
	{6, 0xaa, 0xaa, GoldenCove}, // Meteor Lake L: Redwood Cove
	{6, 0xac, 0xac, GoldenCove}, // Meteor Lake

	{6, 0xbd, 0xbd, LionCove}, // Lunar Lake
	{6, 0xc5, 0xc6, LionCove}, // Arrow Lake H, Arrow Lake

	{6, 0x6a, 0x6a, IceLake},        // X
	{6, 0x6c, 0x6c, IceLake},        // D
	{6, 0x8f, 0x8f, SapphireRapids}, // Golden Cove with AVX-512 and AMX
	{6, 0xcf, 0xcf, SapphireRapids}, // Emerald Rapids: Raptor Cove
	{6, 0xad, 0xae, GraniteRapids},  // X, D: Redwood Cove
}

// skylakeServers are one model, 55h of family 6, in several steppings: notes on releases
// of Intel's microcode call 3 and 4 SKX, 5 to 7 CLX and 0Bh CPX; QEMU's Cooperlake has 0Ah.
func skylakeServers(stepping int) Microarchitecture {
	switch stepping {
	case 3, 4:
		return SkylakeX
	case 5, 6, 7:
		return CascadeLake
	case 0xa, 0xb:
		return CooperLake
	}
	return Unknown
}

// ofX86 returns the microarchitecture of a processor of AMD or Intel. A hypervisor may
// give another model than there is, or hide AVX-512: what contradicts itself is Unknown.
func ofX86(vendor cpuid.Vendor, s signature, avx512 bool) Microarchitecture {
	const zen3And4 = 0x19
	var known []models
	switch {
	case vendor == cpuid.AMD && s.family == zen3And4 && avx512:
		return Zen4 // whatever the model: Zen 3 has none
	case vendor == cpuid.AMD:
		known = amdModels
	case vendor == cpuid.Intel:
		known = intelModels
	}
	m := Unknown
	for _, k := range known {
		if s.family == k.family && k.first <= s.model && s.model <= k.last {
			m = k.is
		}
	}
	if vendor == cpuid.Intel && s.family == 6 && s.model == 0x55 {
		m = skylakeServers(s.stepping)
	}
	if m.hasAVX512() != avx512 {
		return Unknown
	}
	return m
}

// ofMIDR returns the microarchitecture of an arm64 processor from the number in its
// register MIDR_EL1: bits 31 to 24 are who made it, 15 to 4 what it is. Numbers are those
// of Linux' arch/arm64/include/asm/cputype.h.
func ofMIDR(text string) Microarchitecture {
	const (
		arm       = 0x41
		apple     = 0x61
		microsoft = 0x6d
	)
	midr, err := strconv.ParseUint(strings.TrimSpace(text), 0, 64)
	if err != nil {
		return Unknown
	}
	part := midr >> 4 & 0xfff
	switch midr >> 24 & 0xff {
	case arm:
		switch part {
		case 0xd0c:
			return NeoverseN1 // Graviton 2, Altra
		case 0xd40:
			return NeoverseV1 // Graviton 3
		case 0xd49:
			return NeoverseN2
		case 0xd4f:
			return NeoverseV2 // Graviton 4, Grace, Axion
		}
	case microsoft:
		if part == 0xd49 {
			return NeoverseN2 // Cobalt 100
		}
	case apple:
		return Apple
	}
	return Unknown
}
