package main

// activationKernels are e^x, the activations, and their derivatives.
var activationKernels = []kernel{
	{
		name: "exp", field: "Exp", unroll: 2,
		notes: []string{"within 1 ulp (0.90 measured)."},
		body:  func(b *body) { b.store("dst", exp(b.load("x"))) },
	},
	activation("heaviside", "Heaviside", 4, func(z expr) expr { return keepNaN(z, where(greater(z, zero), one)) }),
	activation("sigmoid", "Sigmoid", 2, sigmoid,
		"within 2.5 ulp (2.41 measured), as 1/(1+t) or, for z < 0, t/(1+t), where",
		"t = e^-|z|, which counts as 0 where it would be denormal."),
	activation("tanh", "Tanh", 2, tanh, "within 2.6 ulp (2.50 measured), as ∓t/(t+2), where t = e^(-2|z|) - 1."),
	activation("relu", "ReLU", 4, relu),
	derivative("Sigmoid", sigmoidSlope),
	derivative("Tanh", tanhSlope, "with 1 - y² rounded once."),
	derivative("ReLU", reluSlope),
	{
		name: "prelu", field: "PReLU", unroll: 4,
		body: func(b *body) {
			z := b.load("z")
			b.store("y", choose(greater(z, zero), z, mul(b.load("slope"), z)))
		},
	},
	{
		name: "derivePReLU", field: "DerivePReLU", unroll: 2,
		notes: []string{"with a fused multiply-add."},
		body: func(b *body) {
			dy, z, dslope := b.load("dy"), b.load("z"), b.load("dslope")
			positive := greater(z, zero)
			b.store("dslope", choose(positive, dslope, mulAdd(dy, z, dslope)))
			b.store("dz", choose(positive, dy, mul(dy, b.load("slope"))))
		},
	},
	{
		name: "deriveLeakyReLU", field: "DeriveLeakyReLU", unroll: 2,
		notes: []string{"in %s vectors of partial sums."},
		body: func(b *body) {
			dy, z := b.load("dy"), b.load("z")
			positive := greater(z, zero)
			b.store("dz", choose(positive, dy, mul(dy, b.parameter("slope"))))
			b.sum(choose(positive, zero, mul(dy, z)))
		},
	},
}

// activation describes dst = f(z), the kernel of an Activation.
func activation(name, activation string, unroll int, f func(z expr) expr, notes ...string) kernel {
	return kernel{
		name: name, field: "Activate[" + activation + "]", unroll: unroll, notes: notes,
		body: func(b *body) { b.store("dst", f(b.load("z"))) },
	}
}

// derivative describes dz = f(dy, y), that of its derivative.
func derivative(activation string, f func(dy, y expr) expr, notes ...string) kernel {
	return kernel{
		name: "derive" + activation, field: "Derive[" + activation + "]", unroll: 4, notes: notes,
		body: func(b *body) { b.store("dz", f(b.load("dy"), b.load("y"))) },
	}
}

func sigmoid(z expr) expr { return logistic(z, expNegAbs(z)) }

func expNegAbs(z expr) expr { return expFlushed(negAbs(z)) }

// logistic returns 1/(1+e^-z) for z and t = e^-|z|.
func logistic(z, t expr) expr {
	denominator := add(one, t)
	return div(choose(negative(z), t, one), denominator)
}

func tanh(z expr) expr {
	x := negAbs(z)
	t := expm1(atLeast(add(x, x), tanhMin))
	return copySign(div(t, add(t, two)), z)
}

func relu(z expr) expr { return atLeast(z, zero) }

// The derivatives, by which the gradient dy is multiplied.
func sigmoidSlope(dy, y expr) expr { return mul(mul(sub(one, y), y), dy) }
func tanhSlope(dy, y expr) expr    { return mul(negMulAdd(y, y, one), dy) }
func reluSlope(dy, y expr) expr    { return where(greater(y, zero), dy) }
