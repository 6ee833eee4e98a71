package kernels

// SGDConstants are the numbers of one step of stochastic gradient descent,
// as PyTorch defines it:
//
//	g = grad + WeightDecay*p
//	p -= Rate*g                        without momentum (kernel SGD)
//
//	velocity = Momentum*velocity + Undamped*g   with momentum (kernel Momentum)
//	p -= Rate*velocity                          or, if Nesterov,
//	p -= Rate*(g + Momentum*velocity)
//
// Velocity starts at zero. Undamped is 1 less the dampening, but 1 in the first step, whose
// velocity is g. Where velocity is denormal when it is read, it counts as 0.
type SGDConstants struct {
	Rate        float32
	WeightDecay float32
	Momentum    float32
	Undamped    float32
	Nesterov    bool
}

// AdamConstants are the numbers of one step of Adam (Kingma and Ba, 2015) and
// of AdamW (Loshchilov and Hutter, 2019), in PyTorch's order of operations:
//
//	p *= Shrink                            AdamW: 1 - rate*decay; Adam: 1
//	g  = grad + WeightDecay*p              Adam's own decay; AdamW: 0
//	m  = Beta1*m + OneMinusBeta1*g
//	v  = Beta2*v + OneMinusBeta2*g²
//	p -= StepSize * m / (√v*InvSqrtBias2 + Epsilon)
//
// with StepSize = rate/(1-β₁ᵗ) and InvSqrtBias2 = 1/√(1-β₂ᵗ) for step t,
// computed by the caller in float64. Where m or v is denormal when it is read, it
// counts as 0. The kernel AMSGrad divides by the root of the largest v so far, which it keeps:
//
//	largest = max(largest, v)
//	p -= StepSize * m / (√largest*InvSqrtBias2 + Epsilon)
type AdamConstants struct {
	Shrink        float32
	WeightDecay   float32
	Beta1         float32
	OneMinusBeta1 float32
	Beta2         float32
	OneMinusBeta2 float32
	StepSize      float32
	InvSqrtBias2  float32
	Epsilon       float32
}

// AdamaxConstants are the numbers of one step of Adamax (Kingma and Ba, 2015), as PyTorch has it:
//
//	g  = grad + WeightDecay*p
//	m  = Beta1*m + OneMinusBeta1*g
//	u  = max(Beta2*u, |g|+Epsilon)
//	p -= StepSize * m / u
//
// with StepSize = rate/(1-β₁ᵗ). Where m or u is denormal when it is read, it counts as 0.
type AdamaxConstants struct {
	WeightDecay   float32
	Beta1         float32
	OneMinusBeta1 float32
	Beta2         float32
	Epsilon       float32
	StepSize      float32
}

// NAdamConstants are the numbers of one step of NAdam (Dozat, 2016), as PyTorch has it:
//
//	g  = grad + WeightDecay*p
//	m  = Beta1*m + OneMinusBeta1*g
//	v  = Beta2*v + OneMinusBeta2*g²
//	p  = Shrink*p - (GradientStep*g + MeanStep*m) / (√v*InvSqrtBias2 + Epsilon)
//
// Shrink and WeightDecay are those of AdamConstants. The momentum of the step, μ, and of the next, μ', is in
// GradientStep = rate*(1-μ)/(1-Πμ) and MeanStep = rate*μ'/(1-Πμ*μ'). Where m or v is denormal when it is read, it
// counts as 0.
type NAdamConstants struct {
	Shrink        float32
	WeightDecay   float32
	Beta1         float32
	OneMinusBeta1 float32
	Beta2         float32
	OneMinusBeta2 float32
	GradientStep  float32
	MeanStep      float32
	InvSqrtBias2  float32
	Epsilon       float32
}

// RMSPropConstants are the numbers of one step of RMSProp (Tieleman and Hinton, 2012), as PyTorch has it:
//
//	g = grad + WeightDecay*p
//	square = Alpha*square + OneMinusAlpha*g²
//	mean = Alpha*mean + OneMinusAlpha*g                  if it is centered
//	d = g / (√square + Epsilon)                          or √max(square - mean², 0)
//	d = velocity = Momentum*velocity + d                 with momentum
//	p -= Rate*d
//
// Where state is denormal when it is read, it counts as 0.
type RMSPropConstants struct {
	Rate          float32
	WeightDecay   float32
	Alpha         float32
	OneMinusAlpha float32
	Epsilon       float32
	Momentum      float32
}

// What is added to the index of an RMSProp kernel in a Set.
const (
	RMSPropMoves    = 1 << iota // with momentum
	RMSPropCentered             // with a mean
	rmspropKernels
)

// AdagradConstants are the numbers of one step of Adagrad (Duchi et al., 2011), as PyTorch has it:
//
//	g = grad + WeightDecay*p
//	sum += g²
//	p -= Rate*g / (√sum + Epsilon)
//
// Where sum is denormal when it is read, it counts as 0.
type AdagradConstants struct {
	Rate        float32
	WeightDecay float32
	Epsilon     float32
}

// AdadeltaConstants are the numbers of one step of Adadelta (Zeiler, 2012), as PyTorch has it:
//
//	g = grad + WeightDecay*p
//	square = Rho*square + OneMinusRho*g²
//	d = √(steps+Epsilon) / √(square+Epsilon) * g
//	steps = Rho*steps + OneMinusRho*d²
//	p -= Rate*d
//
// Where state is denormal when it is read, it counts as 0.
type AdadeltaConstants struct {
	Rate        float32
	WeightDecay float32
	Rho         float32
	OneMinusRho float32
	Epsilon     float32
}

// LionConstants are the numbers of one step of Lion (Chen et al., 2023):
//
//	p = Shrink*p - Rate*sign(Beta1*m + OneMinusBeta1*grad)     sign(0) = 0
//	m = Beta2*m + OneMinusBeta2*grad
//
// Shrink is 1 - rate*decay. Where m is denormal when it is read, it counts as 0.
type LionConstants struct {
	Rate          float32
	Shrink        float32
	Beta1         float32
	OneMinusBeta1 float32
	Beta2         float32
	OneMinusBeta2 float32
}

// RpropConstants are the numbers of one step of Rprop (Riedmiller and Braun, 1993), as PyTorch has it:
//
//	grad*previous > 0:  step *= Longer
//	grad*previous < 0:  step *= Shorter, and grad = 0
//	step = min(max(step, Least), Most)
//	p -= sign(grad)*step
//	previous = grad
//
// The product is looked at by signs alone, so that it does not become 0 by rounding.
type RpropConstants struct {
	Shorter float32
	Longer  float32
	Least   float32
	Most    float32
}

// ScheduleFreeConstants are the numbers of one step of schedule-free AdamW (Defazio et al., 2024), whose parameters
// p lie between those that a base rule changes and an average of theirs:
//
//	v    = Beta2*v + OneMinusBeta2*grad²
//	d    = grad / (√v*InvSqrtBias2 + Epsilon) + Decay*p
//	p    = Stay*p + Go*base - Step*d
//	base = base - Rate*d
//
// with Go = 1/t, Stay = 1-Go, Step = rate*(1-β₁*Stay) and InvSqrtBias2 = 1/√(1-β₂ᵗ). Where v is denormal when it is
// read, it counts as 0.
type ScheduleFreeConstants struct {
	Beta2         float32
	OneMinusBeta2 float32
	InvSqrtBias2  float32
	Epsilon       float32
	Decay         float32
	Stay          float32
	Go            float32
	Step          float32
	Rate          float32
}
