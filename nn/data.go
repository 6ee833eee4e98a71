package nn

import (
	"fmt"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Data is samples with what should come out for them. Neither is changed.
type Data struct {
	X      tensor.Matrix // [samples][features]
	Target data.Target   // one label or row of values, and one weight if there are any, for each sample
}

// check reports data that the network cannot be trained or judged on: wrong
// shapes, no samples, values that are not finite, targets that do not fit the
// loss.
func (d Data) check(net *Network, l loss.Loss) error {
	if err := net.checkInput("data", d.X); err != nil {
		return err
	}
	for i := range d.X.Rows {
		for j, v := range rowOf(d.X, i) {
			if !isFinite(v) {
				return &DataError{What: "x", Row: i, Col: j, Value: v}
			}
		}
	}
	if err := l.Check(d.Target, d.X.Rows, net.outputs); err != nil {
		return err
	}
	return checkTarget(d.Target, l, d.X.Rows)
}

// checkTarget reports a target that batches cannot be taken out of, which a loss of
// the user's own may have let pass. One that is empty is none at all.
func checkTarget(t data.Target, l loss.Loss, rows int) error {
	v := t.Values
	switch {
	case t.Weights != nil && len(t.Weights) != rows:
		return &loss.TargetError{Loss: l.String(), Row: -1, Col: -1, Got: fmt.Sprintf("%d weights", len(t.Weights)), Want: fmt.Sprintf("%d weights, or none", rows)}
	case t.Labels != nil && len(t.Labels) != rows:
		return &loss.TargetError{Loss: l.String(), Row: -1, Col: -1, Got: fmt.Sprintf("%d labels", len(t.Labels)), Want: fmt.Sprintf("%d labels", rows)}
	case t.Labels == nil && (v.Rows != 0 || v.Cols != 0) && !blas.Fits(&v, rows, v.Cols):
		got := fmt.Sprintf("%d×%d in %d elements with stride %d", v.Rows, v.Cols, len(v.Data), v.Stride)
		return &loss.TargetError{Loss: l.String(), Row: -1, Col: -1, Got: got, Want: fmt.Sprintf("a %d×%d matrix of values", rows, v.Cols)}
	}
	return nil
}

// gatherer copies rows picked by index into memory that it uses again.
type gatherer struct {
	backend blas.Backend
	x       copyJob
	values  copyJob
	labels  []int
	weights []float32
}

// reserve makes room for batches of d.
func (g *gatherer) reserve(backend blas.Backend, d Data, batch int) {
	g.backend = backend
	g.x.reserve(d.X, batch)
	g.values.reserve(d.Target.Values, batch)
	if len(g.labels) < batch {
		g.labels = make([]int, batch)
	}
	if d.Target.Weights != nil && len(g.weights) < batch {
		g.weights = make([]float32, batch)
	}
}

// batch returns copies of the rows of d whose indices are given. They are
// valid until the next call.
func (g *gatherer) batch(d Data, indices []int) (tensor.Matrix, data.Target, error) {
	x, err := g.x.gather(g.backend, d.X, indices)
	if err != nil {
		return tensor.Matrix{}, data.Target{}, err
	}
	var t data.Target
	if d.Target.Weights != nil {
		t.Weights = g.weights[:len(indices)]
		for i, from := range indices {
			t.Weights[i] = d.Target.Weights[from]
		}
	}
	if d.Target.Labels == nil {
		t.Values, err = g.values.gather(g.backend, d.Target.Values, indices)
		return x, t, err
	}
	t.Labels = g.labels[:len(indices)]
	for i, from := range indices {
		t.Labels[i] = d.Target.Labels[from]
	}
	return x, t, nil
}

// copyJob copies rows of a matrix, a few in each task.
type copyJob struct {
	dst, src tensor.Matrix
	indices  []int
}

const (
	// rowsPerTask is how many rows of a batch a worker takes at a time when
	// rows are all there is to share out: 16 MNIST images, 49 KiB, are copied
	// in about 10 µs.
	rowsPerTask = 16
	// inlineElements is how many elements are copied without asking for help.
	inlineElements = 32 << 10
)

func (j *copyJob) reserve(src tensor.Matrix, rows int) {
	if src.Cols > 0 && (j.dst.Rows < rows || j.dst.Cols != src.Cols) {
		j.dst = newMatrix(rows, src.Cols)
	}
}

func (j *copyJob) gather(backend blas.Backend, src tensor.Matrix, indices []int) (tensor.Matrix, error) {
	j.src, j.indices = src, indices
	tasks := (len(indices) + rowsPerTask - 1) / rowsPerTask
	var err error
	if len(indices)*src.Cols < inlineElements {
		err = parallel.Alone(j, tasks)
	} else {
		err = backend.Run(j, tasks)
	}
	return rowsOf(j.dst, 0, len(indices)), err
}

// Task implements blas.Job.
func (j *copyJob) Task(i, _ int) {
	lo := i * rowsPerTask
	for k, from := range j.indices[lo:min(lo+rowsPerTask, len(j.indices))] {
		copy(rowOf(j.dst, lo+k), rowOf(j.src, from))
	}
}

// isFinite reports whether x is neither NaN nor infinite.
func isFinite(x float32) bool { return x-x == 0 }

// dataError says which data an error is about.
func dataError(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("nn: %s: %w", what, err)
}
