package native

import (
	"sync"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/kernels"
)

// plan is native's Dense plan. Its parameters are column panels of NR outputs,
// the last one as wide as what is left:
//
//	panel q:  row 0..In-1   W[row][q·NR .. q·NR+width-1]
//	          row In        b[q·NR .. q·NR+width-1]
//
// so that the forward product reads a panel from end to end, a tile of dW is
// written where the optimizer wants it, a range of rows is a contiguous range
// of parameters, and nothing is padding but the last row of a plan without a bias,
// which stays for products to start from.
type plan struct {
	b      *Backend
	spec   blas.DenseSpec
	params []float32
	grads  []float32 // made by the first BackwardWeights without a sink

	segments  []blas.Segment
	makeGrads sync.Once

	transposed transposed // weights, for BackwardData
}

// newPlan returns a plan for a valid spec, all weights zero.
func newPlan(b *Backend, spec blas.DenseSpec) *plan {
	p := &plan{b: b, spec: spec, params: arena.Float32((spec.In + 1) * spec.Out)}
	p.segments = p.newSegments()
	p.transposed.plan = p
	return p
}

// Size implements blas.Sizer.
func (p *plan) Size(training bool) int64 {
	size := int64(len(p.params))
	if training {
		size += int64(len(p.params)) + int64(p.spec.In*p.spec.Out)
	}
	return floatBytes * size
}

// floatBytes is the size of a float32.
const floatBytes = 4

// Spec implements blas.Dense.
func (p *plan) Spec() blas.DenseSpec { return p.spec }

// Parameters implements blas.Dense.
func (p *plan) Parameters() []float32 { return p.params }

// Gradients implements blas.Dense.
func (p *plan) Gradients() []float32 {
	p.makeGrads.Do(func() { p.grads = arena.Float32(len(p.params)) })
	return p.grads
}

// Refresh implements blas.Dense.
func (p *plan) Refresh() { p.transposed.stale = true }

// Predict implements blas.Dense.
func (p *plan) Predict(x, y blas.Matrix) error { return p.Forward(x, y) }

// Forward implements blas.Dense.
func (p *plan) Forward(x, y blas.Matrix) error {
	if err := p.spec.CheckForward(x, y); err != nil {
		return err
	}
	if x.Rows == 0 {
		return nil
	}
	j := p.forward(x, y)
	return p.multiply(&j)
}

// ForwardSlope implements blas.Dense.
func (p *plan) ForwardSlope(x, y, slope blas.Matrix, f func(y, slope, z []float32)) (err error) {
	defer parallel.Recover(&err) // f is the caller's
	if err := p.spec.CheckForwardSlope(x, y, slope); err != nil {
		return err
	}
	if x.Rows == 0 {
		return nil
	}
	j := p.forwardSlope(x, y, slope, f)
	return p.multiply(&j)
}

// BackwardData implements blas.Dense.
func (p *plan) BackwardData(dz, dx blas.Matrix, slope blas.Slope, add bool) error {
	if err := p.spec.CheckBackwardData(dz, dx, slope); err != nil {
		return err
	}
	if dz.Rows == 0 {
		return nil
	}
	p.transposed.refresh()
	j := p.data(dz, dx, slope, add)
	return p.multiply(&j)
}

// multiply does the product of j.
func (p *plan) multiply(j *multiplyJob) error {
	if p.b.small(&j.product) {
		p.b.multiplySmall(j)
		return nil
	}
	return p.b.multiply(j)
}

// forward is the product of Forward.
func (p *plan) forward(x, y blas.Matrix) multiplyJob {
	kern := &p.b.kern
	j := multiplyJob{product: product{
		kern: kern, m: x.Rows, n: p.spec.Out, k: p.spec.In,
		a: left{data: x.Data, rs: x.Stride, cs: 1, alpha: 1},
		b: right{data: p.params, packed: true, panel: (p.spec.In + 1) * kern.NR, bias: true},
		c: result{data: y.Data, ld: y.Stride, panel: kern.NR, floor: noFloor},
	}}
	switch p.spec.Activation {
	case kernels.Identity:
	case kernels.ReLU:
		j.c.floor = 0
	default:
		j.activate = p.b.set.Activate[p.spec.Activation]
	}
	return j
}

// forwardSlope is the product of ForwardSlope.
func (p *plan) forwardSlope(x, y, slope blas.Matrix, f func(y, slope, z []float32)) multiplyJob {
	j := p.forward(x, y)
	j.c.floor, j.activate = noFloor, nil // in place of the plan's
	j.keep, j.kept = f, slope
	return j
}

// data is the product of BackwardData.
func (p *plan) data(dz, dx blas.Matrix, slope blas.Slope, add bool) multiplyJob {
	kern := &p.b.kern
	return multiplyJob{product: product{
		kern: kern, m: dz.Rows, n: p.spec.In, k: p.spec.Out,
		a: left{data: dz.Data, rs: dz.Stride, cs: 1, alpha: 1},
		b: right{data: p.transposed.data, packed: true, panel: p.spec.Out * kern.NR},
		c: result{data: dx.Data, ld: dx.Stride, panel: kern.NR, add: add, floor: noFloor},
	}, derive: slope.Derive(p.b.set), kept: slope.Kept}
}

// panels and width are those of the parameters.
func (p *plan) panels() int     { return p.b.kern.panels(p.spec.Out) }
func (p *plan) width(q int) int { return p.b.kern.width(p.spec.Out, q) }

// Pack implements blas.Dense.
func (p *plan) Pack(flat []float32, w blas.Matrix, b []float32) error {
	if err := p.spec.CheckPack(flat, len(p.params), w, b); err != nil {
		return err
	}
	p.eachRow(flat, w, b, func(inPanel, outside []float32) { clear(inPanel[copy(inPanel, outside):]) })
	return nil
}

// Unpack implements blas.Dense.
func (p *plan) Unpack(flat []float32, w blas.Matrix, b []float32) error {
	if err := p.spec.CheckUnpack(flat, len(p.params), w, b); err != nil {
		return err
	}
	p.eachRow(flat, w, b, func(inPanel, outside []float32) { copy(outside, inPanel) })
	return nil
}

// eachRow calls f with every panel's part of every row of w, and of b, which may be
// nothing, beside where it stands in flat.
func (p *plan) eachRow(flat []float32, w blas.Matrix, b []float32, f func(inPanel, outside []float32)) {
	nr := p.b.kern.NR
	for j0 := 0; j0 < p.spec.Out; j0 += nr {
		j1 := min(j0+nr, p.spec.Out)
		width := j1 - j0
		panel := flat[j0*(p.spec.In+1):]
		for i := range p.spec.In {
			f(panel[i*width:(i+1)*width], w.Data[i*w.Stride+j0:i*w.Stride+j1])
		}
		f(panel[p.spec.In*width:(p.spec.In+1)*width], b[min(j0, len(b)):min(j1, len(b))])
	}
}
