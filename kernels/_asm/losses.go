package main

// pointLoss describes a loss that is a function of an output y and its target t: l and
// its derivative by y together. Everything about it in package kernels is made from
// this: the constant that names it, two kernels for each ISA, one that sums and one that
// writes the gradient too, and their Go, which the generic set runs.
//
// w is a number of the column's own and a and b are numbers for all, where the loss has
// them. Callers see to it that nothing overflows: outputs, targets and numbers are finite, and
// but for 0 neither so large nor so small that their products or quotients are no float32.
type pointLoss struct {
	name     string // of the kernels
	constant string // of kernels.Loss
	formula  string // in terms of y[i], t[i] and w[i]
	unroll   int
	crowded  int // of kernels
	of       func(y, t, w, a, b expr) (l, slope expr)
}

// logCoshNear is up to where log(cosh d) is at most log 2.
var logCoshNear = literal("logCoshNear", 1.3)

// pointLosses are those that there are, in the order of their constants.
var pointLosses = []pointLoss{
	{
		name: "absoluteError", constant: "AbsoluteError", formula: "|y[i]-t[i]|", unroll: 2,
		of: func(y, t, _, _, _ expr) (l, slope expr) {
			d := sub(y, t)
			l = abs(d)
			return l, where(greater(l, zero), copySign(one, d))
		},
	},
	{
		name: "huberLoss", constant: "HuberLoss", unroll: 2,
		formula: "d²/2 if |d| = |y[i]-t[i]| ≤ a, else a*(|d|-a/2)",
		of: func(y, t, _, a, _ expr) (l, slope expr) {
			d := sub(y, t)
			m := abs(d)
			c := atMost(m, a)
			return mul(noLess(c), negMulAdd(half, c, m)), copySign(c, d)
		},
	},
	{
		name: "logCosh", constant: "LogCosh", formula: "log(cosh(y[i]-t[i]))", unroll: 1,
		of: func(y, t, _, _, _ expr) (l, slope expr) { return logCosh(sub(y, t)) },
	},
	{
		name: "quantileLoss", constant: "QuantileLoss", unroll: 2,
		formula: "b*d if d = y[i]-t[i] > 0, else -a*d, with b = 1-a",
		of: func(y, t, _, a, b expr) (l, slope expr) {
			d := sub(y, t)
			m := abs(d)
			rate := choose(greater(d, zero), b, a)
			return mul(m, rate), where(greater(m, zero), copySign(rate, d))
		},
	},
	{
		name: "poissonLoss", constant: "PoissonLoss", formula: "e^y[i] - t[i]*y[i]", unroll: 1,
		of: func(y, t, _, _, _ expr) (l, slope expr) {
			e := exp(y)
			return negMulAdd(t, y, e), sub(e, t)
		},
	},
	{
		name: "poissonRateLoss", constant: "PoissonRateLoss", formula: "y[i] - t[i]*log(y[i]+a)", unroll: 1, crowded: 2,
		of: func(y, t, _, a, _ expr) (l, slope expr) {
			v := add(y, a)
			slope = sub(one, div(t, v))
			return negMulAdd(t, ln(v), y), slope
		},
	},
	{
		name: "logisticLoss", constant: "LogisticLoss", unroll: 1,
		formula: "-t[i]*log(σ(y[i])) - (1-t[i])*log(1-σ(y[i])), where σ(y) = 1/(1+e^-y)",
		of: func(y, t, _, _, _ expr) (l, slope expr) {
			yes := greater(y, zero)
			far := choose(yes, sub(one, t), t) // how far t is from what y's sign says
			x := expNegAbs(y)
			r := sub(far, div(x, add(one, x)))
			slope = choose(yes, r, neg(r))
			return mulAdd(abs(y), far, log1pUnit(x)), slope
		},
	},
	{
		name: "weightedLogisticLoss", constant: "WeightedLogisticLoss", unroll: 1, crowded: 4,
		formula: "-w[i]*t[i]*log(σ(y[i])) - (1-t[i])*log(1-σ(y[i])), where σ(y) = 1/(1+e^-y)",
		of: func(y, t, w, _, _ expr) (l, slope expr) {
			x := expNegAbs(y)
			logs := log1pUnit(x)
			yes := greater(y, zero)
			no, pt := sub(one, t), mul(w, t)
			far := choose(yes, no, pt)
			l = mulAdd(abs(y), far, mul(add(no, pt), logs))
			r := div(negMulAdd(choose(yes, pt, no), x, far), add(one, x))
			return l, choose(yes, r, neg(r))
		},
	},
	{
		name: "focalLoss", constant: "FocalLoss", unroll: 1, crowded: 5,
		formula: "c * (1-p)^a * -log(p), where p is σ(y[i]) and c is b if t[i] is 1, and they are 1-σ(y[i]) and 1-b if it is 0",
		of:      focal,
	},
	{
		name: "hingeLoss", constant: "HingeLoss", formula: "max(0, 1-s*y[i]), where s is 1 if t[i] > 0, else -1", unroll: 2,
		of: func(y, t, _, _, _ expr) (l, slope expr) {
			yes := greater(t, zero)
			l = atLeast(choose(yes, sub(one, y), add(one, y)), zero)
			return l, where(greater(l, zero), choose(yes, minusOne, one))
		},
	},
	{
		name: "squaredHingeLoss", constant: "SquaredHingeLoss", formula: "max(0, 1-s*y[i])², where s is 1 if t[i] > 0, else -1", unroll: 2,
		of: func(y, t, _, _, _ expr) (l, slope expr) {
			yes := greater(t, zero)
			l = atLeast(choose(yes, sub(one, y), add(one, y)), zero)
			double := add(l, l)
			return mul(l, l), choose(yes, neg(double), double)
		},
	},
	{
		name: "marginLoss", constant: "MarginLoss", formula: "max(0, (y[i]-b)+a)", unroll: 2,
		of: func(y, _, _, a, b expr) (l, slope expr) {
			l = atLeast(add(sub(y, b), a), zero)
			return l, where(greater(l, zero), one)
		},
	},
	{
		name: "squaredMarginLoss", constant: "SquaredMarginLoss", formula: "max(0, (y[i]-b)+a)²", unroll: 2,
		of: func(y, _, _, a, b expr) (l, slope expr) {
			l = atLeast(add(sub(y, b), a), zero)
			return mul(l, l), add(l, l)
		},
	},
}

