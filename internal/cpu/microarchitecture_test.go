package cpu

import (
	"testing"

	"github.com/klauspost/cpuid/v2"
)

// TestOfX86 has processors by family, model and stepping, the last of which matters for
// model 55h alone: see amdModels, intelModels and skylakeServers for where they are listed.
func TestOfX86(t *testing.T) {
	for _, c := range []struct {
		name   string
		vendor cpuid.Vendor
		s      signature
		avx512 bool
		want   Microarchitecture
	}{
		{"Naples", cpuid.AMD, signature{0x17, 0x01, 2}, false, Unknown},
		{"Picasso", cpuid.AMD, signature{0x17, 0x18, 1}, false, Unknown},
		{"Rome", cpuid.AMD, signature{0x17, 0x31, 0}, false, Zen2},
		{"Renoir", cpuid.AMD, signature{0x17, 0x60, 1}, false, Zen2},
		{"Matisse", cpuid.AMD, signature{0x17, 0x71, 0}, false, Zen2},
		{"Mendocino", cpuid.AMD, signature{0x17, 0xa0, 0}, false, Zen2},
		{"Dhyana", cpuid.Hygon, signature{0x18, 0x00, 2}, false, Unknown},
		{"Milan", cpuid.AMD, signature{0x19, 0x01, 1}, false, Zen3},
		{"Chagall", cpuid.AMD, signature{0x19, 0x08, 2}, false, Zen3},
		{"Vermeer", cpuid.AMD, signature{0x19, 0x21, 0}, false, Zen3},
		{"Rembrandt", cpuid.AMD, signature{0x19, 0x44, 1}, false, Zen3},
		{"Cezanne", cpuid.AMD, signature{0x19, 0x50, 0}, false, Zen3},
		{"Genoa", cpuid.AMD, signature{0x19, 0x11, 1}, true, Zen4},
		{"Storm Peak", cpuid.AMD, signature{0x19, 0x18, 1}, true, Zen4},
		{"Raphael", cpuid.AMD, signature{0x19, 0x61, 2}, true, Zen4},
		{"Phoenix", cpuid.AMD, signature{0x19, 0x74, 1}, true, Zen4},
		{"MI300A", cpuid.AMD, signature{0x19, 0x90, 1}, true, Zen4},
		{"Bergamo", cpuid.AMD, signature{0x19, 0xa0, 2}, true, Zen4},
		{"Turin", cpuid.AMD, signature{0x1a, 0x02, 1}, true, Zen5},
		{"Turin Dense", cpuid.AMD, signature{0x1a, 0x11, 0}, true, Zen5},
		{"Strix Point", cpuid.AMD, signature{0x1a, 0x24, 0}, true, Zen5},
		{"Granite Ridge", cpuid.AMD, signature{0x1a, 0x44, 0}, true, Zen5},
		{"Krackan", cpuid.AMD, signature{0x1a, 0x60, 0}, true, Zen5},
		{"Strix Halo", cpuid.AMD, signature{0x1a, 0x70, 0}, true, Zen5},
		{"Zen 6", cpuid.AMD, signature{0x1a, 0x50, 0}, true, Unknown},
		{"Zen 6", cpuid.AMD, signature{0x1a, 0x80, 0}, true, Unknown},
		{"to come", cpuid.AMD, signature{0x1b, 0x00, 0}, true, Unknown},

		{"Ivy Bridge", cpuid.Intel, signature{6, 0x3a, 9}, false, Unknown},
		{"Haswell X", cpuid.Intel, signature{6, 0x3f, 2}, false, Haswell},
		{"Broadwell X", cpuid.Intel, signature{6, 0x4f, 1}, false, Haswell},
		{"Skylake", cpuid.Intel, signature{6, 0x5e, 3}, false, Skylake},
		{"Coffee Lake", cpuid.Intel, signature{6, 0x9e, 0xd}, false, Skylake},
		{"Comet Lake", cpuid.Intel, signature{6, 0xa5, 5}, false, Skylake},
		{"Skylake SP B1", cpuid.Intel, signature{6, 0x55, 3}, true, SkylakeX},
		{"Skylake SP H0", cpuid.Intel, signature{6, 0x55, 4}, true, SkylakeX},
		{"Cascade Lake A0", cpuid.Intel, signature{6, 0x55, 5}, true, CascadeLake},
		{"Cascade Lake B1", cpuid.Intel, signature{6, 0x55, 7}, true, CascadeLake},
		{"no stepping", cpuid.Intel, signature{6, 0x55, 8}, true, Unknown},
		{"Cooper Lake A1", cpuid.Intel, signature{6, 0x55, 0xb}, true, CooperLake},
		{"QEMU's Cooperlake", cpuid.Intel, signature{6, 0x55, 0xa}, true, CooperLake},
		{"Ice Lake SP D0", cpuid.Intel, signature{6, 0x6a, 6}, true, IceLake},
		{"Ice Lake D", cpuid.Intel, signature{6, 0x6c, 1}, true, IceLake},
		{"Ice Lake U", cpuid.Intel, signature{6, 0x7e, 5}, true, Unknown},
		{"Tiger Lake", cpuid.Intel, signature{6, 0x8c, 1}, true, Unknown},
		{"Rocket Lake", cpuid.Intel, signature{6, 0xa7, 1}, true, Unknown},
		{"Sapphire Rapids", cpuid.Intel, signature{6, 0x8f, 8}, true, SapphireRapids},
		{"Emerald Rapids", cpuid.Intel, signature{6, 0xcf, 2}, true, SapphireRapids},
		{"Granite Rapids", cpuid.Intel, signature{6, 0xad, 1}, true, GraniteRapids},
		{"Granite Rapids D", cpuid.Intel, signature{6, 0xae, 1}, true, GraniteRapids},
		{"Sierra Forest", cpuid.Intel, signature{6, 0xaf, 3}, false, Unknown},
		{"Diamond Rapids", cpuid.Intel, signature{19, 0x01, 0}, true, Unknown},
		{"Alder Lake", cpuid.Intel, signature{6, 0x97, 2}, false, GoldenCove},
		{"Alder Lake N", cpuid.Intel, signature{6, 0xbe, 0}, false, Unknown},
		{"Raptor Lake P", cpuid.Intel, signature{6, 0xba, 2}, false, GoldenCove},
		{"Bartlett Lake", cpuid.Intel, signature{6, 0xd7, 0}, false, GoldenCove},
		{"Meteor Lake L", cpuid.Intel, signature{6, 0xaa, 4}, false, GoldenCove},
		{"Lunar Lake", cpuid.Intel, signature{6, 0xbd, 1}, false, LionCove},
		{"Arrow Lake", cpuid.Intel, signature{6, 0xc6, 2}, false, LionCove},
		{"Panther Lake", cpuid.Intel, signature{6, 0xcc, 0}, false, Unknown},

		// What contradicts itself, and other makers' numbers.
		{"Genoa, AVX-512 hidden", cpuid.AMD, signature{0x19, 0x11, 1}, false, Unknown},
		{"Turin, AVX-512 hidden", cpuid.AMD, signature{0x1a, 0x02, 1}, false, Unknown},
		{"Genoa as Milan", cpuid.AMD, signature{0x19, 0x01, 1}, true, Zen4},
		{"Rome with AVX-512", cpuid.AMD, signature{0x17, 0x31, 0}, true, Unknown},
		{"Sapphire Rapids, AVX-512 hidden", cpuid.Intel, signature{6, 0x8f, 8}, false, Unknown},
		{"Alder Lake with AVX-512", cpuid.Intel, signature{6, 0x97, 2}, true, Unknown},
		{"QEMU's default", cpuid.AMD, signature{15, 107, 1}, false, Unknown},
		{"AMD's numbers", cpuid.Intel, signature{0x1a, 0x02, 1}, true, Unknown},
		{"Intel's numbers", cpuid.AMD, signature{6, 0x8f, 8}, true, Unknown},
		{"nothing", cpuid.VendorUnknown, signature{}, false, Unknown},
	} {
		if got := ofX86(c.vendor, c.s, c.avx512); got != c.want {
			t.Errorf("%s: family %#x, model %#x, stepping %d, AVX-512 %t is %q, want %q",
				c.name, c.s.family, c.s.model, c.s.stepping, c.avx512, got, c.want)
		}
	}
}

