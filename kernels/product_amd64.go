//go:build amd64 && !purego

package kernels

// avx2Product is the product for AVX2 with FMA: 6×16 tiles.
func avx2Product() Product {
	return Product{
		Tile:      tileAVX2,
		Transpose: inBlocks(8, transposeBlockAVX2),
		PackRows:  packRowsAVX2,
		MR:        6, NR: 16,
		Peak: peakAVX2, PeakRandom: 16 * 8, PeakFlops: 4 * 12 * 8 * 2,
		// A 256×16 panel of B is 16 KiB, half of a 32-KiB L1. A 144×256 block of
		// A is 144 KiB, which leaves half of a 256-KiB L2 to B and C.
		KC: 256, MC: 144,
	}
}

// avx512Product is the product for AVX-512: 14×32 tiles.
func avx512Product() Product {
	return Product{
		Tile:      tileAVX512,
		Transpose: inBlocks(16, transposeBlockAVX512),
		PackRows:  packRowsAVX512,
		MR:        14, NR: 32,
		Peak: peakAVX512, PeakRandom: 32 * 16, PeakFlops: 4 * 28 * 16 * 2,
		// A 256×32 panel of B is 32 KiB of a 48-KiB L1. Of KC 128, 192, 256 and
		// 384, 256 was best or within 3 % of it for most packed products of 512 to
		// 2048; transposed A at 512 liked 128 better. A 504×256 block of A is 504 KiB of a
		// 2-MiB L2; 252 and 1008 rows were each better at some of these sizes
		// and worse at more.
		KC: 256, MC: 504,
	}
}
