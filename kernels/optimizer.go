package kernels

// SGDConstants are the numbers of one step of stochastic gradient descent,
// as PyTorch defines it:
//
//	g = grad + WeightDecay*p
//	p -= Rate*g                        without momentum (kernel SGD)
//
//	velocity = Momentum*velocity + g   with momentum (kernel Momentum)
//	p -= Rate*velocity                 or, if Nesterov,
//	p -= Rate*(g + Momentum*velocity)
//
// Velocity starts at zero, so that the first step's velocity is g. Where it is denormal
// when it is read, it counts as 0.
type SGDConstants struct {
	Rate        float32
	WeightDecay float32
	Momentum    float32
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
// counts as 0.
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
