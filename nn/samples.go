package nn

import (
	"errors"
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// checkSource reports a source that the network cannot be trained or judged on, as far as can be
// told before a batch of it is there: of samples in memory everything, of others what Info
// says.
func (t *Trainer) checkSource(source data.Source) error {
	if source == nil {
		return fault.Nil("data", "source", "a data.Set or another data.Source")
	}
	if memory, ok := source.(data.InMemory); ok {
		set := memory.Samples()
		return t.checkSamples(set.X, set.Target)
	}
	info := source.Info()
	if err := info.Check(); err != nil {
		return err
	}
	if info.Features != t.net.inputs {
		return t.net.nodes[0].wrap(&ShapeError{Op: "data", Detail: fmt.Sprintf("x of the source has %d columns, want %d", info.Features, t.net.inputs)})
	}
	return t.checkKind(info)
}

// checkKind reports targets of a kind that the loss does not take, from what it says of a
// row of zeros. What it has against zeros is no matter: a source may have none.
func (t *Trainer) checkKind(info data.Info) error {
	var row data.Target
	switch info.Target {
	case data.LabelTarget:
		row.Labels = []int{0}
	case data.ValueTarget:
		row.Values = newMatrix(1, info.Values)
	}
	var wrong *loss.TargetError
	if err := t.loss.Check(row, 1, t.net.outputs); errors.As(err, &wrong) && wrong.Row < 0 {
		return fmt.Errorf("a sample of the source has %s: %w", info.Target, err)
	}
	return nil
}

// checkSamples reports samples that the network cannot be trained or judged on: wrong
// shapes, no samples, values that are not finite, targets that do not fit the
// loss.
func (t *Trainer) checkSamples(x tensor.Matrix, target data.Target) error {
	if err := t.net.checkInput("data", x); err != nil {
		return err
	}
	maxAbs := t.net.backend.Kernels().MaxAbs
	for i := range x.Rows {
		row := rowOf(x, i)
		if maxAbs(row) <= math.MaxFloat32 {
			continue
		}
		for j, v := range row {
			if !isFinite(v) {
				return &DataError{What: "x", Row: i, Col: j, Value: v}
			}
		}
	}
	if err := t.loss.Check(target, x.Rows, t.net.outputs); err != nil {
		return err
	}
	return checkTarget(target, t.loss.Loss, x.Rows)
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

// isFinite reports whether x is neither NaN nor infinite.
func isFinite(x float32) bool { return x-x == 0 }

// dataError says which data an error is about.
func dataError(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("nn: %s: %w", what, err)
}
