package native

import "github.com/neurona-ml/neurona/blas"

// Gemm implements blas.Backend.
func (b *Backend) Gemm(tA, tB blas.Transpose, alpha float32, a, bm blas.Matrix, beta float32, c blas.Matrix) error {
	m, n, k, err := blas.GemmShape(tA, tB, a, bm, c)
	if err != nil {
		return err
	}
	if m == 0 || n == 0 {
		return nil
	}
	if k == 0 || alpha == 0 {
		b.scale(beta, c)
		return nil
	}
	j := multiplyJob{alpha: alpha}
	j.m, j.n, j.k = m, n, k
	j.floor = noFloor
	j.a, j.rsa, j.csa = a.Data, a.Stride, 1
	if tA != blas.NoTrans {
		j.rsa, j.csa = 1, a.Stride
	}
	j.copyA = alpha != 1 || b.conflicts(&j.product)
	j.c, j.ldc, j.panelC = c.Data, c.Stride, b.set.Product.NR
	// The sums start at C, scaled, or at zero.
	switch beta {
	case 0:
		j.s, j.lds, j.panelS = b.zeros, 0, 0
	default:
		b.scale(beta, c)
		j.s, j.lds, j.panelS = j.c, j.ldc, j.panelC
	}
	rsb, csb := bm.Stride, 1
	if tB != blas.NoTrans {
		rsb, csb = 1, bm.Stride
	}
	if csb == 1 && m < packRows*b.set.Product.MR {
		j.b, j.ldb, j.panelB = bm.Data, rsb, b.set.Product.NR
		b.runMultiply(&j)
		return nil
	}
	b.multiplyPacked(&j, bm.Data, rsb, csb)
	return nil
}

const (
	// packRows is how many tiles of rows make it worth copying B to panels:
	// a panel read twice costs less to read where it is.
	packRows = 3
	// packFloats bounds the memory for packed B: 4 MiB, a share of the L3.
	packFloats = 1 << 20
)

// multiplyPacked multiplies with op(B) copied to panels, as many columns at a
// time as packFloats allows.
func (b *Backend) multiplyPacked(j *multiplyJob, data []float32, rsb, csb int) {
	nr := b.set.Product.NR
	columns := max(1, packFloats/j.k/nr) * nr
	columns = min(columns, j.n)
	x := b.spare.get(columns * j.k)
	defer b.spare.put(x)
	for j0 := 0; j0 < j.n; j0 += columns {
		part := *j
		part.n = min(columns, j.n-j0)
		b.runPack(&packJob{b: data[j0*csb:], rsb: rsb, csb: csb, k: j.k, n: part.n, dst: x.mem})
		part.b, part.ldb, part.panelB = x.mem, 0, j.k*nr
		part.c = j.c[j0:]
		if j.lds != 0 {
			part.s = j.s[j0:]
		}
		b.runMultiply(&part)
	}
}

// conflicts reports whether reading A in place would keep evicting it: lines
// a multiple of 1 KiB apart share a sixteenth of the L1's sets, and a tile
// reads MR rows, or KC columns, of them.
func (b *Backend) conflicts(p *product) bool {
	kern := &b.set.Product
	return max(p.rsa, p.csa)%256 == 0 && p.m > kern.MR && p.n > 2*kern.NR
}

// scale computes C = beta·C; with beta 0 it writes zeros without reading.
func (b *Backend) scale(beta float32, c blas.Matrix) {
	if beta == 1 {
		return
	}
	for i := range c.Rows {
		row := c.Data[i*c.Stride : i*c.Stride+c.Cols]
		if beta == 0 {
			clear(row)
		} else {
			b.set.Scale(beta, row)
		}
	}
}
