package nn

import "math"

// How large gradients can be is known without computing them: an element of a
// block's gradient is a sum, over the rows of the batch, of products of an input, or 1
// for a bias, and an element of dz. There are two ways to bound those. From the
// batch, the gradient at the outputs and the parameters follows what everything
// between them cannot exceed, which costs nothing and is known before the way back; with each
// layer it is further from what is there, and after many it says nothing. And one can
// look at what the way back has left.

const (
	// sumSlack is what sums of products of up to mostTerms bounded numbers may be more than
	// terms times the bounds: they are rounded, (1+2^-24)^mostTerms, and so may operands
	// be, to bf16, (1+2^-8)^2. Both together are 1.3.
	sumSlack  = 2
	mostTerms = 1 << 22
	// steepest is what no derivative of an activation exceeds, and at 0 none is larger
	// than that: TestActivationsAreBounded looks.
	steepest = 1
)

// sumBound is what a sum of products of so many numbers up to a and up to b cannot
// exceed.
func sumBound(terms int, a, b float64) float64 {
	if terms > mostTerms {
		return math.Inf(1)
	}
	return sumSlack * float64(terms) * a * b
}

// inferredBound is what no gradient of a block can exceed after a Forward and with the
// gradient dy at the outputs, if no parameter exceeds param. All nodes have a gain.
func (n *Network) inferredBound(dy Matrix, param float64) float64 {
	inputs := n.work.inputBounds
	x := n.largest(n.work.acts[0])
	for i, node := range n.nodes {
		inputs[i] = x
		if node.plan != nil {
			x = sumBound(node.in+1, max(x, 1), param)
		}
		if x = node.gain * (x + 1); !(x <= boundLimit) {
			return math.Inf(1) // it may be infinite, and a ReLU hide it
		}
	}
	bound, d := 0.0, n.largest(dy)
	for i := len(n.nodes) - 1; i >= n.lowest; i-- {
		node := n.nodes[i]
		d *= node.gain // now dz
		if node.plan != nil {
			bound = max(bound, sumBound(n.batch, max(inputs[i], 1), d))
			d = sumBound(node.out, d, param)
		}
	}
	return bound
}

// seenBound is what no gradient of a block can exceed after a way back that has kept
// every dz.
func (n *Network) seenBound() float64 {
	w, bound := n.work, 0.0
	for i, node := range n.nodes {
		if node.plan == nil {
			continue
		}
		x := n.largest(w.acts[i])
		bound = max(bound, sumBound(n.batch, max(x, 1), n.largest(w.dz[i])))
	}
	return bound
}
