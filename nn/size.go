package nn

import (
	"fmt"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/fault"
)

// Memory is how many bytes the network takes to train on batches of so many rows, and to
// predict any number of rows, which go through it in parts of 256, with one prediction at a time: parameters, what is derived from them, gradients, and
// everything between the layers. Each further prediction at the same time takes what its
// activations take; an optimizer keeps a float32 for each parameter and slot of its rule. Scratch
// memory of the backend, which all its networks share, is not counted.
func (n *Network) Memory(batch int) (training, prediction int64, err error) {
	if err := n.made(); err != nil {
		return 0, 0, err
	}
	if most := mostRows(n.graph); batch < 1 || batch > most {
		return 0, 0, fault.Value("memory", "batch", float64(batch), fmt.Sprintf("at least 1 and at most %d rows", most))
	}
	n.weights.RLock() // a larger batch replaces plans
	defer n.weights.RUnlock()
	for _, b := range n.blocks {
		training += blas.SizeOf(b.plan, true)
		prediction += blas.SizeOf(b.plan, false)
	}
	for _, s := range n.stages {
		for _, t := range s.all {
			size := floatBytes * int64(len(t.Value)+len(t.Grad))
			training += size
			prediction += size
		}
	}
	defer recovered(&err) // stages say what they need, and may be the user's
	training += floatBytes * int64(newLayout(n.graph, batch, true).floats)
	prediction += floatBytes * int64(newLayout(n.graph, predictRows, false).floats)
	return training, prediction, nil
}

// floatBytes is the size of a float32.
const floatBytes = 4
