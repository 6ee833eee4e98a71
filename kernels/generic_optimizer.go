package kernels

import "math"

// sgdGeneric is
//
//	for i := range p {
//		p[i] -= Rate * (grad[i] + WeightDecay*p[i])
//		largest = max(largest, |p[i]|) // NaN if either is
//	}
func sgdGeneric(p, grad []float32, c *SGDConstants) (largest float32) {
	grad = grad[:len(p)]
	for i, w := range p {
		d := grad[i] + float32(c.WeightDecay*w)
		p[i] = w - float32(c.Rate*d)
	}
	return maxAbsGeneric(p)
}

// minNormal is the smallest number with all bits of its mantissa.
const minNormal = 0x1p-126

// flush is x, or 0 if x is denormal. An optimizer's state decays to denormal numbers
// where there are no gradients, as behind inputs that are always 0 or neurons that are
// never active, and would stay there, since 0.9 times the fourth of them rounds to
// itself; and processors are slow with them: Adam takes 2.6 times as long on a Zen 4.
// From the second epoch of MNIST on a fifth of a first layer's vectors of 16 moments would
// have one, and four fifths at a rate of 0.005.
func flush(x float32) float32 {
	if x < minNormal && x > -minNormal {
		return 0
	}
	return x
}

// momentumGeneric is
//
//	for i := range p {
//		d := grad[i] + WeightDecay*p[i]
//		velocity[i] = Momentum*flush(velocity[i]) + d
//		if Nesterov {
//			d += Momentum * velocity[i]
//		} else {
//			d = velocity[i]
//		}
//		p[i] -= Rate * d
//		largest = max(largest, |p[i]|) // NaN if either is
//	}
func momentumGeneric(p, grad, velocity []float32, c *SGDConstants) (largest float32) {
	grad, velocity = grad[:len(p)], velocity[:len(p)]
	for i, w := range p {
		d := grad[i] + float32(c.WeightDecay*w)
		v := float32(c.Momentum*flush(velocity[i])) + d
		velocity[i] = v
		if c.Nesterov {
			d += float32(c.Momentum * v)
		} else {
			d = v
		}
		p[i] = w - float32(c.Rate*d)
	}
	return maxAbsGeneric(p)
}

// adamGeneric is
//
//	for i := range p {
//		w := Shrink * p[i]
//		d := grad[i] + WeightDecay*w
//		m[i] = Beta1*flush(m[i]) + OneMinusBeta1*d
//		v[i] = Beta2*flush(v[i]) + OneMinusBeta2*d*d
//		p[i] = w - StepSize*m[i]/(√v[i]*InvSqrtBias2+Epsilon)
//	}
func adamGeneric(p, grad, m, v []float32, c *AdamConstants) {
	grad, m, v = grad[:len(p)], m[:len(p)], v[:len(p)]
	for i, w := range p {
		w = float32(c.Shrink * w)
		d := grad[i] + float32(c.WeightDecay*w)
		mi := float32(c.Beta1*flush(m[i])) + float32(c.OneMinusBeta1*d)
		vi := float32(c.Beta2*flush(v[i])) + float32(float32(c.OneMinusBeta2*d)*d)
		m[i], v[i] = mi, vi
		root := float32(math.Sqrt(float64(vi))) // correctly rounded: becomes a float32 square root
		p[i] = w - float32(c.StepSize*mi)/(float32(root*c.InvSqrtBias2)+c.Epsilon)
	}
}
