package native

// A narrow C is computed as its transpose, Cᵀ = Bᵀ·A: the gradient of a network's last
// layer. The chains of additions, and so the bits, are those of tiles of C.

// narrow reports whether an m×n product of a transposed A is done as its
// transpose: if C has so few columns that they would fill half of a
// panel at most, and enough rows for Cᵀ to fill all of it. GFLOP/s as tiles of C
// and transposed, one worker, AVX-512 of a Zen 4:
//
//	tn 512×10×32    50   79
//	tn 512×10×64    50   92
//	tn 512×10×256   51  105
func (kern *kernel) narrow(m, n int) bool {
	return n <= min(kern.MR, kern.NR/2) && m >= kern.NR
}

// narrow reports whether the product is done as its transpose.
func (p *product) narrow() bool {
	return p.a.rs == 1 && p.a.cs != 1 && p.a.alpha == 1 && !p.b.packed && p.kern.narrow(p.m, p.n)
}

// computeNarrow computes rows [i0, i1) of a narrow C, as panels of Cᵀ in local
// that are then transposed.
func (p *product) computeNarrow(local []float32, i0, i1 int) {
	kern := p.kern
	ldc := p.c.ld
	if ldc == 0 {
		ldc = p.n
	}
	var a, b, start *float32
	if p.k > 0 {
		a = &p.b.data[0]
	}
	for i := i0; i < i1; i += kern.NR {
		rows := min(kern.NR, i1-i)
		if p.k > 0 {
			b = &p.a.data[i]
		}
		if p.c.add {
			start = &local[0]
			kern.Transpose(rows, p.n, &p.c.data[i*ldc], ldc, start, rows)
		}
		kern.Tile(p.n, rows, p.k, a, p.b.cs, p.b.rs, b, p.a.cs, start, rows, &local[0], rows, p.c.floor, nil, 0)
		kern.Transpose(p.n, rows, &local[0], rows, &p.c.data[i*ldc], ldc)
	}
}
