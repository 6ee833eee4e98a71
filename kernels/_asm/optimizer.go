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
			u = mulAdd(flush(u), b.field("Momentum"), mul(d, b.field("Undamped")))
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
		notes: divides,
		body: func(b *body) {
			w, d := b.load("p"), b.load("grad")
			w = mul(w, b.field("Shrink"))
			d = mulAdd(b.field("WeightDecay"), w, d)

			m := mulAdd(b.field("OneMinusBeta1"), d, decay(b.load("m"), b.field("Beta1")))
			b.store("m", m)
			v := b.meanSquare("v", d, "Beta2", "OneMinusBeta2")

			root := mulAdd(sqrt(v), b.field("InvSqrtBias2"), b.field("Epsilon"))
			b.store("p", sub(w, div(mul(m, b.field("StepSize")), root)))
		},
	},
	{
		name: "amsgrad", field: "AMSGrad", unroll: 1,
		notes: divides,
		body: func(b *body) {
			w, d := b.load("p"), b.load("grad")
			w = mul(w, b.field("Shrink"))
			d = mulAdd(b.field("WeightDecay"), w, d)

			m := mulAdd(b.field("OneMinusBeta1"), d, decay(b.load("m"), b.field("Beta1")))
			b.store("m", m)
			v := b.meanSquare("v", d, "Beta2", "OneMinusBeta2")
			v = atLeast(v, b.load("largest"))
			b.store("largest", v)

			root := mulAdd(sqrt(v), b.field("InvSqrtBias2"), b.field("Epsilon"))
			b.store("p", sub(w, div(mul(m, b.field("StepSize")), root)))
		},
	},
	{
		name: "adamax", field: "Adamax", unroll: 1,
		notes: divides,
		body: func(b *body) {
			w, d := b.load("p"), b.load("grad")
			d = mulAdd(b.field("WeightDecay"), w, d)
			m := mulAdd(b.field("OneMinusBeta1"), d, decay(b.load("m"), b.field("Beta1")))
			b.store("m", m)
			u := atLeast(add(abs(d), b.field("Epsilon")), decay(b.load("u"), b.field("Beta2")))
			b.store("u", u)
			b.store("p", sub(w, div(mul(m, b.field("StepSize")), u)))
		},
	},
	{
		// p is loaded twice: AVX2 has no register to keep it in.
		name: "nadam", field: "NAdam", unroll: 1,
		notes: divides,
		body: func(b *body) {
			d := mulAdd(b.field("WeightDecay"), b.load("p"), b.load("grad"))
			m := mulAdd(b.field("OneMinusBeta1"), d, decay(b.load("m"), b.field("Beta1")))
			b.store("m", m)
			v := b.meanSquare("v", d, "Beta2", "OneMinusBeta2")
			move := mulAdd(b.field("GradientStep"), d, mul(m, b.field("MeanStep")))
			move = div(move, mulAdd(sqrt(v), b.field("InvSqrtBias2"), b.field("Epsilon")))
			b.store("p", sub(mul(b.load("p"), b.field("Shrink")), move))
		},
	},
	rmsprop("rmsprop", "0", false, false),
	rmsprop("rmspropMomentum", "RMSPropMoves", false, true),
	rmsprop("rmspropCentered", "RMSPropCentered", true, false),
	rmsprop("rmspropCenteredMomentum", "RMSPropCentered+RMSPropMoves", true, true),
	{
		name: "adagrad", field: "Adagrad", unroll: 1,
		notes: divides,
		body: func(b *body) {
			w, d := b.load("p"), b.load("grad")
			d = mulAdd(b.field("WeightDecay"), w, d)
			s := mulAdd(d, d, flush(b.load("sum")))
			b.store("sum", s)
			b.move(w, div(mul(d, b.field("Rate")), add(sqrt(s), b.field("Epsilon"))))
		},
	},
	{
		name: "adadelta", field: "Adadelta", unroll: 1,
		notes: []string{"with fused multiply-adds, and true square roots and a division."},
		body: func(b *body) {
			w, d := b.load("p"), b.load("grad")
			d = mulAdd(b.field("WeightDecay"), w, d)
			s := b.meanSquare("square", d, "Rho", "OneMinusRho")
			u := flush(b.load("steps"))
			ratio := div(sqrt(add(u, b.field("Epsilon"))), sqrt(add(s, b.field("Epsilon"))))
			d = mul(ratio, d)
			u = mulAdd(mul(d, b.field("OneMinusRho")), d, mul(u, b.field("Rho")))
			b.store("steps", u)
			w = negMulAdd(b.field("Rate"), d, w)
			b.store("p", w)
			b.largest(w)
		},
	},
	{
		name: "lion", field: "Lion", unroll: 2,
		notes: []string{"with fused multiply-adds."},
		body: func(b *body) {
			w, g, m := b.load("p"), b.load("grad"), flush(b.load("m"))
			d := mulAdd(b.field("OneMinusBeta1"), g, mul(m, b.field("Beta1")))
			b.store("m", mulAdd(b.field("OneMinusBeta2"), g, mul(m, b.field("Beta2"))))
			b.move(mul(w, b.field("Shrink")), along(d, b.field("Rate")))
		},
	},
	{
		name: "rprop", field: "Rprop", unroll: 1,
		body: func(b *body) {
			d, before := b.load("grad"), b.load("previous")
			turned := where(notZero(before), mul(d, copySign(one, before)))
			against := greater(zero, turned)
			s := mul(b.load("step"), choose(greater(turned, zero), b.field("Longer"), choose(against, b.field("Shorter"), one)))
			s = atMost(atLeast(s, b.field("Least")), b.field("Most"))
			b.store("step", s)
			d = choose(against, zero, d)
			b.store("previous", d)
			b.move(b.load("p"), along(d, s))
		},
	},
	{
		name: "scheduleFree", field: "ScheduleFree", unroll: 1,
		notes: divides,
		body: func(b *body) {
			d := b.load("grad")
			v := b.meanSquare("v", d, "Beta2", "OneMinusBeta2")
			d = div(d, mulAdd(sqrt(v), b.field("InvSqrtBias2"), b.field("Epsilon")))
			w := b.load("p")
			d = mulAdd(b.field("Decay"), w, d)
			z := b.load("base")
			w = mulAdd(b.field("Go"), z, mul(w, b.field("Stay")))
			b.store("p", negMulAdd(b.field("Step"), d, w))
			b.store("base", negMulAdd(b.field("Rate"), d, z))
		},
	},
	{
		name: "average", field: "Average", unroll: 2,
		notes: []string{"with fused multiply-adds."},
		body: func(b *body) {
			w := b.load("p")
			b.store("average", mulAdd(b.parameter("rest"), w, mul(flush(b.load("average")), b.parameter("decay"))))
			b.largest(w)
		},
	},
}

