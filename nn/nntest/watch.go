package nntest

import (
	"errors"
	"fmt"

	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

var (
	// ErrNotWritten reports a stage whose Forward leaves outputs as they were, whose Backward
	// leaves gradients at the input so, or which reads memory that nobody has written.
	ErrNotWritten = errors.New("it is NaN, as it was before: Forward must write all of y and Backward all of dx, from what they are given alone")
	// ErrChanged reports a stage that writes what is not its own.
	ErrChanged = errors.New("it is not what it was before: Forward must leave x and the values of tensors as they are, and Backward y too")
)

// watched is a layer whose stages are looked at as they run, and see the same training
// pass each time: what dropout drops is a function of its number.
type watched struct{ layer.Layer }

func (w watched) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	return w.Layer.Build(watchedBuilder{b}, x)
}

// watchedBuilder watches what a layer builds.
type watchedBuilder struct{ layer.Builder }

func (b watchedBuilder) Layer(l layer.Layer, x layer.Value) (layer.Value, error) {
	if l == nil {
		return b.Builder.Layer(nil, x)
	}
	return b.Builder.Layer(watched{l}, x)
}

// Stage wraps s so that the network asks of it what it would ask of s.
func (b watchedBuilder) Stage(x layer.Value, s layer.Stage) (layer.Value, error) {
	if s == nil {
		return b.Builder.Stage(x, nil)
	}
	w := &watchedStage{Stage: s}
	_, w.passive = s.(layer.Passive)
	_, w.overwritten = s.(layer.Overwritten)
	_, w.forgetful = s.(layer.Forgetful)
	switch {
	case w.overwritten && w.forgetful:
		return b.Builder.Stage(x, overwrittenForgetful{w})
	case w.overwritten:
		return b.Builder.Stage(x, overwritten{w})
	case w.forgetful:
		return b.Builder.Stage(x, forgetful{w})
	}
	return b.Builder.Stage(x, w)
}

type overwritten struct{ *watchedStage }

func (overwritten) Overwritten() {}

type forgetful struct{ *watchedStage }

func (forgetful) Forgetful() {}

type overwrittenForgetful struct{ *watchedStage }

func (overwrittenForgetful) Overwritten() {}
func (overwrittenForgetful) Forgetful()   {}

// watchedStage is a stage that is looked at. It implements what is optional as if the stage
// had nothing to say where it does not implement it.
type watchedStage struct {
	layer.Stage
	passive, overwritten, forgetful bool
	tensors                         []*tensor.Tensor
}

// Tensors implements layer.Stage.
func (w *watchedStage) Tensors() []*tensor.Tensor {
	w.tensors = w.Stage.Tensors()
	return w.tensors
}

// Gain implements layer.Bounded: 0 is that nobody knows.
func (w *watchedStage) Gain() float64 {
	if b, ok := w.Stage.(layer.Bounded); ok {
		return b.Gain()
	}
	return 0
}

// MinRows implements layer.MinRows.
func (w *watchedStage) MinRows() int {
	if m, ok := w.Stage.(layer.MinRows); ok {
		return m.MinRows()
	}
	return 1
}

// Commit implements layer.Committer.
func (w *watchedStage) Commit(p *layer.Pass) {
	if c, ok := w.Stage.(layer.Committer); ok {
		c.Commit(p)
	}
}

// Forward implements layer.Stage.
func (w *watchedStage) Forward(p *layer.Pass, x, y tensor.Matrix) error {
	if w.passive && !p.Training { // it is left out
		copyTo(y, x)
		return nil
	}
	before, values := clone(x), w.values()
	fill(y, nan)
	fillRow(p.Kept, nan)
	if err := w.Stage.Forward(first(p), x, y); err != nil {
		return err
	}
	if i, j, found := unlike(x, before); found {
		return fmt.Errorf("Forward: x[%d][%d]: %w", i, j, ErrChanged)
	}
	if err := w.unchanged("Forward", values); err != nil {
		return err
	}
	if _, _, hopeless := find(x, isNaN); hopeless {
		return nil
	}
	if i, j, found := find(y, isNaN); found {
		return fmt.Errorf("Forward: y[%d][%d]: %w", i, j, ErrNotWritten)
	}
	return nil
}

// Backward implements layer.Stage.
func (w *watchedStage) Backward(p *layer.Pass, x, y, dy, dx tensor.Matrix) error {
	if w.overwritten { // by whatever comes behind it
		y = clone(y)
		fill(y, nan)
	}
	if w.forgetful { // of what others may have written there
		x = clone(x)
		fill(x, nan)
	}
	xBefore, yBefore, values := clone(x), clone(y), w.values()
	_, _, hopeless := find(dy, isNaN)
	if dx.Data != nil {
		fill(dx, nan)
	}
	if err := w.Stage.Backward(first(p), x, y, dy, dx); err != nil {
		return err
	}
	if i, j, found := unlike(x, xBefore); found {
		return fmt.Errorf("Backward: x[%d][%d]: %w", i, j, ErrChanged)
	}
	if i, j, found := unlike(y, yBefore); found {
		return fmt.Errorf("Backward: y[%d][%d]: %w", i, j, ErrChanged)
	}
	if err := w.unchanged("Backward", values); err != nil || hopeless || dx.Data == nil {
		return err
	}
	if i, j, found := find(dx, isNaN); found {
		return fmt.Errorf("Backward: dx[%d][%d]: %w", i, j, ErrNotWritten)
	}
	return nil
}

// first is the pass as if it were the first one, with scratch memory that nobody has cleared.
func first(p *layer.Pass) *layer.Pass {
	q := *p
	q.Step = 0
	fillRow(q.Scratch, nan)
	return &q
}

// values copies those of all tensors.
func (w *watchedStage) values() [][]float32 {
	list := make([][]float32, len(w.tensors))
	for i, t := range w.tensors {
		list[i] = append(list[i], t.Value...)
	}
	return list
}

// unchanged reports a tensor whose values are not those before.
func (w *watchedStage) unchanged(in string, before [][]float32) error {
	for i, t := range w.tensors {
		if len(t.Value) != len(before[i]) {
			continue // the network will say so
		}
		if at, found := unlikeRow(t.Value, before[i]); found {
			return fmt.Errorf("%s: element %d of tensor %s: %w", in, at, t.Name, ErrChanged)
		}
	}
	return nil
}
