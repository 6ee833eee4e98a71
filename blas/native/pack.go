package native

import "github.com/neurona-ml/neurona/kernels"

const (
	// Reading an operand where it is costs more than reading a copy, and the
	// copy has to be made: it pays from this many readings.
	copyAFrom = 4 // panels of B that pass by a block of A
	copyBFrom = 3 // tiles of A that pass by a panel of B
	// inPlaceDepth is the most steps of k for which a transposed A is read
	// where it is: the lines of so few columns stay in L1. Two workers, AVX-512,
	// GFLOP/s copied and in place, the better of two runs: tn 784×512×64 366 and
	// 397, 784×512×256 379 and 392; at 2048×2048×1024, 373 and 384, noise hid any
	// difference.
	inPlaceDepth = 256
)

// chooseCopies decides which operands tasks of g read from copies.
func (p *product) chooseCopies(kern *kernels.Product, g *grid) {
	if p.flip = p.narrow(kern); p.flip {
		return
	}
	if p.unit != nil && p.unit.RowMajor {
		return // operands were just written to be read where they are
	}
	again := g.columns >= copyAFrom
	p.copyA = p.alpha != 1 || again && (p.csa != 1 && p.k > inPlaceDepth || p.conflicts() || p.k > 2*kern.KC && p.n > 16*kern.NR)
	p.copyB = !p.packed && (p.csb != 1 || g.rows >= copyBFrom*kern.MR)
}

// conflicts reports whether reading A in place would keep evicting it: lines
// a multiple of 1 KiB apart share a sixteenth of the L1's sets, and a tile
// reads MR rows, or KC columns, of them.
func (p *product) conflicts() bool {
	return max(p.rsa, p.csa)%256 == 0
}
