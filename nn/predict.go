package nn

import (
	"fmt"
	"sync"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
)

// predictRows is how many rows go through the network at a time when
// predicting: enough for products at full speed, few enough that the
// activations of usual widths (512: 512 KiB) stay in the second-level cache.
const predictRows = 256

// Predict applies the network to x [batch][Inputs] and returns the outputs
// [batch][Outputs], which are the caller's. Dropout does nothing. Rows go through the
// network in even parts of 256 at most. In bf16 it may multiply in another precision than
// Forward does for as many rows: see WithPrecision.
//
// It is safe from many goroutines at once. While a training step writes the
// weights it waits, and a step waits for predictions under way; all rows of
// one call see the same weights.
func (n *Network) Predict(x Matrix) (Matrix, error) {
	if err := n.checkInput("predict", x); err != nil {
		return Matrix{}, err
	}
	if most := maxSlice / n.outputs; x.Rows > most {
		return Matrix{}, n.nodes[len(n.nodes)-1].wrap(&ShapeError{Op: "predict", Detail: fmt.Sprintf("x has %d rows, want at most %d for one matrix of outputs", x.Rows, most)})
	}
	y := Matrix{Rows: x.Rows, Cols: n.outputs, Stride: n.outputs, Data: make([]float32, x.Rows*n.outputs)}
	if err := n.PredictInto(x, y); err != nil {
		return Matrix{}, err
	}
	return y, nil
}

// PredictInto is Predict into y [batch][Outputs], which must not overlap x. In
// the steady state it allocates nothing.
func (n *Network) PredictInto(x, y Matrix) (err error) {
	defer recovered(&err)
	if err := n.checkInput("predict", x); err != nil {
		return err
	}
	if err := blas.CheckShape("predict", "y", y, x.Rows, n.outputs); err != nil {
		return n.nodes[len(n.nodes)-1].wrap(err)
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

// predictor is the memory that one prediction at a time needs: activations
// are written to one buffer while the other is read.
type predictor struct {
	nodes   []*node // those that do something when predicting
	buffers [2][]float32
}

// run applies the nodes to at most predictRows rows.
func (p *predictor) run(x, y Matrix) error {
	if len(p.nodes) == 0 {
		copyRows(y, x)
		return nil
	}
	last := len(p.nodes) - 1
	for i, n := range p.nodes {
		out := y
		if i < last {
			stride := arena.Stride(n.out)
			out = Matrix{Rows: x.Rows, Cols: n.out, Stride: stride, Data: p.buffers[i%2][:x.Rows*stride]}
		}
		if err := n.predict(x, out); err != nil {
			return err
		}
		x = out
	}
	return nil
}

// predictors keeps the predictors that are not in use: as many as there have
// ever been predictions at the same time. A sync.Pool would lose them at each
// garbage collection.
type predictors struct {
	nodes  []*node
	widest int // stride of the widest activation between two nodes

	mu   sync.Mutex
	free []*predictor
}

func (p *predictors) init(nodes []*node) {
	for _, n := range nodes {
		if !n.passive {
			p.nodes = append(p.nodes, n)
		}
	}
	for i := range len(p.nodes) - 1 {
		p.widest = max(p.widest, arena.Stride(p.nodes[i].out))
	}
}

func (p *predictors) take() *predictor {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.free) - 1; last >= 0 {
		t := p.free[last]
		p.free = p.free[:last]
		return t
	}
	t := &predictor{nodes: p.nodes}
	// A network of few nodes needs one buffer, or none.
	for i := range min(len(p.nodes)-1, 2) {
		t.buffers[i] = arena.Float32(predictRows * p.widest)
	}
	return t
}

func (p *predictors) give(t *predictor) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, t)
}
