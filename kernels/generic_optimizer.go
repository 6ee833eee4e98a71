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
//		velocity[i] = Momentum*flush(velocity[i]) + Undamped*d
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
		v := float32(c.Momentum*flush(velocity[i])) + float32(c.Undamped*d)
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

// amsgradGeneric is
//
//	for i := range p {
//		w := Shrink * p[i]
//		d := grad[i] + WeightDecay*w
//		m[i] = Beta1*flush(m[i]) + OneMinusBeta1*d
//		v[i] = Beta2*flush(v[i]) + OneMinusBeta2*d*d
//		largest[i] = max(v[i], largest[i])
//		p[i] = w - StepSize*m[i]/(√largest[i]*InvSqrtBias2+Epsilon)
//	}
func amsgradGeneric(p, grad, m, v, largest []float32, c *AdamConstants) {
	grad, m, v, largest = grad[:len(p)], m[:len(p)], v[:len(p)], largest[:len(p)]
	for i, w := range p {
		w = float32(c.Shrink * w)
		d := grad[i] + float32(c.WeightDecay*w)
		mi := float32(c.Beta1*flush(m[i])) + float32(c.OneMinusBeta1*d)
		vi := float32(c.Beta2*flush(v[i])) + float32(float32(c.OneMinusBeta2*d)*d)
		m[i], v[i] = mi, vi
		vi = atLeast(vi, largest[i])
		largest[i] = vi
		p[i] = w - float32(c.StepSize*mi)/(float32(root(vi)*c.InvSqrtBias2)+c.Epsilon)
	}
}

