package nn

import (
	"fmt"
	"sync"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// predictRows is how many rows go through the network at a time when
// predicting: enough for products at full speed, few enough that the
// activations of usual widths (512: 512 KiB) stay in the second-level cache.
const predictRows = 256

// Predict applies the network to x [batch][Inputs] and returns the outputs
// [batch][Outputs], which are the caller's. Dropout does nothing. Rows go through the
// network in even parts of 256 at most. In bf16 it may multiply in another precision than
// Forward does for as many rows: see Precision.
//
// It is safe from many goroutines at once. While a training step writes the
// weights it waits, and a step waits for predictions under way; all rows of
// one call see the same weights.
func (n *Network) Predict(x tensor.Matrix) (tensor.Matrix, error) {
	if err := n.checkInput("predict", x); err != nil {
		return tensor.Matrix{}, err
	}
	if most := maxSlice / n.outputs; x.Rows > most {
		return tensor.Matrix{}, n.last().wrap(&ShapeError{Op: "predict", Detail: fmt.Sprintf("x has %d rows, want at most %d for one matrix of outputs", x.Rows, most)})
	}
	y := tensor.Matrix{Rows: x.Rows, Cols: n.outputs, Stride: n.outputs, Data: make([]float32, x.Rows*n.outputs)}
	if err := n.PredictInto(x, y); err != nil {
		return tensor.Matrix{}, err
	}
	return y, nil
}

// PredictInto is Predict into y [batch][Outputs], which must not overlap x. In
// the steady state it allocates nothing.
func (n *Network) PredictInto(x, y tensor.Matrix) (err error) {
	defer recovered(&err)
	if err := n.checkInput("predict", x); err != nil {
		return err
	}
	if err := blas.CheckShape("predict", "y", y, x.Rows, n.outputs); err != nil {
		return n.last().wrap(err)
	}
	n.weights.RLock()
	defer n.weights.RUnlock()
	if n.closed {
		return ErrClosed
	}
	p := n.predictors.take()
	defer n.predictors.give(p)
	for lo, hi := 0, 0; lo < x.Rows; lo = hi {
		hi = partEnd(lo, x.Rows)
		p.pass.Row, p.pass.Rows = lo, x.Rows
		if err := p.run(rowsOf(x, lo, hi), rowsOf(y, lo, hi)); err != nil {
			return err
		}
	}
	return nil
}

// partEnd is where the part of rows that starts at lo ends. Parts are even to a row:
// a handful of rows at the end would read all weights for little work.
func partEnd(lo, rows int) int {
	left := rows - lo
	parts := (left + predictRows - 1) / predictRows
	return lo + (left+parts-1)/parts
}

// predictor is the memory that one prediction at a time needs.
type predictor struct {
	memory
	graph *graph
}

// run applies the nodes to at most predictRows rows.
func (p *predictor) run(x, y tensor.Matrix) error {
	p.begin(x, y)
	for _, n := range p.graph.nodes {
		if p.layout.nodes[n.index].skipped {
			continue
		}
		if err := p.memory.run(n); err != nil {
			return err
		}
	}
	return nil
}

// predictors keeps the predictors that are not in use: as many as there have
// ever been predictions at the same time. A sync.Pool would lose them at each
// garbage collection.
type predictors struct {
	graph  *graph
	layout *layout
	pass   layer.Pass

	mu   sync.Mutex
	free []*predictor
}

func (p *predictors) init(g *graph, backend blas.Backend) {
	p.graph, p.layout, p.pass = g, newLayout(g, predictRows, false), layer.Pass{Run: backend.Run}
}

func (p *predictors) take() *predictor {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.free) - 1; last >= 0 {
		t := p.free[last]
		p.free = p.free[:last]
		return t
	}
	return &predictor{newMemory(p.layout, p.pass), p.graph}
}

func (p *predictors) give(t *predictor) {
	for _, v := range p.layout.callers { // which may be large, and go now
		t.values[v] = tensor.Matrix{}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, t)
}
