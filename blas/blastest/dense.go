package blastest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

func runDense(t *testing.T, open Opener, o Options) {
	with(t, open, 2, func(be blas.Backend) {
		t.Run("Passes", func(t *testing.T) { checkPasses(t, be, o) })
		t.Run("Layout", func(t *testing.T) { checkLayouts(t, be) })
		t.Run("EmptyBatch", func(t *testing.T) { report(t, errors.Join(checkEmptyBatch(be, false), checkEmptyBatch(be, true))) })
		t.Run("BadSpecs", func(t *testing.T) { checkBadSpecs(t, be) })
		t.Run("BadOperands", func(t *testing.T) { checkBadOperands(t, be) })
		t.Run("ConcurrentForward", func(t *testing.T) { checkConcurrentForward(t, be, o.Precision) })
	})
	for _, workers := range []int{1, 2} {
		t.Run(fmt.Sprintf("Allocations/workers=%d", workers), func(t *testing.T) {
			with(t, open, workers, func(be blas.Backend) { checkAllocations(t, be) })
		})
	}
}

// layer is one plan to check, with the batch that passes through it.
type layer struct {
	in, out, batch int
	maxBatch       int
	noBias         bool
	act, previous  kernels.Activation // this layer's, and that of the layer whose output is x
	slack          int                // columns of stride beyond each matrix
	atEnd          bool
	precision      blas.Precision // that the backend multiplies in
}

func (l layer) String() string {
	return fmt.Sprintf("in=%d out=%d batch=%d of %d noBias=%v %v after %v slack=%d atEnd=%v",
		l.in, l.out, l.batch, l.maxBatch, l.noBias, l.act, l.previous, l.slack, l.atEnd)
}

// layers covers every pair of in, out and batch sizes with every activation, and
// without a bias with one of them.
func layers(k kernels.Product, o Options) []layer {
	sizes := []int{1, 2, 3, 5, 13, 14, 15, 16, 17, 31, 32, 33, 64, 100}
	var trainable []kernels.Activation
	for _, act := range kernels.Activations() {
		if act.Trainable() {
			trainable = append(trainable, act)
		}
	}
	var all []layer
	add := func(in, out, batch int, act kernels.Activation) {
		turn := len(all)
		all = append(all, layer{
			in: in, out: out, batch: batch, maxBatch: batch + turn%3, act: act,
			previous: trainable[turn%len(trainable)], slack: turn % 4, atEnd: turn%2 == 0,
		})
	}
	bare := func(in, out, batch int, act kernels.Activation) {
		add(in, out, batch, act)
		all[len(all)-1].noBias = true
	}
	acts := kernels.Activations()
	for i, in := range sizes {
		for j, out := range sizes {
			// A Latin square: each batch size once for every in and every out.
			batch := sizes[(i+j)%len(sizes)]
			for _, act := range acts {
				add(in, out, batch, act)
			}
			bare(in, out, batch, acts[(i+2*j)%len(acts)])
		}
	}
	all = thinned(all)
	// Around the tile, around where each of the three products is cut along k, and
	// enough work for several workers.
	for _, n := range around(2 * k.NR) {
		add(n, n, 2*k.MR+1, kernels.ReLU)
		bare(n, n, 2*k.MR+1, kernels.Tanh)
	}
	for _, cut := range o.Depths {
		for _, n := range around(cut) {
			add(n, 5, 3, kernels.Sigmoid)
			add(3, n, 7, kernels.Tanh)
			add(5, 3, n, kernels.ReLU)
		}
		bare(cut+1, k.NR+1, 7, kernels.ReLU)
	}
	add(301, 257, 131, kernels.Tanh)
	add(784, 10, 33, kernels.Identity)
	bare(150, 130, 64, kernels.Sigmoid)
	bare(784, 10, 33, kernels.Identity)
	return all
}

// checkPasses checks forward, backward and update of every layer.
func checkPasses(t *testing.T, be blas.Backend, o Options) {
	all := layers(be.Kernels().Product, o)
	size := 0
	for _, l := range all {
		size = max(size, l.batch*(max(l.in, l.out)+l.slack))
	}
	d, err := newDesk(5, size)
	if err != nil {
		t.Fatal(err)
	}
	defer d.free()
	rng := rand.New(rand.NewPCG(11, 12))
	failures := 0
	for _, l := range all {
		l.precision = o.Precision
		if err := l.check(be, d, rng); err != nil {
			t.Errorf("%v: %v", l, err)
			if failures++; failures == 10 {
				t.Fatal("and perhaps more")
			}
		}
	}
}

