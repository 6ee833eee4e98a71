package kernels

// rmspropGeneric is
//
//	for i := range p {
//		d := grad[i] + WeightDecay*p[i]
//		square[i] = Alpha*flush(square[i]) + OneMinusAlpha*d*d
//		d /= √square[i] + Epsilon
//		p[i] -= Rate * d
//		largest = max(largest, |p[i]|) // NaN if either is
//	}
func rmspropGeneric(p, grad, square, mean, velocity []float32, c *RMSPropConstants) (largest float32) {
	grad, square = grad[:len(p)], square[:len(p)]
	for i, w := range p {
		d := grad[i] + float32(c.WeightDecay*w)
		v := float32(c.Alpha*flush(square[i])) + float32(float32(c.OneMinusAlpha*d)*d)
		square[i] = v
		d /= root(v) + c.Epsilon
		p[i] = w - float32(c.Rate*d)
	}
	return maxAbsGeneric(p)
}

// rmspropMomentumGeneric is
//
//	for i := range p {
//		d := grad[i] + WeightDecay*p[i]
//		square[i] = Alpha*flush(square[i]) + OneMinusAlpha*d*d
//		d /= √square[i] + Epsilon
//		velocity[i] = Momentum*flush(velocity[i]) + d
//		p[i] -= Rate * velocity[i]
//		largest = max(largest, |p[i]|) // NaN if either is
//	}
func rmspropMomentumGeneric(p, grad, square, mean, velocity []float32, c *RMSPropConstants) (largest float32) {
	grad, square, velocity = grad[:len(p)], square[:len(p)], velocity[:len(p)]
	for i, w := range p {
		d := grad[i] + float32(c.WeightDecay*w)
		v := float32(c.Alpha*flush(square[i])) + float32(float32(c.OneMinusAlpha*d)*d)
		square[i] = v
		d /= root(v) + c.Epsilon
		d += float32(c.Momentum * flush(velocity[i]))
		velocity[i] = d
		p[i] = w - float32(c.Rate*d)
	}
	return maxAbsGeneric(p)
}

// rmspropCenteredGeneric is
//
//	for i := range p {
//		d := grad[i] + WeightDecay*p[i]
//		square[i] = Alpha*flush(square[i]) + OneMinusAlpha*d*d
//		mean[i] = Alpha*flush(mean[i]) + OneMinusAlpha*d
//		d /= √max(square[i]-mean[i]*mean[i], 0) + Epsilon
//		p[i] -= Rate * d
//		largest = max(largest, |p[i]|) // NaN if either is
//	}
func rmspropCenteredGeneric(p, grad, square, mean, velocity []float32, c *RMSPropConstants) (largest float32) {
	grad, square, mean = grad[:len(p)], square[:len(p)], mean[:len(p)]
	for i, w := range p {
		d := grad[i] + float32(c.WeightDecay*w)
		v := float32(c.Alpha*flush(square[i])) + float32(float32(c.OneMinusAlpha*d)*d)
		a := float32(c.Alpha*flush(mean[i])) + float32(c.OneMinusAlpha*d)
		square[i], mean[i] = v, a
		d /= root(atLeast(v-float32(a*a), 0)) + c.Epsilon
		p[i] = w - float32(c.Rate*d)
	}
	return maxAbsGeneric(p)
}

// rmspropCenteredMomentumGeneric is
//
//	for i := range p {
//		d := grad[i] + WeightDecay*p[i]
//		square[i] = Alpha*flush(square[i]) + OneMinusAlpha*d*d
//		mean[i] = Alpha*flush(mean[i]) + OneMinusAlpha*d
//		d /= √max(square[i]-mean[i]*mean[i], 0) + Epsilon
//		velocity[i] = Momentum*flush(velocity[i]) + d
//		p[i] -= Rate * velocity[i]
//		largest = max(largest, |p[i]|) // NaN if either is
//	}
func rmspropCenteredMomentumGeneric(p, grad, square, mean, velocity []float32, c *RMSPropConstants) (largest float32) {
	grad, square, mean, velocity = grad[:len(p)], square[:len(p)], mean[:len(p)], velocity[:len(p)]
	for i, w := range p {
		d := grad[i] + float32(c.WeightDecay*w)
		v := float32(c.Alpha*flush(square[i])) + float32(float32(c.OneMinusAlpha*d)*d)
		a := float32(c.Alpha*flush(mean[i])) + float32(c.OneMinusAlpha*d)
		square[i], mean[i] = v, a
		d /= root(atLeast(v-float32(a*a), 0)) + c.Epsilon
		d += float32(c.Momentum * flush(velocity[i]))
		velocity[i] = d
		p[i] = w - float32(c.Rate*d)
	}
	return maxAbsGeneric(p)
}
