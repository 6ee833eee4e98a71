package nn

import (
	"math"

	"github.com/neurona-ml/neurona/nn/tensor"
)

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
// gradient dy at the outputs, if no parameter exceeds param. Everything is known about all nodes.
func (n *Network) inferredBound(dy tensor.Matrix, param float64) float64 {
	values, slopes := n.work.largest, n.work.slopes
	clear(slopes)
	values[0] = n.largest(n.work.values[0])
	for _, node := range n.nodes {
		// What is infinite anywhere may be hidden by what comes after it, by a ReLU or by a
		// function that shrinks: so nothing may be.
		z := node.op.up(node, values, param)
		y := node.steepest() * (z + 1)
		if !(z <= boundLimit && y <= boundLimit) {
			return math.Inf(1)
		}
		values[node.out] = y
	}
	bound := 0.0
	slopes[n.output] = n.largest(dy)
	for i := len(n.nodes) - 1; i >= 0; i-- {
		node := n.nodes[i]
		if !node.back {
			continue
		}
		dy := slopes[node.out]
		dz := dy * node.steepest()
		dx := node.op.down(node, dz, param)
		if !(dy <= boundLimit && dz <= boundLimit && dx <= boundLimit) {
			return math.Inf(1)
		}
		if node.trained {
			bound = max(bound, sumBound(n.batch, max(values[node.in[0]], 1), dz))
		}
		for _, v := range node.in {
			slopes[v] += dx
		}
	}
	return bound
}

// steepest is what a node's function multiplies magnitudes by at most.
func (n *node) steepest() float64 {
	if n.f == nil {
		return 1
	}
	return n.f.Steepest
}

// seenBound is what no gradient of a block can exceed after a way back that has kept
// every dz.
func (n *Network) seenBound() float64 {
	bound := 0.0
	for _, b := range n.blocks {
		x, dz := n.largest(n.work.values[b.node.in[0]]), n.largest(n.work.gradients[b.node.out])
		bound = max(bound, sumBound(n.batch, max(x, 1), dz))
	}
	return bound
}