// weights are a plan's parameters as users see them.
type weights struct {
	w blas.Matrix
	b []float32 // nil for a plan without a bias
}

func newWeights(spec blas.DenseSpec) weights {
	w := weights{w: blas.Matrix{Rows: spec.In, Cols: spec.Out, Stride: spec.Out, Data: make([]float32, spec.In*spec.Out)}}
	if !spec.NoBias {
		w.b = make([]float32, spec.Out)
	}
	return w
}

func randomWeights(spec blas.DenseSpec, rng *rand.Rand) weights {
	w := newWeights(spec)
	fill(w.w, uniform(rng))
	for j := range w.b {
		w.b[j] = 2*rng.Float32() - 1
	}
	return w
}

// bias is b as a matrix that repeats it for every sample, zero for a plan without.
func (w weights) bias(rows int) blas.Matrix {
	m := blas.Matrix{Rows: rows, Cols: w.w.Cols, Stride: w.w.Cols, Data: make([]float32, rows*w.w.Cols)}
	for i := range rows {
		copy(m.Data[i*m.Stride:], w.b)
	}
	return m
}

func (l layer) spec() blas.DenseSpec {
	return blas.DenseSpec{In: l.in, Out: l.out, MaxBatch: l.maxBatch, Activation: l.act, NoBias: l.noBias}
}

// plan makes the layer's plan, with random weights.
func (l layer) plan(be blas.Backend, rng *rand.Rand) (blas.Dense, weights, error) {
	w := randomWeights(l.spec(), rng)
	plan, err := be.Dense(l.spec())
	if err == nil {
		err = blas.SetWeights(plan, w.w, w.b)
	}
	return plan, w, err
}

// check does all passes of one layer.
func (l layer) check(be blas.Backend, d desk, rng *rand.Rand) error {
	plan, w, err := l.plan(be, rng)
	if err != nil {
		return err
	}
	x := d[0].matrix(l.batch, l.in, l.slack, l.atEnd)
	dz := d[1].matrix(l.batch, l.out, (l.slack+1)%4, l.atEnd)
	fillOutput(x, l.previous, rng)
	fill(dz, uniform(rng))
	if err := l.checkForward(plan, w, x, d[2]); err != nil {
		return fmt.Errorf("forward: %w", err)
	}
	if err := l.checkForwardSlope(plan, w, x, d[2], d[3]); err != nil {
		return fmt.Errorf("ForwardSlope: %w", err)
	}
	if err := l.checkBackwardData(plan, w, dz, x, d[3]); err != nil {
		return fmt.Errorf("BackwardData: %w", err)
	}
	if err := l.checkSlopes(plan, w, dz, x, d[3], d[4], rng); err != nil {
		return fmt.Errorf("BackwardData %w", err)
	}
	if err := l.checkGradients(plan, x, dz); err != nil {
		return fmt.Errorf("BackwardWeights: %w", err)
	}
	if err := l.checkSink(plan, w, x, dz); err != nil {
		return fmt.Errorf("BackwardWeights with a sink: %w", err)
	}
	// What the sink wrote is what the next passes see.
	w = newWeights(l.spec())
	if err := blas.CopyWeights(plan, w.w, w.b); err != nil {
		return err
	}
	if err := l.checkForward(plan, w, x, d[2]); err != nil {
		return fmt.Errorf("forward after an update: %w", err)
	}
	if err := l.checkBackwardData(plan, w, dz, x, d[3]); err != nil {
		return fmt.Errorf("BackwardData after an update: %w", err)
	}
	return nil
}

// fillOutput fills y with what an activation returns, its limits included.
func fillOutput(y blas.Matrix, act kernels.Activation, rng *rand.Rand) {
	fill(y, func() float32 {
		u := rng.Float32()
		switch {
		case act == kernels.Sigmoid && u < 0.02:
			return 1
		case act == kernels.Sigmoid:
			return rng.Float32()
		case act == kernels.ReLU && u < 0.5:
			return 0
		case act == kernels.ReLU:
			return 2 * u
		case act == kernels.Tanh && u < 0.02:
			return -1
		}
		return 2*rng.Float32() - 1
	})
}

