package nn

import "math"

// How large gradients can be is known without computing them: an element of a
// block's gradient is a sum, over the rows of the batch, of products of an input, or 1
// for a bias, and an element of dz. There are two ways to bound those. From the
// input, the gradient at the outputs and the parameters follows what everything
// between them cannot exceed, which costs nothing; with each layer it is further from what is
// there, and after many it says nothing. Then the pass is looked at.

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

// inferredBound is what no gradient of a block exceeds after a backward pass if no
// parameter exceeds param. What comes out of stages is looked at.
func (n *Network) inferredBound(param float64) float64 {
	w := n.work
	x := n.largest(w.acts[0])
	for i, node := range n.nodes {
		w.largest[i] = x
		if node.plan != nil {
			z := sumBound(node.in+1, max(x, 1), param)
			x = steepest * (z + 1)
		} else {
			x = n.largest(w.acts[i+1])
		}
	}
	bound, below := 0.0, -1.0
	for i := len(n.nodes) - 1; i >= n.lowest; i-- {
		if n.nodes[i].plan == nil {
			below = -1
			continue
		}
		dz := below
		if dz < 0 {
			dz = n.largest(w.dz[i])
		}
		bound = max(bound, sumBound(n.batch, max(w.largest[i], 1), dz))
		below = steepest * sumBound(n.nodes[i].out, dz, param)
	}
	return bound
}

// seenBound is inferredBound as far as looking at the pass tells.
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
