package main

// optimizerKernels are the optimizer steps. They have one pass over their
// slices and multiply and add fused.
var optimizerKernels = []kernel{
	{
		name: "sgd", field: "SGD", unroll: 4,
		notes: []string{"with fused multiply-adds."},
		body: func(b *body) {
			w, d := b.load("p"), b.load("grad")
			d = mulAdd(b.field("WeightDecay"), w, d)
			w = negMulAdd(b.field("Rate"), d, w)
			b.store("p", w)
			b.largest(w)
		},
	},
	{
		name: "momentum", field: "Momentum", unroll: 2,
		notes:      []string{"with fused multiply-adds."},
		switchedBy: "Nesterov",
		body: func(b *body) {
			w, d, u := b.load("p"), b.load("grad"), b.load("velocity")
			d = mulAdd(b.field("WeightDecay"), w, d)
			u = mulAdd(flush(u), b.field("Momentum"), d)
			b.store("velocity", u)
			if b.switched {
				d = mulAdd(b.field("Momentum"), u, d)
			} else {
				d = u
			}
			w = negMulAdd(b.field("Rate"), d, w)
			b.store("p", w)
			b.largest(w)
		},
	},
	{
		name: "adam", field: "Adam", unroll: 1,
		notes: []string{"with fused multiply-adds, and a true square root and division."},
		body: func(b *body) {
			w, d := b.load("p"), b.load("grad")
			w = mul(w, b.field("Shrink"))
			d = mulAdd(b.field("WeightDecay"), w, d)

			m := mulAdd(b.field("OneMinusBeta1"), d, decay(b.load("m"), b.field("Beta1")))
			b.store("m", m)
			v := decay(b.load("v"), b.field("Beta2"))
			v = mulAdd(mul(d, b.field("OneMinusBeta2")), d, v)
			b.store("v", v)

			root := mulAdd(sqrt(v), b.field("InvSqrtBias2"), b.field("Epsilon"))
			b.store("p", sub(w, div(mul(m, b.field("StepSize")), root)))
		},
	},
}
