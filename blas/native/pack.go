package native

import "github.com/neurona-ml/neurona/kernels"

const (
	// Reading an operand where it is costs more than reading a copy, and the
	// copy has to be made: it pays from this many readings.
	copyAFrom = 4 // panels of B that pass by a block of A
	copyBFrom = 3 // tiles of A that pass by a panel of B
)

// inPlaceStride is from how many elements on from row to row a transposed A is copied:
// then each step of k reads another page or two, which the short steps of small tiles
// hide less well. µs copied and in place, Zen 4:
//
//	                     AVX2, one worker  and two          AVX-512, one worker  and two
//	tn 512×512×512          2930  2900    1940  1490            2460  2420    1320  1210
//	tn 784×512×1024         9090  9270    6570  4690            7540  7270    3990  3650
//	tn 1024×1024×1024      22700 26800   12000 13200           20000 20500   10500 10300
//	tn 2048×2048×1024      88800     –   46200     –           79900 88000   39900 42600
func inPlaceStride(kern *kernels.Product) int {
	const page = 4096 / 4
	if kern.MR < 8 {
		return page
	}
	return 2 * page
}

// chooseCopies decides which operands tasks of g read from copies.
func (p *product) chooseCopies(kern *kernels.Product, g *grid) {
	if p.flip = p.narrow(kern); p.flip {
		return
	}
	if p.unit != nil && p.unit.RowMajor {
		return // operands were just written to be read where they are
	}
	again := g.columns >= copyAFrom
	p.copyA = p.alpha != 1 || again && p.worthCopying(kern)
	p.copyB = !p.packed && (p.csb != 1 || g.rows >= copyBFrom*kern.MR)
}

// worthCopying reports whether A is read faster from a copy, if it is read again and
// again.
func (p *product) worthCopying(kern *kernels.Product) bool {
	if p.csa != 1 {
		return p.csa >= inPlaceStride(kern)
	}
	return p.conflicts() || p.k > 2*kern.KC && p.n > 16*kern.NR
}

// conflicts reports whether reading the rows of A in place would keep evicting them:
// lines a multiple of 1 KiB apart share a sixteenth of the L1's sets.
func (p *product) conflicts() bool {
	return max(p.rsa, p.csa)%256 == 0
}
