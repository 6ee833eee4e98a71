package kernels

import "math"

// genericChain has one sample in a vector, and so no vectors at all.
func genericChain() []Chain {
	return []Chain{{Width: 1, Vectors: 1, Narrow: chainPassGeneric, Wide: chainPassGeneric, Reduce: chainReduceGeneric}}
}

// chainPassGeneric is
//
//	for r := range p.Rows {
//		X of the first layer = row r of p.X
//		for each layer, first to last {
//			Y[o] = f(Params[In][o] + Σ Params[i][o]*X[i]) // one chain of multiply-adds along i
//		}
//		chunk r of p.Outputs, if it is not empty = Y of the last layer
//		add the loss to p.Sum and p.Products, its gradient at Y to DY
//		for each layer, last to first {
//			DY[o] *= f'(Y[o])
//			Sums[i][o] += X[i]*DY[o], Sums[In][o] += DY[o]
//			DY of the layer before[i] = Σ Params[i][o]*DY[o] // one chain along o
//		}
//	}
func chainPassGeneric(p *ChainPass) {
	last := len(p.Layers) - 1
	for r := range p.Rows {
		copy(p.Layers[0].X, p.X[r*p.LDX:r*p.LDX+p.Layers[0].In])
		for l := range p.Layers {
			p.Layers[l].forward()
		}
		if out := p.Layers[last].Out; len(p.Outputs) > 0 {
			copy(p.Outputs[r*out:(r+1)*out], p.Layers[last].Y)
		}
		p.loss(p.T[r*p.LDT:])
		for l := last; l >= 0; l-- {
			var dx []float32
			if l > 0 {
				dx = p.Layers[l-1].DY
			}
			p.Layers[l].backward(dx)
		}
	}
}

// chainReduceGeneric is
//
//	for each layer {
//		for i := range Grads {
//			if !accumulate {
//				Grads[i] = 0
//			}
//			Grads[i] += sum of vector i of Sums
//		}
//		clear(Sums)
//		largest = max(largest, |Grads[i]|) for all i // NaN if either is
//	}
func chainReduceGeneric(p *ChainPass, accumulate bool) (largest float32) {
	for l := range p.Layers {
		layer := &p.Layers[l]
		sums := layer.Sums[:len(layer.Grads)]
		if accumulate {
			addGeneric(sums, layer.Grads)
		} else {
			copy(layer.Grads, sums)
		}
		clear(sums)
		largest = max(largest, maxAbsGeneric(layer.Grads))
	}
	return largest
}

// forward computes Y for one sample.
func (l *ChainLayer) forward() {
	y := l.Y[:l.Out]
	copy(y, l.Params[l.In*l.Out:])
	for i, x := range l.X[:l.In] {
		w := l.Params[i*l.Out:][:l.Out]
		for o := range y {
			y[o] += float32(x * w[o])
		}
	}
	switch Activation(l.Activation) {
	case Sigmoid:
		sigmoidGeneric(y, y)
	case Tanh:
		tanhGeneric(y, y)
	case ReLU:
		reluGeneric(y, y)
	}
}

// backward turns DY into the gradient before the activation, adds its part
// to Sums, and computes the gradient at X unless dx is nil.
func (l *ChainLayer) backward(dx []float32) {
	y, dz := l.Y[:l.Out], l.DY[:l.Out]
	switch Activation(l.Activation) {
	case Sigmoid:
		deriveSigmoidGeneric(dz, dz, y)
	case Tanh:
		deriveTanhGeneric(dz, dz, y)
	case ReLU:
		deriveReLUGeneric(dz, dz, y)
	}
	for i, x := range l.X[:l.In] {
		sums := l.Sums[i*l.Out:][:l.Out]
		for o, d := range dz {
			sums[o] += float32(x * d)
		}
		if dx != nil {
			w := l.Params[i*l.Out:][:l.Out]
			sum := float32(0)
			for o, d := range dz {
				sum += float32(w[o] * d)
			}
			dx[i] = sum
		}
	}
	addGeneric(dz, l.Sums[l.In*l.Out:])
}

// loss adds the loss of one sample and writes its gradient.
func (p *ChainPass) loss(t []float32) {
	layer := &p.Layers[len(p.Layers)-1]
	y, dy := layer.Y[:layer.Out], layer.DY[:layer.Out]
	switch p.Loss {
	case ChainSquaredError:
		p.Sum += squaredErrorGeneric(dy, y, t[:len(y)], p.Scale)
	case ChainLogistic:
		for o, z := range y {
			e := expFlushed(-abs(z))
			p.Sum += math.Max(float64(z), 0) - float64(float64(z)*float64(t[o]))
			p.Products[0] *= 1 + float64(e)
			sigmoidGeneric(dy[o:o+1], y[o:o+1])
			dy[o] = p.Scale * (dy[o] - t[o])
		}
	case ChainCrossEntropy:
		label := int(t[0])
		largest, sum := softmaxGeneric(dy, y, p.Scale)
		p.Sum += float64(largest) - float64(y[label])
		p.Products[0] *= float64(sum)
		dy[label] -= p.Scale
	}
}
