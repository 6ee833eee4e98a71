package nn

import (
	"fmt"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
)

// workspace is the memory of a training pass, planned for the largest batch.
// Between the nodes lie the activations: number 0 is the network's input, and
// number i+1 is what comes out of node i.
type workspace struct {
	outputs []Matrix // activations 1 and up, with the rows of the largest batch
	acts    []Matrix // all activations of the pass under way

	grads [][]float32 // the gradient at each activation; nil where nobody wants it
	dz    []Matrix    // of each block, the gradient before its activation

	inputBounds []float64 // of each node, in inferredBound

	inputGradient Matrix // of the last Backward
}

// newWorkspace takes the activations of all nodes from one piece of memory, and their
// gradients from another. The gradient at activation i is wanted if node i-1
// or one before it is trained, from number lowest on.
func newWorkspace(nodes []*node, inputs, rows, lowest int) *workspace {
	w := &workspace{
		outputs: make([]Matrix, len(nodes)),
		acts:    make([]Matrix, len(nodes)+1),
		grads:   make([][]float32, len(nodes)+1),
		dz:      make([]Matrix, len(nodes)),

		inputBounds: make([]float64, len(nodes)),
	}
	size := func(i int) int { // of activation i
		if i == 0 {
			return rows * arena.Stride(inputs)
		}
		return rows * arena.Stride(nodes[i-1].out)
	}
	activations, gradients := 0, 0
	for i := range w.acts {
		if i > 0 {
			activations += size(i)
		}
		if i >= lowest {
			gradients += size(i)
		}
	}
	acts, grads := arena.Float32(activations), arena.Float32(gradients)
	for i, n := range nodes {
		w.outputs[i] = Matrix{Rows: rows, Cols: n.out, Stride: arena.Stride(n.out), Data: acts[:size(i+1)]}
		acts = acts[size(i+1):]
	}
	for i := lowest; i < len(w.grads); i++ {
		w.grads[i], grads = grads[:size(i)], grads[size(i):]
	}
	return w
}

// gradient is the memory of the gradient at activation i, of cols features.
func (w *workspace) gradient(i, rows, cols int) Matrix {
	stride := arena.Stride(cols)
	return Matrix{Rows: rows, Cols: cols, Stride: stride, Data: w.grads[i][:rows*stride]}
}

// own returns dy, a gradient at activation i, in the workspace's memory.
func (w *workspace) own(i int, dy Matrix) Matrix {
	if &dy.Data[0] == &w.grads[i][0] {
		return dy
	}
	g := w.gradient(i, dy.Rows, dy.Cols)
	copyRows(g, dy)
	return g
}

// reserve makes sure that the plans and the workspace can take a training
// batch of the given number of rows. Weights, gradients and optimizer state
// stay what they are.
func (n *Network) reserve(rows int) error {
	if rows > n.maxBatch {
		most := mostRows(n.nodes, n.inputs)
		if rows > most {
			return n.nodes[0].wrap(&ShapeError{Op: "forward", Detail: fmt.Sprintf("x has %d rows, want at most %d, which take %d MiB in the network", rows, most, maxFloats>>18)})
		}
		// Half as much again, so that batches that grow slowly do not bring
		// a new plan each.
		if err := n.replan(min(max(rows, n.maxBatch+n.maxBatch/2), most)); err != nil {
			return err
		}
	}
	if n.work == nil {
		n.work = newWorkspace(n.nodes, n.inputs, n.maxBatch, n.lowestGradient())
	}
	return nil
}

// replan makes plans for larger batches. A plan's layout depends on In and Out
// only, so that parameters and gradients are copied, and optimizer state can
// stay where it is. After an error all plans are the old ones.
func (n *Network) replan(maxBatch int) error {
	n.weights.Lock() // predictions use the plans
	defer n.weights.Unlock()
	plans := make([]blas.Dense, len(n.nodes))
	for i, node := range n.nodes {
		if node.plan == nil {
			continue
		}
		spec := node.plan.Spec()
		spec.MaxBatch = maxBatch
		plan, err := n.backend.Dense(spec)
		if err != nil {
			return node.wrap(err)
		}
		if got, want := len(plan.Parameters()), len(node.plan.Parameters()); got != want {
			return node.wrap(fmt.Errorf("the plan for %d rows has %d parameters, the one for %d rows %d", maxBatch, got, node.plan.Spec().MaxBatch, want))
		}
		copy(plan.Parameters(), node.plan.Parameters())
		if n.gathered.passes > 0 {
			copy(plan.Gradients(), node.plan.Gradients())
		}
		plan.Refresh()
		plans[i] = plan
	}
	for i, node := range n.nodes {
		node.plan = plans[i]
	}
	n.maxBatch = maxBatch
	n.work, n.batch = nil, 0
	return nil
}

// lowestGradient is the number of the lowest activation whose gradient is wanted.
func (n *Network) lowestGradient() int {
	if n.inputGradient {
		return 0
	}
	return min(n.lowest+1, len(n.nodes))
}
