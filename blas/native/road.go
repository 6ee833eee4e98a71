package native

import (
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/cpu"
	"github.com/neurona-ml/neurona/kernels"
)

// road is a way to compute a product. Which one a product takes is decided here, by its
// shape and, where bits depend on it, by nothing else but the ISA and the precision: a
// product by dots sums in another order than one by tiles, and one in bf16 rounds its
// operands. All others have the same bits.
type road int

const (
	byTiles road = iota // in tasks of whole panels, shared by the workers: multiply.go
	small               // the same tiles with nothing prepared: small.go
	byRows              // row by row of C: rows.go
	byDots              // dot products of rows: dots.go
)

// gemmRoad is the road of a product of plain operands.
func (t *kernel) gemmRoad(transposedA, transposedB bool, alpha float32, m, n, k int) road {
	switch {
	case !transposedB && alpha == 1 && gainsByRows(m, n, k):
		return byRows
	case !transposedA && transposedB && gainsByDots(m, k):
		return byDots
	case alpha == 1 && littleWork(m, n, k) && !(transposedA && t.narrow(m, n)):
		return small
	}
	return byTiles
}

// Which products are done row by row of C. GFLOP/s by tiles and by rows, AVX-512,
// one worker:
//
//	nn 1×512×512       27   57        tn 512×512×1      18   52
//	nn 1×2048×2048     19   40        tn 2048×2048×1     8   39
//	nn 3×1024×1024     67   83        tn 1024×1024×8    81  146
//	nn 1×64×30         49   49        tn 784×512×8     153  149
//	                                  tn 30×64×8       152   74
const (
	// rowsHigh is the most rows of C: B is read once for each of them.
	rowsHigh = 3
	// rowsDeep is the most steps of k for any number of rows, if these have at
	// least rowsLong columns: C is then written at the speed of memory, from end to
	// end.
	rowsDeep = 8
	rowsLong = 1024
	// rowsLongOuter is the same for k = 1, which does nothing but write.
	rowsLongOuter = 256
	// rowsWide is the least columns of few rows.
	rowsWide = 32
)

// gainsByRows reports whether an m×n product with k steps is done row by row.
func gainsByRows(m, n, k int) bool {
	switch {
	case m <= rowsHigh:
		return n >= rowsWide
	case k == 1:
		return n >= rowsLongOuter
	}
	return k <= rowsDeep && n >= rowsLong
}

// Which products C = A·Bᵀ are done as dot products of rows. To pack B for tiles
// is to read all of it and write it again, which few rows do not pay back; but
// the lanes of each dot product have to be added up, which short ones do not.
// GFLOP/s by tiles and by dot products, AVX-512, one worker:
//
//	 8×512×512     102  194        64×784×512   186  201
//	16×512×512     141  201        64×1024×1024 186  189
//	32×784×512     164  201        32×32×32     166   85
//	 8×30×64       104  112        64×30×64     180  130
const (
	dotsHigh   = 8   // rows of A at most,
	dotsLength = 32  // of at least this length
	dotsMany   = 32  // or so many rows
	dotsLong   = 256 // if they are that long
)

// gainsByDots reports whether C = A·Bᵀ for m rows of A is done as dot products of
// length k.
func gainsByDots(m, k int) bool {
	return m <= dotsHigh && k >= dotsLength || m <= dotsMany && k >= dotsLong
}

// smallWork bounds the products, in m·n·k, whose time goes as much into
// preparing as into multiplying: up to 64³ with everything in L1 or L2, where
// copies and parts of k gain nothing.
const smallWork = 64 * 64 * 64

// littleWork reports whether a product is one of smallWork at most. An int of 32 bits
// holds m·n, m·k and k·n, but not always m·n·k.
func littleWork(m, n, k int) bool { return int64(m)*int64(n)*int64(k) <= smallWork }

// planRoad is the road of a plan's product in float32: small if it is of smallWork at most,
// too small to share, not narrow, and without lines that conflict for few columns, which
// tiles of fewer rows are for.
func (b *Backend) planRoad(p *product) road {
	if littleWork(p.m, p.n, p.k) && (b.pool.Workers() == 1 || p.work() < p.kern.shareWork) &&
		!p.narrow() && !(p.n <= p.kern.NR/2 && p.conflicts()) {
		return small
	}
	return byTiles
}

