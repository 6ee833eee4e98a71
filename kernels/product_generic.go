package kernels

import "unsafe"

// genericProduct is the product in plain Go: a register tile of 4×4.
func genericProduct() Product {
	return Product{
		Tile:      tileGeneric,
		Row:       rowGeneric,
		Dots:      dotsGeneric,
		DotsMR:    1,
		Transpose: inSquares(4, transposeGeneric),
		PackRows:  packRowsGeneric,
		MR:        4, NR: 4,
		Peak: peakGeneric, PeakRandom: 10, PeakFlops: 8 * 2,
	}
}

// tileGeneric is Product.Tile for 4×4 tiles.
func tileGeneric(m, n, k int, a *float32, rsa, csa int, b *float32, ldb int, s *float32, lds int, c *float32, ldc int, floor float32, _ *float32, _ int) {
	var zeros [4]float32
	if s == nil {
		s, lds = &zeros[0], 0
	}
	if k == 0 {
		for i := range m {
			for j := range n {
				storeAtLeast(at(c, i*ldc+j), floor, *at(s, i*lds+j))
			}
		}
		return
	}
	// Slices over the exact span of each operand: Go checks what the caller
	// promised.
	as := unsafe.Slice(a, (m-1)*rsa+(k-1)*csa+1)
	bs := unsafe.Slice(b, (k-1)*ldb+n)
	i := 0
	for ; n == 4 && i+2 <= m; i += 2 {
		tile2x4(k, as[i*rsa:], rsa, csa, bs, ldb, at(s, i*lds), lds, at(c, i*ldc), ldc, floor)
	}
	for ; i < m; i++ {
		for j := range n {
			sum := *at(s, i*lds+j)
			for p := range k {
				sum += float32(as[i*rsa+p*csa] * bs[p*ldb+j])
			}
			storeAtLeast(at(c, i*ldc+j), floor, sum)
		}
	}
}

// tile2x4 computes two full rows of a tile with its eight sums in registers:
// amd64 has sixteen, and a 4×4 tile would spill.
func tile2x4(k int, a []float32, rsa, csa int, b []float32, ldb int, s *float32, lds int, c *float32, ldc int, floor float32) {
	s0, s1 := unsafe.Slice(s, 4), unsafe.Slice(at(s, lds), 4)
	c00, c01, c02, c03 := s0[0], s0[1], s0[2], s0[3]
	c10, c11, c12, c13 := s1[0], s1[1], s1[2], s1[3]
	for p := range k {
		row := b[p*ldb : p*ldb+4 : p*ldb+4]
		a0, a1 := a[p*csa], a[rsa+p*csa]
		c00 += float32(a0 * row[0])
		c01 += float32(a0 * row[1])
		c02 += float32(a0 * row[2])
		c03 += float32(a0 * row[3])
		c10 += float32(a1 * row[0])
		c11 += float32(a1 * row[1])
		c12 += float32(a1 * row[2])
		c13 += float32(a1 * row[3])
	}
	for j, sum := range [4]float32{c00, c01, c02, c03} {
		storeAtLeast(at(c, j), floor, sum)
	}
	for j, sum := range [4]float32{c10, c11, c12, c13} {
		storeAtLeast(at(c, ldc+j), floor, sum)
	}
}

// storeAtLeast stores max(floor, x); a NaN x stays NaN.
func storeAtLeast(c *float32, floor, x float32) {
	if floor > x {
		x = floor
	}
	*c = x
}

// at returns the address of p[i].
func at(p *float32, i int) *float32 {
	return (*float32)(unsafe.Add(unsafe.Pointer(p), 4*i))
}

// rowGeneric is Product.Row.
func rowGeneric(n, k int, a *float32, csa int, b *float32, ldb int, s, c *float32) {
	sums := unsafe.Slice(c, n)
	if s == nil {
		clear(sums)
	} else {
		copy(sums, unsafe.Slice(s, n))
	}
	for p := range k {
		x, row := *at(a, p*csa), unsafe.Slice(at(b, p*ldb), n)
		for j := range sums {
			sums[j] += float32(x * row[j])
		}
	}
}

// dotsGeneric is Product.Dots, for a row at a time.
func dotsGeneric(_, n, k int, a *float32, _ int, b *float32, ldb int, c *float32, _ int, alpha float32, add bool) {
	x := unsafe.Slice(a, k)
	for j := range n {
		storeDot(at(c, j), alpha*dotGeneric(x, unsafe.Slice(at(b, j*ldb), k)), add)
	}
}

// storeDot stores x, or adds it to what is there.
func storeDot(c *float32, x float32, add bool) {
	if add {
		x += *c
	}
	*c = x
}

// packRowsGeneric is Product.PackRows.
func packRowsGeneric(rows, width int, src *float32, lds int, dst *float32) {
	for i := range rows {
		copy(unsafe.Slice(at(dst, i*width), width), unsafe.Slice(at(src, i*lds), width))
	}
}

// peakGeneric is Product.Peak: eight sums, as many as tile2x4 keeps.
func peakGeneric(iterations int, random *float32) {
	r := unsafe.Slice(random, 10)
	s0, s1, s2, s3, s4, s5, s6, s7 := r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7]
	x, y := r[8], r[9]
	for range iterations {
		s0 += float32(x * y)
		s1 += float32(x * s0)
		s2 += float32(x * y)
		s3 += float32(x * s2)
		s4 += float32(x * y)
		s5 += float32(x * s4)
		s6 += float32(x * y)
		s7 += float32(x * s6)
		x, y = y, -x
	}
	r[0] = s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7
}
