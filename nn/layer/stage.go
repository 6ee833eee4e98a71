package layer

import (
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Stage is a layer at work in one network, by code of its own. What it keeps between
// Forward and Backward lies in the pass: of those that train there is one at a time, of
// predictions there may be several.
type Stage interface {
	// Out is the shape of a row that comes out.
	Out() tensor.Shape
	// Tensors are what is trained or, in a Buffer, kept beside: nil if there are none. It
	// is called once. A tensor without Value gets memory from the network, for values and
	// gradients, and is then filled by its Init.
	Tensors() []*tensor.Tensor
	// Need says how many floats the stage wants for a batch of so many rows: kept from
	// Forward to Backward and Commit, and scratch, for as long as a call takes. A prediction
	// keeps nothing.
	Need(rows int, training bool) (kept, scratch int)
	// Forward writes y [rows][Out] for x [rows][in], all of it: what is left is
	// of another pass. When predicting it may be called from several goroutines at once.
	Forward(p *Pass, x, y tensor.Matrix) error
	// Backward is given what Forward was, and dy, the gradient of the loss at y. It adds the
	// gradients of its tensors to their Grad, and writes dx, the gradient at x, unless
	// dx.Data is nil. It may overwrite dy. It changes nothing else: a step that is not
	// taken leaves everything as it was.
	Backward(p *Pass, x, y, dy, dx tensor.Matrix) error
}

// Pass tells a stage about the pass that it is part of. It is the network's.
type Pass struct {
	Training bool   // false when predicting
	Step     uint64 // training passes before this one: with the seed, what randomness is a function of
	Row      int    // where the first row of x lies in the whole batch, of which a rank sees a part
	Rows     int    // of the whole batch

	// Kept and Scratch are as long as Need says for the largest batch, and so longer than most
	// need. Nobody has cleared them. The numbers in Kept stay from Forward to the last Backward
	// and Commit.
	Kept, Scratch []float32

	// Run does the tasks of a job on the workers. The order of a sum must not depend on how
	// many there are.
	Run func(job blas.Job, tasks int) error
	// Sum adds up v over all ranks, in their order. It is nil where there is one.
	Sum func(v []float64) error
}

// Committer is a stage whose buffers follow from its passes.
type Committer interface {
	Stage
	// Commit writes what the last Forward has found to the buffers. It is called once
	// the pass's gradient is known to be finite, while nobody predicts.
	Commit(p *Pass)
}

// Passive is a stage that hands its input on when predicting, with as many features. It is left
// out then.
type Passive interface {
	Stage
	Passive()
}

// Bounded is a stage that cannot fail on the way back and knows what it does to
// magnitudes, so that a step can be known beforehand to leave everything finite. Of one with
// tensors, or with a Commit, nobody asks.
type Bounded interface {
	Stage
	// Gain is what the largest magnitude of a row grows by at most, as a factor, forward
	// and back.
	Gain() float64
}

// Overwritten is a stage that does not read y in Backward: the function behind it
// is applied in its place, or a sum written there.
type Overwritten interface {
	Stage
	Overwritten()
}

// Forgetful is a stage that does not read x in Backward: others may lie there by then.
type Forgetful interface {
	Stage
	Forgetful()
}

// MinRows is a stage that cannot train on fewer rows.
type MinRows interface {
	Stage
	MinRows() int
}

// Plain is for stages to embed that have no tensors and keep nothing.
type Plain struct{}

// Tensors implements Stage.
func (Plain) Tensors() []*tensor.Tensor { return nil }

// Need implements Stage.
func (Plain) Need(int, bool) (kept, scratch int) { return 0, 0 }
