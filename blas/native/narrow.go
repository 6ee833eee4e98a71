package native

import "github.com/neurona-ml/neurona/kernels"

// narrow reports whether an m×n product of a transposed A is done as its
// transpose, Cᵀ = Bᵀ·A: if C has so few columns that they would fill half of a
// panel at most, and enough rows for Cᵀ to fill all of it. This is the gradient
// of a network's last layer. The chains of additions, and so the bits, are the
// same. GFLOP/s as tiles of C and transposed, one worker, AVX-512 of a Zen 4:
//
//	tn 512×10×32    50   79
//	tn 512×10×64    50   92
//	tn 512×10×256   51  105
func narrow(kern *kernels.Product, m, n int) bool {
	return n <= min(kern.MR, kern.NR/2) && m >= kern.NR
}

// narrow reports whether the product is done as its transpose.
func (p *product) narrow(kern *kernels.Product) bool {
	return p.unit == nil && p.rsa == 1 && p.csa != 1 && p.alpha == 1 && !p.packed && narrow(kern, p.m, p.n)
}

// blockNarrow computes rows [i0, i1) of a narrow C, as panels of Cᵀ in local
// that are then transposed.
func (p *product) blockNarrow(kern *kernels.Product, local []float32, i0, i1 int) {
	ldc := p.ldc
	if ldc == 0 {
		ldc = p.n
	}
	var a, b, start *float32
	if p.k > 0 {
		a = &p.b[0]
	}
	for i := i0; i < i1; i += kern.NR {
		rows := min(kern.NR, i1-i)
		if p.k > 0 {
			b = &p.a[i]
		}
		if p.add {
			start = &local[0]
			kern.Transpose(rows, p.n, &p.c[i*ldc], ldc, start, rows)
		}
		kern.Tile(p.n, rows, p.k, a, p.csb, p.rsb, b, p.csa, start, rows, &local[0], rows, p.floor, nil, 0)
		kern.Transpose(p.n, rows, &local[0], rows, &p.c[i*ldc], ldc)
	}
}
