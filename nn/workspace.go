package nn

import (
	"fmt"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// workspace is the memory of a training pass, planned for the largest batch.
type workspace struct {
	memory
	graph     *graph
	kernels   *kernels.Set
	gradients []tensor.Matrix // at each value that is wanted, in the pass under way

	left    []int  // for each value, the gradients that are still to come from nodes that read it
	written []bool // whether the gradient at a value has begun
	derived []bool // whether it has been multiplied by the derivative of what the value comes out of

	largest []float64 // for each value what no magnitude exceeds, in inferredBound
	slopes  []float64 // likewise for the gradient at it

	inputGradient tensor.Matrix // of the last Backward
}

func newWorkspace(g *graph, rows int, k *kernels.Set, pass layer.Pass) *workspace {
	n := len(g.values)
	return &workspace{
		memory: newMemory(newLayout(g, rows, true), pass),
		graph:  g, kernels: k,
		gradients: make([]tensor.Matrix, n),
		left:      make([]int, n), written: make([]bool, n), derived: make([]bool, n),
		largest: make([]float64, n), slopes: make([]float64, n),
	}
}

// begin is memory's, with the memory of gradients.
func (w *workspace) begin(x tensor.Matrix) {
	if !w.memory.begin(x, tensor.Matrix{}) {
		return
	}
	for v, p := range w.layout.values {
		if w.graph.values[v].wanted {
			root := &w.layout.values[p.within]
			w.gradients[v] = columns(w.matrix(root.gradient, x.Rows, root.size), p.column, p.size)
		}
	}
}

// beginBack prepares for the way back from the gradient at the outputs, which is there.
func (w *workspace) beginBack() {
	for v, val := range w.graph.values {
		w.left[v], w.written[v], w.derived[v] = len(val.readers), false, false
	}
	w.written[w.graph.output] = true
}

// turn is called for each node that reads value v, on its way back: it returns where its
// gradient goes, which it is to be added to unless it is the first, and whether it is
// the last.
func (w *workspace) turn(v int) (dx tensor.Matrix, first, last bool) {
	first = !w.written[v]
	w.written[v] = true
	w.left[v]--
	return w.gradients[v], first, w.left[v] == 0
}

// wants reports whether the gradient at value v is wanted.
func (w *workspace) wants(v int) bool { return w.graph.values[v].wanted }

// contribute adds dy to the gradient at value v, if that is wanted.
func (w *workspace) contribute(v int, dy tensor.Matrix) error {
	if !w.wants(v) {
		return nil
	}
	switch dx, first, _ := w.turn(v); {
	case !first:
		return w.sum(w.kernels.Add, dx, dy)
	case &dx.Data[0] != &dy.Data[0]: // it may lie there
		return w.copy(dx, dy)
	}
	return nil
}

// slopeOf is the derivative of what value v comes out of.
func (w *workspace) slopeOf(v int) blas.Slope {
	from := w.graph.values[v].from
	if from < 0 {
		return blas.Slope{}
	}
	n := w.graph.nodes[from]
	switch {
	case n.f == nil:
		return blas.Slope{}
	case n.slopes():
		return blas.Slope{Kept: w.slope(n, w.values[v]), IsSlope: true}
	}
	return blas.Slope{Of: n.f.Kernel, Kept: w.values[v]}
}

// derive multiplies dy, the gradient at node n's output, by the derivative of its
// function.
func (w *workspace) derive(n *node, dy tensor.Matrix) error {
	slope := w.slopeOf(n.out)
	if kernel := slope.Derive(w.kernels); kernel != nil {
		return w.multiply(kernel, dy, slope.Kept)
	}
	return nil
}

// reserve makes sure that the plans and the workspace can take a training
// batch of the given number of rows. Weights, gradients and optimizer state
// stay what they are.
func (n *Network) reserve(rows int) (err error) {
	defer recovered(&err) // stages say what they need, and may be the user's
	if rows > n.maxBatch {
		most := mostRows(n.graph)
		if rows > most {
			return n.nodes[0].wrap(&ShapeError{Op: "forward", Detail: fmt.Sprintf("x has %d rows, want at most %d, which take %d MiB in the network", rows, most, maxFloats>>18)})
		}
		// Half as much again, so that batches that grow slowly do not bring
		// a new plan each.
		// A new workspace has nothing of the pass before.
		if err := n.commitPass(); err != nil {
			return err
		}
		if err := n.replan(min(max(rows, n.maxBatch+n.maxBatch/2), most)); err != nil {
			return err
		}
	}
	if n.work == nil {
		n.work = newWorkspace(n.graph, n.maxBatch, n.backend.Kernels(), layer.Pass{Training: true, Run: n.backend.Run})
	}
	return nil
}

// replan makes plans for larger batches. A plan's layout depends on In and Out
// only, so that parameters and gradients are copied, and optimizer state can
// stay where it is. After an error all plans are the old ones.
func (n *Network) replan(maxBatch int) error {
	n.weights.Lock() // predictions use the plans
	defer n.weights.Unlock()
	plans := make([]blas.Dense, len(n.blocks))
	for i, b := range n.blocks {
		spec := b.plan.Spec()
		spec.MaxBatch = maxBatch
		plan, err := n.backend.Dense(spec)
		if err != nil {
			return b.wrap(err)
		}
		if got, want := len(plan.Parameters()), len(b.plan.Parameters()); got != want {
			return b.wrap(fmt.Errorf("the plan for %d rows has %d parameters, the one for %d rows %d", maxBatch, got, b.plan.Spec().MaxBatch, want))
		}
		copy(plan.Parameters(), b.plan.Parameters())
		if n.gathered.passes > 0 {
			copy(plan.Gradients(), b.plan.Gradients())
		}
		plan.Refresh()
		plans[i] = plan
	}
	for i, b := range n.blocks {
		b.plan = plans[i]
	}
	n.maxBatch = maxBatch
	n.work, n.batch = nil, 0
	return nil
}
