package main

// level1Kernels make one pass over one or two vectors.
var level1Kernels = []kernel{
	{
		name: "axpy", field: "Axpy", unroll: 4,
		notes: []string{"with a fused multiply-add."},
		body: func(b *body) {
			y := b.load("y")
			b.store("y", mulAdd(b.parameter("alpha"), b.load("x"), y))
		},
	},
	{
		name: "scale", field: "Scale", unroll: 4,
		body: func(b *body) { b.store("x", mul(b.load("x"), b.parameter("alpha"))) },
	},
	{
		name: "add", field: "Add", unroll: 4,
		body: func(b *body) { b.store("y", add(b.load("y"), b.load("x"))) },
	},
	{
		name: "dot", field: "Dot", unroll: 4,
		notes: []string{"in %s vectors of fused partial sums."},
		body:  func(b *body) { b.sumProducts(b.load("x"), b.load("y")) },
	},
	{
		name: "sum", field: "Sum", unroll: 2, neon: 4,
		notes: []string{"in %s vectors of partial sums."},
		body:  func(b *body) { b.sum(b.load("x")) },
	},
	{
		name: "sumSquares", field: "SumSquares", unroll: 2, neon: 4,
		notes: []string{"in %s vectors of partial sums."},
		body:  func(b *body) { b.sumSquares(b.load("x")) },
	},
	{
		name: "maxAbs", field: "MaxAbs", unroll: 4,
		x86:  []string{"comparing bits as integers, among which NaN is largest."},
		body: func(b *body) { b.largest(b.load("x")) },
	},
}