// TestModelsOnce holds the ranges against each other: no two claim one model, and none is
// empty or beyond what CPUID can say.
func TestModelsOnce(t *testing.T) {
	for _, ranges := range [][]models{amdModels, intelModels} {
		claimed := map[[2]int]Microarchitecture{}
		for _, r := range ranges {
			if r.first > r.last || r.last > 0xff {
				t.Errorf("models %#x to %#x of family %#x are none", r.first, r.last, r.family)
			}
			for model := r.first; model <= r.last; model++ {
				if other, ok := claimed[[2]int{r.family, model}]; ok {
					t.Errorf("model %#x of family %#x is %s and %s", model, r.family, other, r.is)
				}
				claimed[[2]int{r.family, model}] = r.is
			}
		}
		if is, ok := claimed[[2]int{6, 0x55}]; ok {
			t.Errorf("model 0x55 of family 6 is %s whatever its stepping", is)
		}
	}
}

// TestAVX512IsZen4 holds family 19h against the one feature that tells its two
// microarchitectures apart.
func TestAVX512IsZen4(t *testing.T) {
	for model := range 0x100 {
		s := signature{0x19, model, 0}
		if got := ofX86(cpuid.AMD, s, true); got != Zen4 {
			t.Errorf("model %#x with AVX-512 is %q, want %q", model, got, Zen4)
		}
		if got := ofX86(cpuid.AMD, s, false); got != Zen3 && got != Unknown {
			t.Errorf("model %#x without AVX-512 is %q, want %q or none", model, got, Zen3)
		}
	}
}

