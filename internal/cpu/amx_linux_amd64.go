//go:build !purego

package cpu

import (
	"os"
	"strings"
	"sync"
	"syscall"

	"github.com/klauspost/cpuid/v2"
)

func missingTiles() string {
	if os.Getenv("NEURONA_AMX_EMULATED") == "1" {
		return ""
	}
	return askForTiles()
}

// askForTiles is missingTiles on the machine as it is. What it asks for holds
// for the process, so it asks once.
var askForTiles = sync.OnceValue(func() string {
	var missing []string
	for _, f := range []cpuid.FeatureID{cpuid.AMXTILE, cpuid.AMXBF16} {
		if !cpuid.CPU.Supports(f) {
			missing = append(missing, f.String())
		}
	}
	if len(missing) != 0 {
		return "the processor lacks " + strings.Join(missing, ", ")
	}
	// cpuid reports AMX whether or not the registers' state is enabled; only with
	// OSXSAVE may XCR0 be read.
	const tileStates = 1<<17 | 1<<18 // the shapes and the data
	if !cpuid.CPU.Supports(cpuid.OSXSAVE) || xcr0()&tileStates != tileStates {
		return "the operating system does not save tiles"
	}
	// Some virtual machines report AMX and have no palette: every shape faults.
	const paletteLeaf = 0x1d
	if last, _, _, _ := cpuidLeaf(0, 0); last < paletteLeaf {
		return "the processor, or the virtual machine, describes no palette of tiles"
	}
	if palettes, _, _, _ := cpuidLeaf(paletteLeaf, 0); palettes < 1 {
		return "the processor, or the virtual machine, has no palette of tiles"
	}
	const (
		requestPermission = 0x1023 // ARCH_REQ_XCOMP_PERM
		tileData          = 18
	)
	if _, _, err := syscall.RawSyscall(syscall.SYS_ARCH_PRCTL, requestPermission, tileData, 0); err != 0 {
		return "the operating system does not permit tiles (arch_prctl: " + err.Error() + ")"
	}
	return ""
})

// cpuidLeaf is the instruction CPUID.
//
//go:noescape
func cpuidLeaf(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32)

// xcr0 returns which registers the operating system saves, by XGETBV.
//
//go:noescape
func xcr0() uint64
