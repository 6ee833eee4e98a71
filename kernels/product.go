package kernels

// Product is a microkernel of the matrix product and what brings operands into the form
// that it reads.
type Product struct {
	// Tile computes an m×n tile, 1 ≤ m ≤ MR, 1 ≤ n ≤ NR, k ≥ 0:
	//
	//	for i := range m {
	//		for j := range n {
	//			sum := s[i*lds+j] // 0 if s is nil
	//			for p := range k {
	//				sum += a[i*rsa+p*csa] * b[p*ldb+j]
	//			}
	//			c[i*ldc+j] = max(floor, sum)
	//		}
	//	}
	//
	// as one chain of fused multiply-adds per element, so that no cut
	// of m and n, and none of k through s = c, changes a bit of the
	// result (the generic kernel multiplies and adds without fusing). The
	// chain starts at zero, at a bias row with lds = 0, or at c itself. floor is 0
	// for a ReLU in the write-back and -Inf for none; a NaN sum stays NaN.
	// Nothing outside the tile is read or written. Strides are in elements.
	//
	// While it runs it may fetch k rows at next, ldNext apart, into a cache: what
	// a later tile will read as its B, or whatever else is about to be used. With next nil it fetches its own rows ahead.
	Tile func(m, n, k int, a *float32, rsa, csa int, b *float32, ldb int, s *float32, lds int, c *float32, ldc int, floor float32, next *float32, ldNext int)

	// Row computes a row of a product, n ≥ 1 columns of any number, k ≥ 0:
	//
	//	for j := range n {
	//		sum := s[j] // 0 if s is nil
	//		for p := range k {
	//			sum += a[p*csa] * b[p*ldb+j]
	//		}
	//		c[j] = sum
	//	}
	//
	// with the bits of a Tile. s may be c.
	Row func(n, k int, a *float32, csa int, b *float32, ldb int, s, c *float32)

	// Dots computes dot products of m rows of A, 1 ≤ m ≤ DotsMR, and n rows of B,
	// n ≥ 1, of k ≥ 1 elements each:
	//
	//	for i := range m {
	//		for j := range n {
	//			dot := float32(0)
	//			for p := range k {
	//				dot += a[i*lda+p] * b[j*ldb+p]
	//			}
	//			c[i*ldc+j] = alpha*dot // added to what is there if add is set
	//		}
	//	}
	//
	// with a sum for each lane of a vector, in an order that depends on k alone.
	Dots   func(m, n, k int, a *float32, lda int, b *float32, ldb int, c *float32, ldc int, alpha float32, add bool)
	DotsMR int // as many rows as registers hold sums of, four rows of B each

	// Transpose copies a rows×cols matrix to its transpose:
	//
	//	for i := range rows {
	//		for j := range cols {
	//			dst[j*ldd+i] = src[i*lds+j]
	//		}
	//	}
	Transpose func(rows, cols int, src *float32, lds int, dst *float32, ldd int)

	// PackRows copies rows of width ≤ NR elements to lie end to end, so that a
	// panel of B, or a tile of a transposed A, streams through the cache:
	//
	//	for i := range rows {
	//		copy(dst[i*width:(i+1)*width], src[i*lds:])
	//	}
	PackRows func(rows, width int, src *float32, lds int, dst *float32)

	// Peak runs iterations of the microkernel's arithmetic on registers alone,
	// filled from PeakRandom random floats, each iteration PeakFlops
	// floating-point operations: the roof of every product, measured.
	Peak                  func(iterations int, random *float32)
	PeakRandom, PeakFlops int

	MR, NR int // rows and columns of the register tile; MR is even
}