// narrow reports whether an m×n product of a transposed A is done as its
// transpose: if C has so few columns that they would fill half of a
// panel at most, and enough rows for Cᵀ to fill all of it. GFLOP/s as tiles of C
// and transposed, one worker, AVX-512 of a Zen 4:
//
//	tn 512×10×32    50   79
//	tn 512×10×64    50   92
//	tn 512×10×256   51  105
func (t *kernel) narrow(m, n int) bool {
	return n <= min(t.MR, t.NR/2) && m >= t.NR
}

// narrow reports whether the product is done as its transpose: see narrow.go.
func (p *product) narrow() bool {
	return p.a.rs == 1 && p.a.cs != 1 && p.a.alpha == 1 && !p.b.packed && p.kern.narrow(p.m, p.n)
}

// The other road: bf16.

// termsGained is how many products in bf16 a unit does in less time than one
// in float32 takes. Not a unit of the processor's: -1.
func termsGained(unit string) int {
	switch {
	case unit == cpu.UnitAMX:
		return 6
	case unit != cpu.UnitAVX512:
		return -1
	case cpu.FullRateBF16():
		return 1
	}
	return 0
}

// Layers with fewer inputs, outputs or weights than these, batches of fewer rows,
// and products of fewer multiply-adds are multiplied in float32 in training: operands have to
// be rounded and written first, weights after each update, which little work does
// not pay back. Least times of a step in float32, and those of bf16 for all layers and batches
// relative to them, AVX512_BF16 of a Zen 4, on one worker and two (µs, SGD):
//
//	                  batch   one         two                         batch   one         two
//	784-512-512-10        4   254  0.98   162  0.88   128-128-128-10     16    34  0.79    28  0.97
//	                      8   377  0.82   213  0.82                      32    61  0.70    48  0.78
//	                     16   592  0.72   327  0.72                      64   113  0.65    79  0.81
//	784-128-10            8    45  0.84    27  0.88   64-64-64-10        64    34  0.75    31  0.84
//	                     16    75  0.73    44  0.83                     256   127  0.69    97  0.90
//	784-16-10            64    34  0.93    27  0.87   30-64-32-1        256    67  0.84    62  0.93
//
// Layers of ten outputs gain nothing: they fill a third of a panel.
//
// A Zen 5, whose float32 is twice as fast, gained less: 784-512-512-10 1.10 and
// 1.09 at batch 4, 0.93 and 0.97 at 8, 784-128-10 1.06 and 1.03 at 8, 128-128-128-10
// 0.76 and 1.10 at 32, before workers rounded for themselves.
const (
	bf16Width   = 16
	bf16Weights = 32 * 32
	bf16Batch   = 8
	bf16Work    = 1 << 19
)

// bf16Terms is how many products in bf16 each of a layer's is the sum of, 0 in float32.
func (b *Backend) bf16Terms(spec *blas.DenseSpec) int {
	if as, _ := b.Precision(spec.Precision); as == blas.Float32 {
		return 0
	}
	if !b.bf16.forced && (min(spec.In, spec.Out) < bf16Width || spec.In*spec.Out < bf16Weights) {
		return 0
	}
	return terms(spec.Precision)
}

// trainsInBF16 reports whether a training batch of so many rows is multiplied in bf16.
func (p *bf16Plan) trainsInBF16(rows int) bool {
	return p.b.bf16.forced || rows >= bf16Batch && int64(rows)*int64(p.spec.In*p.spec.Out) >= bf16Work
}

// predictWeights is from how many weights on a layer that has pairs predicts in bf16, if
// need be with a pass over its weights first, where batches below bf16Batch have trained
// it. One row through
// 64×64 takes as long as in float32, through 30-64-32-1 twice as long, one worker of a
// Zen 4; through 784-512-512-10 20 µs instead of 39, and through 1024-2048-2048-1024 280
// instead of 1060: weights are most of what is read, and there is half as much of them.
const predictWeights = 64 * 64

// predictsInBF16 reports whether a batch of so many rows is multiplied in bf16 if its
// weights stay what they are. Rows do not count, so that the result for one does not
// depend on others, unless the weights take more memory than in float32.
func (p *bf16Plan) predictsInBF16(rows int) bool {
	switch {
	case p.b.bf16.forced:
		return true
	case kernels.Pieces(p.terms) > 2:
		return p.trainsInBF16(rows)
	}
	return p.spec.In*p.spec.Out >= predictWeights
}
