package main

// normKernels are what normalisations do to rows, with numbers of the row, and to
// columns, with numbers of each. They multiply and add fused.
var normKernels = []kernel{
	{
		name: "squaresFrom", field: "SquaresFrom", unroll: 2, neon: 4,
		notes: []string{"in %s vectors of partial sums."},
		body:  func(b *body) { b.sumSquares(sub(b.load("x"), b.parameter("centre"))) },
	},
	{
		name: "sumProducts", field: "SumProducts", unroll: 2, neon: 4,
		notes: []string{"in %s vectors of partial sums."},
		body:  func(b *body) { b.sum(mul(b.load("x"), b.load("y"))) },
	},
	{
		name: "normRow", field: "NormRow", unroll: 4,
		body: func(b *body) {
			h := mul(sub(b.load("x"), b.parameter("mean")), b.parameter("inverse"))
			b.store("y", mulAdd(h, b.load("gain"), b.load("bias")))
		},
	},
	{
		name: "normRowGradients", field: "NormRowGradients", unroll: 2,
		notes: []string{"in %s vectors of partial sums."},
		body: func(b *body) {
			h := mul(sub(b.load("x"), b.parameter("mean")), b.parameter("inverse"))
			dy := b.load("dy")
			b.store("dgain", mulAdd(dy, h, b.load("dgain")))
			b.store("dbias", add(b.load("dbias"), dy))
			b.sum(mul(mul(dy, b.load("gain")), h))
		},
	},
	{
		name: "normRowInput", field: "NormRowInput", unroll: 2,
		body: func(b *body) {
			h := mul(sub(b.load("x"), b.parameter("mean")), b.parameter("inverse"))
			g := sub(mul(b.load("dy"), b.load("gain")), b.parameter("gradient"))
			b.store("dx", mul(negMulAdd(h, b.parameter("product"), g), b.parameter("inverse")))
		},
	},
	{
		name: "centredSums", field: "CentredSums", unroll: 2,
		body: func(b *body) {
			d := sub(b.load("x"), b.load("centre"))
			b.store("sums", add(b.load("sums"), d))
			b.store("squares", mulAdd(d, d, b.load("squares")))
		},
	},
	{
		name: "normColumns", field: "NormColumns", unroll: 4,
		body: func(b *body) {
			b.store("y", mulAdd(sub(b.load("x"), b.load("mean")), b.load("factor"), b.load("bias")))
		},
	},
	{
		name: "normColumnGradients", field: "NormColumnGradients", unroll: 2,
		body: func(b *body) {
			h := mul(sub(b.load("x"), b.load("mean")), b.load("inverse"))
			dy := b.load("dy")
			b.store("dgain", mulAdd(dy, h, b.load("dgain")))
			b.store("dbias", add(b.load("dbias"), dy))
		},
	},
	{
		name: "normColumnInput", field: "NormColumnInput", unroll: 2,
		body: func(b *body) {
			g := sub(b.load("dy"), b.load("gradient"))
			g = negMulAdd(sub(b.load("x"), b.load("mean")), b.load("product"), g)
			b.store("dx", mul(g, b.load("factor")))
		},
	},
	{
		name: "multiply", field: "Multiply", unroll: 4,
		body: func(b *body) { b.store("dst", mul(b.load("x"), b.load("y"))) },
	},
	{
		name: "addProducts", field: "AddProducts", unroll: 4,
		notes: []string{"with a fused multiply-add."},
		body:  func(b *body) { b.store("sums", mulAdd(b.load("x"), b.load("y"), b.load("sums"))) },
	},
}