// root is √x, correctly rounded: the compiler makes a float32 square root of it.
func root(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// adamaxGeneric is
//
//	for i := range p {
//		d := grad[i] + WeightDecay*p[i]
//		m[i] = Beta1*flush(m[i]) + OneMinusBeta1*d
//		u[i] = max(|d|+Epsilon, Beta2*flush(u[i]))
//		p[i] -= StepSize * m[i] / u[i]
//	}
func adamaxGeneric(p, grad, m, u []float32, c *AdamaxConstants) {
	grad, m, u = grad[:len(p)], m[:len(p)], u[:len(p)]
	for i, w := range p {
		d := grad[i] + float32(c.WeightDecay*w)
		mi := float32(c.Beta1*flush(m[i])) + float32(c.OneMinusBeta1*d)
		ui := atLeast(abs(d)+c.Epsilon, float32(c.Beta2*flush(u[i])))
		m[i], u[i] = mi, ui
		p[i] = w - float32(c.StepSize*mi)/ui
	}
}

// nadamGeneric is
//
//	for i := range p {
//		d := grad[i] + WeightDecay*p[i]
//		m[i] = Beta1*flush(m[i]) + OneMinusBeta1*d
//		v[i] = Beta2*flush(v[i]) + OneMinusBeta2*d*d
//		p[i] = Shrink*p[i] - (MeanStep*m[i]+GradientStep*d)/(√v[i]*InvSqrtBias2+Epsilon)
//	}
func nadamGeneric(p, grad, m, v []float32, c *NAdamConstants) {
	grad, m, v = grad[:len(p)], m[:len(p)], v[:len(p)]
	for i, w := range p {
		d := grad[i] + float32(c.WeightDecay*w)
		mi := float32(c.Beta1*flush(m[i])) + float32(c.OneMinusBeta1*d)
		vi := float32(c.Beta2*flush(v[i])) + float32(float32(c.OneMinusBeta2*d)*d)
		m[i], v[i] = mi, vi
		move := float32(c.MeanStep*mi) + float32(c.GradientStep*d)
		move /= float32(root(vi)*c.InvSqrtBias2) + c.Epsilon
		p[i] = float32(c.Shrink*w) - move
	}
}

// adagradGeneric is
//
//	for i := range p {
//		d := grad[i] + WeightDecay*p[i]
//		sum[i] = flush(sum[i]) + d*d
//		p[i] -= Rate * d / (√sum[i] + Epsilon)
//		largest = max(largest, |p[i]|) // NaN if either is
//	}
func adagradGeneric(p, grad, sum []float32, c *AdagradConstants) (largest float32) {
	grad, sum = grad[:len(p)], sum[:len(p)]
	for i, w := range p {
		d := grad[i] + float32(c.WeightDecay*w)
		s := flush(sum[i]) + float32(d*d)
		sum[i] = s
		p[i] = w - float32(c.Rate*d)/(root(s)+c.Epsilon)
	}
	return maxAbsGeneric(p)
}

// adadeltaGeneric is
//
//	for i := range p {
//		d := grad[i] + WeightDecay*p[i]
//		square[i] = Rho*flush(square[i]) + OneMinusRho*d*d
//		d *= √(flush(steps[i])+Epsilon) / √(square[i]+Epsilon)
//		steps[i] = Rho*flush(steps[i]) + OneMinusRho*d*d
//		p[i] -= Rate * d
//		largest = max(largest, |p[i]|) // NaN if either is
//	}
func adadeltaGeneric(p, grad, square, steps []float32, c *AdadeltaConstants) (largest float32) {
	grad, square, steps = grad[:len(p)], square[:len(p)], steps[:len(p)]
	for i, w := range p {
		d := grad[i] + float32(c.WeightDecay*w)
		s := float32(c.Rho*flush(square[i])) + float32(float32(c.OneMinusRho*d)*d)
		square[i] = s
		u := flush(steps[i])
		d = float32(root(u+c.Epsilon) / root(s+c.Epsilon) * d)
		steps[i] = float32(c.Rho*u) + float32(float32(c.OneMinusRho*d)*d)
		p[i] = w - float32(c.Rate*d)
	}
	return maxAbsGeneric(p)
}

// lionGeneric is
//
//	for i := range p {
//		d := Beta1*flush(m[i]) + OneMinusBeta1*grad[i]
//		m[i] = Beta2*flush(m[i]) + OneMinusBeta2*grad[i]
//		p[i] = Shrink*p[i] - Rate*sign(d) // 0 if d is, NaN if d is
//		largest = max(largest, |p[i]|)    // NaN if either is
//	}
func lionGeneric(p, grad, m []float32, c *LionConstants) (largest float32) {
	grad, m = grad[:len(p)], m[:len(p)]
	for i, w := range p {
		mean := flush(m[i])
		d := float32(c.Beta1*mean) + float32(c.OneMinusBeta1*grad[i])
		m[i] = float32(c.Beta2*mean) + float32(c.OneMinusBeta2*grad[i])
		p[i] = float32(c.Shrink*w) - choose(abs(d) > 0, copysign(c.Rate, d), d)
	}
	return maxAbsGeneric(p)
}

// rpropGeneric is
//
//	for i := range p {
//		d := grad[i]
//		switch {
//		case d*previous[i] > 0:
//			step[i] *= Longer
//		case d*previous[i] < 0:
//			step[i] *= Shorter
//			d = 0
//		}
//		step[i] = min(max(step[i], Least), Most)
//		previous[i] = d
//		p[i] -= sign(d) * step[i]      // 0 if d is, NaN if d is
//		largest = max(largest, |p[i]|) // NaN if either is
//	}
func rpropGeneric(p, grad, previous, step []float32, c *RpropConstants) (largest float32) {
	grad, previous, step = grad[:len(p)], previous[:len(p)], step[:len(p)]
	for i, w := range p {
		d, s := grad[i], step[i]
		along := where(abs(previous[i]) > 0, float32(d*copysign(1, previous[i])))
		s = float32(s * choose(along > 0, c.Longer, choose(0 > along, c.Shorter, 1)))
		s = atMost(atLeast(s, c.Least), c.Most)
		step[i] = s
		d = choose(0 > along, 0, d)
		previous[i] = d
		p[i] = w - choose(abs(d) > 0, copysign(s, d), d)
	}
	return maxAbsGeneric(p)
}

// scheduleFreeGeneric is
//
//	for i := range p {
//		d := grad[i]
//		v[i] = Beta2*flush(v[i]) + OneMinusBeta2*d*d
//		d = d/(√v[i]*InvSqrtBias2+Epsilon) + Decay*p[i]
//		p[i] = Stay*p[i] + Go*base[i] - Step*d
//		base[i] -= Rate * d
//	}
func scheduleFreeGeneric(p, grad, base, v []float32, c *ScheduleFreeConstants) {
	grad, base, v = grad[:len(p)], base[:len(p)], v[:len(p)]
	for i, w := range p {
		d := grad[i]
		vi := float32(c.Beta2*flush(v[i])) + float32(float32(c.OneMinusBeta2*d)*d)
		v[i] = vi
		d = float32(c.Decay*w) + d/(float32(root(vi)*c.InvSqrtBias2)+c.Epsilon)
		z := base[i]
		p[i] = float32(c.Stay*w) + float32(c.Go*z) - float32(c.Step*d)
		base[i] = z - float32(c.Rate*d)
	}
}

// averageGeneric is
//
//	for i := range p {
//		average[i] = decay*flush(average[i]) + rest*p[i]
//		largest = max(largest, |p[i]|) // NaN if either is
//	}
func averageGeneric(average, p []float32, decay, rest float32) (largest float32) {
	average = average[:len(p)]
	for i, w := range p {
		average[i] = float32(decay*flush(average[i])) + float32(rest*w)
	}
	return maxAbsGeneric(p)
}
