package main

// neonPackRows writes Product.PackRows.
func neonPackRows(v *neon) {
	v.begin("packRowsNEON", "func(rows, width int, src *float32, lds int, dst *float32)",
		"packRowsNEON is Product.PackRows.")
	rows, width := v.load(v.param("rows")), v.load(v.param("width"))
	src, lds, dst := v.load(v.param("src")), v.load(v.param("lds")), v.load(v.param("dst"))
	last, lastSrc, lastDst := v.pointer(), v.pointer(), v.pointer()
	v.asm("LSL $2, %s", lds)
	v.asm("CBZ %s, done", rows)
	v.eachColumns(width, last, func(c neonColumns) {
		v.asm("LSL $2, %s", width)
		if c.vectors > 1 {
			v.asm("ADD %s, %s, %s", last, src, lastSrc)
			v.asm("ADD %s, %s, %s", last, dst, lastDst)
		}
		v.label(c.name + "Loop")
		c.load(v, src, lastSrc, lds, 0)
		c.save(v, 0, dst, lastDst, width)
		v.asm("SUBS $1, %s, %s", rows, rows)
		v.asm("BNE %sLoop", c.name)
		v.asm("RET")
	})
	v.label("done")
	v.done()
}
