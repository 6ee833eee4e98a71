package blas

import (
	"sync"

	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/kernels"
)

// composed is a Dense plan made of a backend's Gemm and vector kernels, for
// libraries that offer nothing but a product. Its layout is W [In][Out],
// row-major, then b [Out], which is all there may be of padding; it derives nothing from them.
type composed struct {
	backend Backend
	spec    DenseSpec
	kernels *kernels.Set

	params, grads []float32 // grads are made when first asked for: prediction needs none
	makeGrads     sync.Once
	w             Matrix // views of params
	b             []float32
	segments      []Segment
}

// NewComposed returns a plan for spec that is composed of b's Gemm and
// kernels, all weights zero. Each of its methods is one product over the whole batch and
// one sweep for what is left: bias, activation, derivative.
func NewComposed(b Backend, spec DenseSpec) (Dense, error) {
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	d := &composed{
		backend: b,
		spec:    spec,
		kernels: b.Kernels(),
		params:  arena.Float32((spec.In + 1) * spec.Out),
	}
	d.w, d.b = d.view(d.params)
	n := len(d.w.Data)
	d.segments = []Segment{{Lo: 0, Hi: n}}
	if !spec.NoBias {
		d.segments = append(d.segments, Segment{Lo: n, Hi: n + len(d.b), Bias: true})
	}
	return d, nil
}

// view splits memory in the plan's layout into its matrix and its vector.
func (d *composed) view(flat []float32) (w Matrix, b []float32) {
	n := d.spec.In * d.spec.Out
	return Matrix{Rows: d.spec.In, Cols: d.spec.Out, Stride: d.spec.Out, Data: flat[:n]}, flat[n:]
}

func (d *composed) Spec() DenseSpec { return d.spec }

func (d *composed) Forward(x, y Matrix) (err error) {
	defer parallel.Recover(&err)
	if err := d.spec.CheckForward(x, y); err != nil {
		return err
	}
	if err := d.multiply(x, y); err != nil {
		return err
	}
	if d.spec.Activation == kernels.Identity {
		return nil
	}
	activate := d.kernels.Activate[d.spec.Activation]
	if all, ok := contiguous(y); ok {
		activate(all, all)
		return nil
	}
	for i := range y.Rows {
		activate(row(y, i), row(y, i))
	}
	return nil
}

// multiply computes y = x·W + b.
func (d *composed) multiply(x, y Matrix) error {
	for i := range y.Rows {
		copy(row(y, i), d.b)
	}
	return d.backend.Gemm(NoTrans, NoTrans, 1, x, d.w, 1, y)
}

func (d *composed) ForwardSlope(x, y, slope Matrix, f func(y, slope, z []float32)) (err error) {
	defer parallel.Recover(&err)
	if err := d.spec.CheckForwardSlope(x, y, slope); err != nil {
		return err
	}
	if err := d.multiply(x, y); err != nil {
		return err
	}
	for i := range y.Rows {
		f(row(y, i), row(slope, i), row(y, i))
	}
	return nil
}

func (d *composed) Predict(x, y Matrix) error { return d.Forward(x, y) }

func (d *composed) BackwardData(dz, dx Matrix, slope Slope, add bool) (err error) {
	defer parallel.Recover(&err)
	if err := d.spec.CheckBackwardData(dz, dx, slope); err != nil {
		return err
	}
	beta := float32(0)
	if add {
		beta = 1
	}
	if err := d.backend.Gemm(NoTrans, Trans, 1, dz, d.w, beta, dx); err != nil {
		return err
	}
	derive := slope.Derive(d.kernels)
	if derive == nil {
		return nil
	}
	if allDX, ok := contiguous(dx); ok {
		if kept, ok := contiguous(slope.Kept); ok {
			derive(allDX, allDX, kept)
			return nil
		}
	}
	for i := range dx.Rows {
		derive(row(dx, i), row(dx, i), row(slope.Kept, i))
	}
	return nil
}

func (d *composed) BackwardWeights(x, dz Matrix, accumulate bool, sink Sink) (err error) {
	defer parallel.Recover(&err)
	if err := d.spec.CheckBackwardWeights(x, dz, accumulate, sink); err != nil {
		return err
	}
	grads := d.Gradients()
	dw, db := d.view(grads)
	beta := float32(0)
	if accumulate {
		beta = 1
	} else {
		clear(db)
	}
	// A batch of no rows is a product with k = 0: zeros, or what was there.
	if err := d.backend.Gemm(Trans, NoTrans, 1, x, dz, beta, dw); err != nil {
		return err
	}
	used := len(dw.Data)
	if !d.spec.NoBias {
		used = len(grads)
		for i := range dz.Rows {
			d.kernels.Add(row(dz, i), db)
		}
	}
	if sink != nil {
		sink.Update(0, len(dw.Data), d.params[:used], grads[:used])
	}
	return nil
}

func (d *composed) Parameters() []float32 { return d.params }

func (d *composed) Segments() []Segment { return d.segments }

func (d *composed) Gradients() []float32 {
	d.makeGrads.Do(func() { d.grads = arena.Float32(len(d.params)) })
	return d.grads
}

// Refresh has nothing to do: the parameters are all there is.
func (d *composed) Refresh() {}

func (d *composed) Pack(flat []float32, w Matrix, b []float32) error {
	if err := d.spec.CheckPack(flat, len(d.params), w, b); err != nil {
		return err
	}
	flatW, flatB := d.view(flat)
	for i := range w.Rows {
		copy(row(flatW, i), row(w, i))
	}
	clear(flatB[copy(flatB, b):])
	return nil
}

func (d *composed) Unpack(flat []float32, w Matrix, b []float32) error {
	if err := d.spec.CheckUnpack(flat, len(d.params), w, b); err != nil {
		return err
	}
	flatW, flatB := d.view(flat)
	for i := range w.Rows {
		copy(row(w, i), row(flatW, i))
	}
	copy(b, flatB)
	return nil
}
