package main

// noiseKernels are the noise of training. What happens to an element is a function of its column
// and of the key of its row.
var noiseKernels = []kernel{
	{
		name: "dropout", field: "Dropout", unroll: 2,
		body: func(b *body) {
			b.store("dst", where(b.kept(), mul(b.parameter("scale"), b.load("src"))))
		},
	},
	{
		name: "alphaDropout", field: "AlphaDropout", unroll: 2,
		body: func(b *body) {
			kept := b.kept()
			y := add(mul(b.parameter("scale"), b.load("src")), b.parameter("shift")) // rounded twice, as by the generic set
			b.store("dst", choose(kept, y, b.parameter("dropped")))
		},
	},
	{
		name: "gaussianNoise", field: "GaussianNoise", unroll: 1,
		notes: []string{"with fused multiply-adds, x and y within 4 ulp."},
		body: func(b *body) {
			column := b.index("first")
			x, y := normalPair(b.random32(column), b.random32(xor(column, wordOf("topBit", 1<<31))))
			sigma := b.parameter("sigma")
			dst, dst2 := mulAdd(sigma, x, b.load("src")), mulAdd(sigma, y, b.load("src2"))
			b.store("dst", dst)
			b.store("dst2", dst2)
		},
	},
}

// random32 is the random number of a column of the kernel's row.
func (b *body) random32(column word) word {
	return random32(column, b.wordParameter("key0"), b.wordParameter("key1"))
}

// kept says that an element is not among the share that is dropped.
func (b *body) kept() mask {
	return reaches(b.random32(b.index("first")), b.wordParameter("share"))
}

// normalPair makes two independent, normally distributed numbers of two random words (Box and
// Muller, 1958). With v = (radius + ½)/2³¹ and t = turns/2³³ of the words as integers with a sign,
// of which t is up to a quarter of a turn, they are
//
//	±√(-2·log|v|)·cos 2πt  with the sign of v, and  √(-2·log|v|)·sin 2πt
//
// which is √(-2·log 2⁻³²) = 6.66 at most.
func normalPair(radius, turns word) (x, y expr) {
	v := mulAdd(toFloat(radius), literal("pow2ofMinus31", 0x1p-31), literal("pow2ofMinus32", 0x1p-32))
	u := abs(v) // positive, normal, up to 1
	f := sub(significand(u), one)
	r := sqrt(mul(mulAdd(binaryExponent(u), ln2High, logNear1(f)), literal("minusTwo", -2)))

	t := mul(toFloat(turns), literal("pow2ofMinus31", 0x1p-31)) // in quarters
	q := abs(t)
	n := round(q) // 0 or 1
	s, c := sineAndCosine(mul(sub(q, n), quarter))
	odd := greater(n, half)
	return copySign(mul(r, choose(odd, s, c)), v), copySign(mul(r, choose(odd, c, s)), t)
}
