package native

const (
	// Reading an operand where it is costs more than reading a copy, and the
	// copy has to be made: it pays from this many readings.
	copyAFrom = 4 // panels of B that pass by a task's rows of A
	copyBFrom = 3 // tiles of A that pass by a panel of B
)

// chooseCopies decides which operands tasks of g read from copies.
func (p *product) chooseCopies(g *grid) {
	if p.flip = p.narrow(); p.flip {
		return
	}
	again := g.columns >= copyAFrom
	p.a.copied = p.a.alpha != 1 || again && p.worthCopying()
	p.b.copied = !p.b.packed && (p.b.cs != 1 || g.rows >= copyBFrom*p.kern.MR)
}

// worthCopying reports whether A is read faster from a copy, if it is read again and
// again.
func (p *product) worthCopying() bool {
	if p.a.cs != 1 {
		return p.a.cs >= p.kern.inPlaceStride
	}
	return p.conflicts() || p.k > 2*p.kern.kc && p.n > 16*p.kern.NR
}

// conflicts reports whether reading the rows of A in place would keep evicting them:
// lines a multiple of 1 KiB apart share a sixteenth of the L1's sets.
func (p *product) conflicts() bool {
	return max(p.a.rs, p.a.cs)%256 == 0
}
