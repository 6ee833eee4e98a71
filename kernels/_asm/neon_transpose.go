package main

// neonTranspose writes the transposition of whole 4×4 squares.
func neonTranspose(v *neon) {
	v.begin("transposeSquaresNEON", transposeSignature,
		"transposeSquaresNEON is", "",
		"\tfor i := range rows {", "\t\tfor j := range cols {", "\t\t\tdst[j*ldd+i] = src[i*lds+j]", "\t\t}", "\t}", "",
		"for rows and cols that are multiples of 4, and not 0. It walks down the columns",
		"of squares, so that successive squares write to the same rows of dst.")
	rows, cols := v.load(v.param("rows")), v.load(v.param("cols"))
	src, lds := v.load(v.param("src")), v.load(v.param("lds"))
	dst, ldd := v.load(v.param("dst")), v.load(v.param("ldd"))
	v.asm("LSL $2, %s", lds)
	v.asm("LSL $2, %s", ldd)
	from, to, target, left := v.pointer(), v.pointer(), v.pointer(), v.pointer()
	r, t := []vector{0, 1, 2, 3}, []vector{4, 5, 6, 7}

	v.label("column")
	v.asm("MOVD %s, %s", src, from)
	v.asm("MOVD %s, %s", dst, to)
	v.asm("MOVD %s, %s", rows, left)
	v.label("square")
	for i := range 4 {
		v.asm("VLD1.P (%s)(%s), [%s]", from, lds, r[i].s4())
	}
	// Pairs of rows change places of odd and even lanes, then halves.
	for i := 0; i < 4; i += 2 {
		v.asm("VTRN1 %s, %s, %s", r[i+1].s4(), r[i].s4(), t[i].s4())
		v.asm("VTRN2 %s, %s, %s", r[i+1].s4(), r[i].s4(), t[i+1].s4())
	}
	for i := range 2 {
		v.asm("VZIP1 %s, %s, %s", t[i+2].d2(), t[i].d2(), r[i].d2())
		v.asm("VZIP2 %s, %s, %s", t[i+2].d2(), t[i].d2(), r[i+2].d2())
	}
	v.asm("MOVD %s, %s", to, target)
	for j := range 4 {
		v.asm("VST1.P [%s], (%s)(%s)", r[j].s4(), target, ldd)
	}
	v.asm("ADD $16, %s", to)
	v.asm("SUBS $4, %s, %s", left, left)
	v.asm("BNE square")
	v.asm("ADD $16, %s", src)
	v.asm("ADD %s<<2, %s", ldd, dst)
	v.asm("SUBS $4, %s, %s", cols, cols)
	v.asm("BNE column")
	v.done()
}
