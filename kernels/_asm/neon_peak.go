package main

// neonPeak writes the loop that measures the FMA rate, as peak does for
// amd64: the 24 sums of the microkernel, four FMAs on each in an iteration.
func neonPeak(v *neon) {
	v.begin("peakNEON", "func(iterations int, random *float32)",
		"peakNEON runs iterations of the loop behind Product.Peak on registers filled from random.")
	n, from := v.load(v.param("iterations")), v.load(v.param("random"))
	registers := make([]vector, 28)
	for i := range registers {
		registers[i] = v.vec()
		v.asm("FMOVQ %d(%s), %s", 16*i, from, registers[i].scalar())
	}
	sums, x := registers[:24], registers[24:]
	v.label("loop")
	for pair := range 2 {
		for _, s := range sums {
			v.fmla(s, x[2*pair], x[2*pair+1])
		}
	}
	for pair := range 2 {
		for _, s := range sums {
			v.fmls(s, x[2*pair], x[2*pair+1])
		}
	}
	v.asm("SUBS $1, %s, %s", n, n)
	v.asm("BNE loop")
	v.done()
}
