package native

import (
	"slices"

	"github.com/neurona-ml/neurona/internal/cpu"
)

// tuning are the sizes and thresholds that suit a microarchitecture. They decide how
// long a product takes and never a bit of it: an element's sum is one chain along k,
// wherever that is cut and whoever does it. What a sum's order depends on, dots.go, chain.go
// and road.go, hangs on the shape, the ISA and the unit alone.
type tuning struct {
	kc int // most steps of k in a part: rows of B's panel that stay in L1 or L2
	mc int // most rows of A in a task: with kc columns, what stays in L2

	rate      float64 // floating-point operations that a tile does in a nanosecond, about
	bandwidth float64 // bytes a nanosecond, of operands in L2

	shareWork float64 // nanoseconds of one worker that gain from a second one that is awake,
	wakeWork  float64 // and from one that has to be woken

	copyBFrom     int // from how many tiles of A on, that go by a panel of a row-major B, it is packed
	inPlaceStride int // from how many elements on from row to row a transposed A is copied
	prefetchFrom  int // from how many parameters and numbers of state on a layer's are fetched ahead
}

// Other numbers of this package are ratios and counts that follow from a kernel's shape, and stand
// where they are used.
//
// The measurements, by field. What is said of Zen 4 and 5 was measured on two cores of EPYCs
// with 1 MiB of L2 each.
//
// kc, mc, AVX-512. C is read and written once for kc steps of k, which costs more than
// panels that overflow L1: a 1024×32 panel of B is 128 KiB and comes from L2, two lines
// for 28 FMAs. GFLOP/s of kc 256, 512, 768 and 1024 with mc 504, on row-major operands and
// one worker of a Zen 5: nn 1024×2048×2048 179, 173, 188, 189, tn
// 2048×2048×1024 171, 183, 187, 194, nn 512×512×512 205, 213, 214, 212; nn
// 1024×2048×2048 packed, 768, 1024 and 2048: 195, 207, 209. mc 126 and 252 were slower at
// nearly all sizes.
//
// kc, mc, AVX2. A 512×16 panel of B is 32 KiB, 288 rows of A 576 KiB: of 256 to
// 1024 with 144, 288 and 504 on a Zen 5, the fastest or
// within 2 % of it from 512 to 2048, 2 to 4 % ahead of 256 with 144.
//
// rate, rounded down: AVX-512 110 on a Zen 4, 220 on a Zen 5, 235 on a Xeon with AMX; AVX2 110 on
// a Zen 5.
//
// bandwidth: an estimate, about half of what a core reads from its L2. It decides on sharing alone.
//
// shareWork: a worker that is looking for work takes half a microsecond to join in, and
// the cut has its price: 512×10×64, of 4.8 µs, does 101 GFLOP/s alone and 77 in tasks on a Zen 4.
// wakeWork: one that is parked takes 10 to 15 µs to start, and waking it costs a system call.
//
// copyBFrom, Zen 5: packing costs what the tiles that read it gain. With 10 instead of 3, AVX-512,
// products of 30 to 56 rows take 8 to 17 % less time, of 64 to 126 rows 5 to 9; with 12
// 128×2048×1024 and 140×1024×1024, whose rows of B lie on pages of their own, take 8 to 20 % more. AVX2:
// with 5 18×512×512 takes 4 % less and 64×30×4096 13 % on two workers, with 6 30×512×512 5 % more.
//
// inPlaceStride: each step of k then reads another page or two, which the short steps of
// small tiles hide less well. µs copied and in place, Zen 4:
//
//	                     AVX2, one worker  and two          AVX-512, one worker  and two
//	tn 512×512×512          2930  2900    1940  1490            2460  2420    1320  1210
//	tn 784×512×1024         9090  9270    6570  4690            7540  7270    3990  3650
//	tn 1024×1024×1024      22700 26800   12000 13200           20000 20500   10500 10300
//	tn 2048×2048×1024      88800     –   46200     –           79900 88000   39900 42600
//
// prefetchFrom: 256 KiB are still in a L2 of 1 MiB from the last step. A step of
// 30-64-32-1 with Adam takes 6.2 µs without fetching and 6.7 with it, AVX-512 of a Zen 5.

const page = 4096 / 4 // of memory, in elements

// tuned is what microarchitectures are tuned to on an ISA.
type tuned struct {
	isa   cpu.ISA
	of    []cpu.Microarchitecture // nil: all that are not in another row
	basis string                  // the fields that were measured, and "not measured: from" whom the others are
	tuning
}

