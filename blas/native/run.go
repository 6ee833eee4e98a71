package native

// run does a product that has been cut: on the workers by share, which is called with the
// pool acquired, or by alone if it is little work or the pool is busy. Operands
// that are numbers still are rounded by each worker for itself, or before.
func (b *Backend) run(p *product, g *grid, share, alone func()) {
	kern := p.kernel(b.set)
	if p.roundApart(g) && b.pool.TryAcquire() {
		b.apart.begin(b, p, g.most)
		p.chooseCopies(kern, g)
		share()
		b.apart.end(b)
		b.pool.Release()
		return
	}
	if p.unrounded > 0 {
		forA, forB := p.roundOperands(b)
		defer b.spare.put(forA)
		defer b.spare.put(forB)
	}
	p.chooseCopies(kern, g)
	if g.most > 1 && b.pool.TryAcquire() {
		share()
		b.pool.Release()
		return
	}
	alone()
}
