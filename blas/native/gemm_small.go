package native

// smallWork bounds the products, in m·n·k, whose time goes as much into
// preparing as into multiplying: up to 64³ with everything in L1 or L2, where
// copies and blocks gain nothing.
const smallWork = 64 * 64 * 64

// gemmSmall is block for products of smallWork at most whose B is not
// transposed: the same tiles in the same order of k, with nothing prepared.
func (p *product) gemmSmall(b *Backend) {
	kern := &b.set.Product
	floor := p.floor
	for j := 0; j < p.n; j += kern.NR {
		width := min(kern.NR, p.n-j)
		for i := 0; i < p.m; {
			rows := p.m - i
			if rows > kern.MR {
				if rows < 2*kern.MR {
					rows = (rows + 1) / 2 // two tiles of even height
				} else {
					rows = kern.MR
				}
			}
			s, lds := &b.zeros[0], 0
			c := &p.c[i*p.ldc+j]
			if p.add {
				s, lds = c, p.ldc
			}
			kern.Tile(rows, width, p.k, &p.a[i*p.rsa], p.rsa, p.csa, &p.b[j], p.rsb, s, lds, c, p.ldc, floor)
			i += rows
		}
	}
}