func (l layer) checkForward(plan blas.Dense, w weights, x blas.Matrix, mem memory) error {
	y := mem.matrix(x.Rows, l.out, l.slack, l.atEnd)
	want := gemmIn(l.precision, x.Rows, l.out, l.in, 1, op(blas.NoTrans, x), op(blas.NoTrans, w.w), 1, w.bias(x.Rows))
	want.activate(l.act)
	x0 := clone(x)
	if err := plan.Forward(x, y); err != nil {
		return err
	}
	err := errors.Join(want.check("y", y), unchanged("x", x, x0), slackUnchanged("y", y))
	for i := range y.Rows {
		clear(y.Data[i*y.Stride:][:y.Cols])
	}
	if failed := plan.Predict(x, y); failed != nil {
		return failed
	}
	return errors.Join(err, want.check("predicted y", y), unchanged("x", x, x0), slackUnchanged("predicted y", y))
}

// checkForwardSlope keeps what comes before the function, whatever the plan's activation.
func (l layer) checkForwardSlope(plan blas.Dense, w weights, x blas.Matrix, mem, kept memory) error {
	y, slope := mem.matrix(x.Rows, l.out, l.slack, l.atEnd), kept.matrix(x.Rows, l.out, (l.slack+2)%4, l.atEnd)
	want := gemmIn(l.precision, x.Rows, l.out, l.in, 1, op(blas.NoTrans, x), op(blas.NoTrans, w.w), 1, w.bias(x.Rows))
	x0 := clone(x)
	err := plan.ForwardSlope(x, y, slope, func(y, slope, z []float32) {
		for i, v := range z {
			y[i], slope[i] = -v, v
		}
	})
	if err != nil {
		return err
	}
	err = errors.Join(want.check("z", slope), unchanged("x", x, x0), slackUnchanged("y", y), slackUnchanged("slope", slope))
	for i := range y.Rows {
		for j := range y.Cols {
			if got, want := at(y, i, j), -at(slope, i, j); !(got == want) && got == got {
				err = errors.Join(err, fmt.Errorf("y[%d][%d] is %v, want %v", i, j, got, want))
			}
		}
	}
	return err
}

func (l layer) checkBackwardData(plan blas.Dense, w weights, dz, y blas.Matrix, mem memory) error {
	dx := mem.matrix(dz.Rows, l.in, (l.slack+2)%4, l.atEnd)
	want := gemmIn(l.precision, dz.Rows, l.in, l.out, 1, op(blas.NoTrans, dz), op(blas.Trans, w.w), 0, blas.Matrix{})
	want.derive(l.previous, y)
	dz0, y0 := clone(dz), clone(y)
	read := y
	if l.previous == kernels.Identity {
		read = blas.Matrix{}
	}
	if err := plan.BackwardData(dz, dx, blas.Slope{Of: l.previous, Kept: read}, false); err != nil {
		return err
	}
	return errors.Join(want.check("dx", dx), unchanged("dz", dz, dz0), unchanged("y", y, y0), slackUnchanged("dx", dx))
}

// gradients is what dW and db must be, added to before unless that is nil. Without a bias
// db is empty.
func (l layer) gradients(x, dz blas.Matrix, before *weights) (dw, db expected) {
	ones := operand{data: []float32{1}}
	beta := float32(0)
	var w, b blas.Matrix
	if before != nil {
		beta, w, b = 1, before.w, before.bias(1)
	}
	dw = gemmIn(l.precision, l.in, l.out, x.Rows, 1, op(blas.Trans, x), op(blas.NoTrans, dz), beta, w)
	if l.noBias {
		return dw, newExpected(1, 0)
	}
	db = gemm(1, l.out, x.Rows, 1, ones, op(blas.NoTrans, dz), beta, b)
	return dw, db
}

// checkGradients checks gradients written and gradients added.
func (l layer) checkGradients(plan blas.Dense, x, dz blas.Matrix) error {
	for i := range plan.Gradients() { // must not be read
		plan.Gradients()[i] = float32(sentinel())
	}
	var before *weights
	for _, accumulate := range []bool{false, true} {
		dw, db := l.gradients(x, dz, before)
		x0, dz0 := clone(x), clone(dz)
		if err := plan.BackwardWeights(x, dz, accumulate, nil); err != nil {
			return err
		}
		got := newWeights(l.spec())
		err := plan.Unpack(plan.Gradients(), got.w, got.b)
		err = errors.Join(err, dw.check("dW", got.w), db.checkSlice("db", got.b), unchanged("x", x, x0), unchanged("dz", dz, dz0))
		if err == nil {
			err = paddingZero(plan, "gradients", plan.Gradients())
		}
		if err != nil {
			return fmt.Errorf("accumulate %v: %w", accumulate, err)
		}
		before = &got
	}
	return nil
}
