package nn

import (
	"fmt"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
)

// workspace is the memory of a training pass, planned for the largest batch.
type workspace struct {
	outputs []Matrix     // of each node, with the rows of the largest batch
	acts    []Matrix     // of the pass under way: its input, then each node's output
	grads   [2][]float32 // gradients at activations: one is read while the other is written

	inputGradient Matrix // of the last Backward
}

// newWorkspace takes the activations of all nodes from one piece of memory.
func newWorkspace(nodes []*node, inputs, rows int) *workspace {
	widest, total := arena.Stride(inputs), 0
	for _, n := range nodes {
		stride := arena.Stride(n.out)
		widest, total = max(widest, stride), total+rows*stride
	}
	w := &workspace{
		outputs: make([]Matrix, len(nodes)),
		acts:    make([]Matrix, len(nodes)+1),
	}
	mem := arena.Float32(total)
	for i, n := range nodes {
		stride := arena.Stride(n.out)
		w.outputs[i] = Matrix{Rows: rows, Cols: n.out, Stride: stride, Data: mem[:rows*stride]}
		mem = mem[rows*stride:]
	}
	for i := range w.grads {
		w.grads[i] = arena.Float32(rows * widest)
	}
	return w
}

// gradient returns gradient buffer i as a matrix.
func (w *workspace) gradient(i, rows, cols int) Matrix {
	stride := arena.Stride(cols)
	return Matrix{Rows: rows, Cols: cols, Stride: stride, Data: w.grads[i][:rows*stride]}
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
		n.work = newWorkspace(n.nodes, n.inputs, n.maxBatch)
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
		if n.gathered > 0 {
			copy(plan.Gradients(), node.plan.Gradients())
		}
		plan.Refresh()
		plans[i] = plan
	}
	for i, node := range n.nodes {
		node.plan = plans[i]
	}
	n.maxBatch = maxBatch
	n.work = nil
	return nil
}