// avx512, avx2, neon and generic are what the rows of an ISA have in common.
var (
	avx512 = tuning{kc: 1024, mc: 504, rate: 200, bandwidth: 100, shareWork: 5_000, wakeWork: 12_000, copyBFrom: 10, inPlaceStride: 2 * page, prefetchFrom: 64 << 10}
	avx2   = tuning{kc: 512, mc: 288, rate: 100, bandwidth: 100, shareWork: 5_000, wakeWork: 12_000, copyBFrom: 5, inPlaceStride: page, prefetchFrom: 64 << 10}
	// A 256×12 panel of B is 12 KiB and an 8×256 sliver of A 8 KiB of a 32- or
	// 64-KiB L1; 120 rows of A are 120 KiB, half of the smallest L2 that big cores come with.
	// rate is that of two pipelines at 3.75 GHz.
	neon = tuning{kc: 256, mc: 120, rate: 60, bandwidth: 100, shareWork: 5_000, wakeWork: 12_000, copyBFrom: 3, inPlaceStride: 2 * page, prefetchFrom: 64 << 10}
	// A 256×4 panel of B and a 4×256 sliver of A are 4 KiB each: both stay in
	// any L1 while 128 rows of A, 128 KiB, stay in any L2.
	generic = tuning{kc: 256, mc: 128, rate: 4, bandwidth: 100, shareWork: 5_000, wakeWork: 12_000, copyBFrom: 3, inPlaceStride: page, prefetchFrom: 64 << 10}
)

// tunings are all rows.
var tunings = []tuned{
	{cpu.AVX512, []cpu.Microarchitecture{cpu.Zen5}, "kc, mc, rate, copyBFrom, prefetchFrom; not measured: from zen4", avx512},
	{cpu.AVX512, []cpu.Microarchitecture{cpu.Zen4}, "rate, shareWork, wakeWork, inPlaceStride; not measured: from zen5", avx512.at(100)},
	{cpu.AVX512, []cpu.Microarchitecture{cpu.SkylakeX, cpu.CascadeLake, cpu.CooperLake, cpu.IceLake}, "not measured: from zen5, whose L2 is as large", avx512},
	{cpu.AVX512, []cpu.Microarchitecture{cpu.SapphireRapids, cpu.GraniteRapids}, "rate; not measured: from zen5, whose L2 is half as large", avx512},
	{cpu.AVX512, nil, "not measured: from zen5", avx512},

	{cpu.AVX2, []cpu.Microarchitecture{cpu.Zen5}, "kc, mc, rate, copyBFrom; not measured: from zen4", avx2},
	{cpu.AVX2, []cpu.Microarchitecture{cpu.Zen4}, "inPlaceStride; not measured: from zen5", avx2},
	{cpu.AVX2, []cpu.Microarchitecture{cpu.Zen2, cpu.Zen3}, "not measured: from zen5, whose L2 is twice as large: try mc 192", avx2},
	{cpu.AVX2, []cpu.Microarchitecture{cpu.Haswell, cpu.Skylake}, "not measured: from zen5, whose L2 is four times as large: try mc 96", avx2},
	{cpu.AVX2, []cpu.Microarchitecture{cpu.GoldenCove, cpu.LionCove}, "not measured: from zen5, whose L2 is smaller", avx2},
	{cpu.AVX2, nil, "not measured: from zen5", avx2},

	{cpu.NEON, []cpu.Microarchitecture{cpu.NeoverseN1, cpu.NeoverseN2}, "not measured: from sizes of caches", neon},
	{cpu.NEON, []cpu.Microarchitecture{cpu.NeoverseV1, cpu.NeoverseV2, cpu.Apple}, "not measured: from sizes of caches; four pipelines: try rate 100", neon},
	{cpu.NEON, nil, "not measured: from sizes of caches", neon},

	{cpu.Generic, nil, "not measured: from sizes of caches", generic},
}

// at is t at another rate.
func (t tuning) at(rate float64) tuning {
	t.rate = rate
	return t
}

// tuningOf returns what m is tuned to on an ISA: its row's, or else the ISA's.
func tuningOf(isa cpu.ISA, m cpu.Microarchitecture) tuning {
	var found tuning
	for _, r := range tunings {
		if r.isa != isa {
			continue
		}
		if slices.Contains(r.of, m) {
			return r.tuning
		}
		if r.of == nil {
			found = r.tuning
		}
	}
	return found
}