// TestOfMIDR has values of MIDR_EL1 as Linux writes them.
func TestOfMIDR(t *testing.T) {
	for text, want := range map[string]Microarchitecture{
		"0x00000000413fd0c1\n": NeoverseN1, // Graviton 2
		"0x00000000411fd401\n": NeoverseV1, // Graviton 3
		"0x00000000410fd490\n": NeoverseN2,
		"0x000000006d0fd490\n": NeoverseN2, // Cobalt 100
		"0x00000000410fd4f1\n": NeoverseV2, // Graviton 4
		"0x00000000611f0221\n": Apple,      // M1
		"0x00000000410fd840\n": Unknown,    // Neoverse V3
		"0x00000000410fd083\n": Unknown,    // Cortex-A72
		"0x000000006d0fd4f0\n": Unknown,    // nothing of Microsoft's
		"0x00000000c00fac30\n": Unknown,    // Ampere One
		"0x0000000000000000\n": Unknown,
		"\n":                   Unknown, // the kernel does not know
		"":                     Unknown,
		"midr":                 Unknown,
	} {
		if got := ofMIDR(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// TestIdentify holds this machine's microarchitecture against its features.
func TestIdentify(t *testing.T) {
	m := Identify()
	t.Logf("this is %q", m)
	if again := Identify(); again != m {
		t.Errorf("Identify says %q, and then %q", m, again)
	}
	if got := Describe().Microarchitecture; got != m {
		t.Errorf("Describe says %q, Identify %q", got, m)
	}
	if m == Unknown {
		return
	}
	if got, want := m.hasAVX512(), cpuid.CPU.Supports(cpuid.AVX512F); got != want {
		t.Errorf("%s has AVX-512: %t, and the processor %t", m, got, want)
	}
}
