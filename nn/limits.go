package nn

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/nn/fault"
)

// The limits keep a slip in a number, or what somebody else's layer or file
// says, from asking for more memory than there are addresses or machines have:
// Go ends the program then, where an error can be dealt with.
const (
	// wide is 1 where an int has 64 bits, and 0 where it has 32.
	wide = math.MaxInt >> 62
	// maxFloats bounds what a batch takes in a network in training: 16 GiB, or 1
	// GiB of 32 bits' 4, whose number of bytes does not overflow an int.
	maxFloats = 1 << (28 + 4*wide)
	// maxWidth bounds the features between two layers, so that a prediction's
	// part of a batch is within maxFloats.
	maxWidth = maxFloats / predictRows
	// maxTried bounds a batch that is made up to try a network out, and filled
	// with numbers: 1 GiB.
	maxTried = 1 << 28
	// maxSlice bounds a slice of float32 that Go may try to make.
	maxSlice = math.MaxInt >> (2 + 16*wide)
)

// rowFloats is what a row of a training batch takes in the workspace: activations and
// their gradients.
func rowFloats(g *graph) uint64 {
	total := uint64(arena.Stride(g.values[0].size))
	for _, n := range g.nodes {
		total += 2 * uint64(arena.Stride(g.values[n.out].size))
		if n.slopes() {
			total += uint64(arena.Stride(g.values[n.out].size))
		}
		one, _ := n.op.need(1, true)
		two, scratch := n.op.need(2, true)
		total += uint64(max(two-one, 0)) + uint64(scratch)
	}
	return total
}

// mostRows is the largest batch that can be trained on.
func mostRows(g *graph) int { return int(maxFloats / rowFloats(g)) }

// mostTried is the largest batch to try a network out with.
func (n *Network) mostTried() int { return max(1, int(maxTried/rowFloats(n.graph))) }

// checkWidth reports features between two layers that are too many for a batch
// of them.
func checkWidth(of, what string, width int) error {
	if width < 1 || width > maxWidth {
		return fault.Value(of, what, float64(width), fmt.Sprintf("at least 1 and at most %d", maxWidth))
	}
	return nil
}