// noLess is a positive x, or 0 if that times another such would be denormal.
func noLess(x expr) expr { return where(greater(x, pow2of62), x) }

// logCosh is log(cosh d) and its slope, tanh d, from e = e^-|d| - 1:
//
//	|d| < 1.3   log(1+u),  u = cosh d - 1 = e²/(2(1+e))
//	elsewhere   |d| - log 2 + log(1+u),  u = e^(-2|d|) = (1+e)²
//
// so that nothing cancels where d is small.
func logCosh(d expr) (l, slope expr) {
	m := abs(d)
	e := expm1(atLeast(negAbs(d), tanhMin))
	p := add(one, e)
	slope = copySign(div(mul(e, add(e, two)), mulAdd(p, p, one)), d)
	far := notLess(m, logCoshNear)
	g := where(greater(m, pow2of62), e)
	u := choose(far, mul(p, p), div(mul(g, g), add(p, p)))
	return add(log1pUnit(u), where(far, sub(m, ln2High))), slope
}

// focal is the focal loss, with m = y where t is 1 and -y where it is 0, p = σ(m) and
// q = 1-p: c·q^a·L, L = -log p, and its slope by m, -c·q^a·(a·p·L + q). Of q^a as of e^-|y|
// less than 2^-62 counts as 0.
func focal(y, t, _, a, b expr) (l, slope expr) {
	x := noLess(expNegAbs(y))
	logs := log1pUnit(x)
	m := choose(greater(t, half), y, neg(y))
	far := atLeast(m, zero) // -log q = logs + far, -log p = logs + far - m
	power := noLess(expFlushed(negAbs(mul(a, add(logs, far)))))
	loss := add(logs, sub(far, m))
	yes := greater(t, half)
	power = mul(power, choose(yes, b, sub(one, b)))
	l = mul(power, loss)
	right := notLess(m, zero)
	p, q := choose(right, one, x), choose(right, x, one)
	v := div(mul(power, mulAdd(mul(a, p), loss, q)), add(one, x))
	return l, choose(yes, neg(v), v)
}
