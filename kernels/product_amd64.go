//go:build amd64 && !purego

package kernels

import "github.com/neurona-ml/neurona/internal/cpu"

// avx2Product is the product for AVX2 with FMA: 6×16 tiles.
func avx2Product() Product {
	return Product{
		Tile:      tileAVX2,
		Row:       rowAVX2,
		Dots:      dotsAVX2,
		DotsMR:    2,
		Transpose: inBlocks(8, transposeBlockAVX2),
		PackRows:  packRowsAVX2,
		MR:        6, NR: 16,
		Peak: peakAVX2, PeakRandom: 16 * 8, PeakFlops: 4 * 12 * 8 * 2,
		// A 512×16 panel of B is 32 KiB, a 288×512 block of A 576 KiB: of 256 to
		// 1024 with 144, 288 and 504 on a Zen 5 with 1 MiB of L2, the fastest or
		// within 2 % of it from 512 to 2048, 2 to 4 % ahead of 256 with 144.
		KC: 512, MC: 288,
		Rate: 100,
	}
}

// avx512Product is the product for AVX-512: 14×32 tiles.
func avx512Product() Product {
	return Product{
		Tile:      tileAVX512,
		Row:       rowAVX512,
		Dots:      dotsAVX512,
		DotsMR:    4,
		Transpose: inBlocks(16, transposeBlockAVX512),
		PackRows:  packRowsAVX512,
		MR:        14, NR: 32,
		Peak: peakAVX512, PeakRandom: 32 * 16, PeakFlops: 4 * 28 * 16 * 2,
		// C is read and written once for KC steps of k, which costs more than
		// panels that overflow L1: a 1024×32 panel of B is 128 KiB and comes from L2,
		// two lines for 28 FMAs. GFLOP/s of KC 256, 512, 768 and 1024 with 504 rows, on
		// row-major operands and one worker of a Zen 5 with 1 MiB of L2: nn 1024×2048×2048
		// 179, 173, 188, 189, tn 2048×2048×1024 171, 183, 187, 194, nn 512×512×512 205,
		// 213, 214, 212; nn 1024×2048×2048 packed, 768, 1024 and 2048: 195, 207, 209.
		// 126 and 252 rows were slower at nearly all sizes.
		KC: 1024, MC: 504,
		Rate: avx512Rate(),
	}
}

// avx512Rate is Product.Rate: 110 was measured on a Zen 4, 220 on a Zen 5 and 235
// on a Xeon with AMX.
func avx512Rate() float64 {
	if cpu.HalvesVectors() {
		return 100
	}
	return 200
}
