package main

// lossKernels are the losses that are more than a softmax.
var lossKernels = []kernel{
	{
		name: "squaredError", field: "SquaredError", unroll: 2,
		notes: []string{"in %s vectors of partial sums."},
		body: func(b *body) {
			d := sub(b.load("y"), b.load("t"))
			b.store("dy", mul(d, b.parameter("scale")))
			b.sumSquares(d)
		},
	},
}