var divides = []string{"with fused multiply-adds, and a true square root and division."}

// rmsprop describes one of the kernels of RMSProp.
func rmsprop(name, index string, centered, moves bool) kernel {
	return kernel{
		name: name, field: "RMSProp[" + index + "]", unroll: 1,
		notes: divides,
		body: func(b *body) {
			w, d := b.load("p"), b.load("grad")
			d = mulAdd(b.field("WeightDecay"), w, d)
			v := b.meanSquare("square", d, "Alpha", "OneMinusAlpha")
			if centered {
				a := mulAdd(b.field("OneMinusAlpha"), d, decay(b.load("mean"), b.field("Alpha")))
				b.store("mean", a)
				v = atLeast(negMulAdd(a, a, v), zero)
			}
			d = div(d, add(sqrt(v), b.field("Epsilon")))
			if moves {
				d = mulAdd(b.field("Momentum"), flush(b.load("velocity")), d)
				b.store("velocity", d)
			}
			w = negMulAdd(b.field("Rate"), d, w)
			b.store("p", w)
			b.largest(w)
		},
	}
}

// meanSquare takes the square of d into a slice, and returns what is there then.
func (b *body) meanSquare(slice string, d expr, beta, rest string) expr {
	v := decay(b.load(slice), b.field(beta))
	v = mulAdd(mul(d, b.field(rest)), d, v)
	b.store(slice, v)
	return v
}

// move stores w - d for a parameter w, and measures it.
func (b *body) move(w, d expr) {
	w = sub(w, d)
	b.store("p", w)
	b.largest(w)
}

// along is length with the sign of d, and d itself if that is 0 or NaN.
func along(d, length expr) expr { return choose(notZero(d), copySign(length, d), d) }
