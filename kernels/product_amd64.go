//go:build amd64 && !purego

package kernels

// avx2Product is the product for AVX2 with FMA: 6×16 tiles.
func avx2Product() Product {
	return Product{
		Tile:      tileAVX2,
		Row:       rowAVX2,
		Dots:      dotsAVX2,
		DotsMR:    2,
		Transpose: inSquares(8, transposeSquareAVX2),
		PackRows:  packRowsAVX2,
		MR:        6, NR: 16,
		Peak: peakAVX2, PeakRandom: 16 * 8, PeakFlops: 4 * 12 * 8 * 2,
	}
}

// avx512Product is the product for AVX-512: 14×32 tiles.
func avx512Product() Product {
	return Product{
		Tile:      tileAVX512,
		Row:       rowAVX512,
		Dots:      dotsAVX512,
		DotsMR:    4,
		Transpose: inSquares(16, transposeSquareAVX512),
		PackRows:  packRowsAVX512,
		MR:        14, NR: 32,
		Peak: peakAVX512, PeakRandom: 32 * 16, PeakFlops: 4 * 28 * 16 * 2,
	}
}
