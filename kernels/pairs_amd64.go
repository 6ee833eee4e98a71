//go:build amd64 && !purego

package kernels

import "github.com/neurona-ml/neurona/internal/cpu"

// tunedPairs returns the units of processors, whether or not this one has them.
func tunedPairs() []*Pairs {
	vectors := avx512Product()
	vectors.Tile = tilePairsAVX512
	vectors.Row, vectors.Dots, vectors.DotsMR = nil, nil, 0
	vectors.Peak, vectors.PeakFlops = peakPairsAVX512, 2*vectors.PeakFlops
	return []*Pairs{
		{
			Unit: cpu.UnitAVX512, Product: vectors, MaxRows: vectors.MR,
			FromRow: fromRowAVX512, FromRows: fromRowsAVX512,
		},
	}
}
