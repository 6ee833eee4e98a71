package native

// run does a product that has been cut: on the workers by share, which is called with the
// pool acquired, or by alone if it is little work or the pool is busy. Operands
// that are numbers still are rounded by each worker for itself, or before.
//
// share returns what the pool does, a panic on a worker; one on the caller's
// goroutine passes through here, and through alone, to whoever recovers it. Both leave
// the pool released and scratch memory where it was.
func (b *Backend) run(p *product, g *grid, share func() error, alone func()) error {
	kern := p.kernel(b.set)
	if p.roundApart(g) && b.pool.TryAcquire() {
		return b.runApart(p, g, share)
	}
	if p.unrounded > 0 {
		forA, forB, err := p.roundOperands(b)
		if err != nil {
			return err
		}
		defer b.spare.put(forA)
		defer b.spare.put(forB)
	}
	p.chooseCopies(kern, g)
	if g.most > 1 && b.pool.TryAcquire() {
		defer b.pool.Release()
		return share()
	}
	alone()
	return nil
}

// runApart is run for operands that each worker rounds for itself, with the pool
// acquired.
func (b *Backend) runApart(p *product, g *grid, share func() error) error {
	defer b.pool.Release()
	defer b.apart.end(b)
	b.apart.begin(b, p, g.most)
	p.chooseCopies(p.kernel(b.set), g)
	return share()
}
