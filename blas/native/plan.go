package native

import (
	"sync"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
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

	// twin is Wᵀ in panels of NR inputs, for BackwardData. A first layer never
	// needs it.
	twin      []float32
	twinStale bool

	pairs *pairs // nil if it multiplies in float32; with it, twin is for what pairs cannot do
}

// Dense implements blas.Backend.
func (b *Backend) Dense(spec blas.DenseSpec) (blas.Dense, error) {
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	p := &plan{b: b, spec: spec, params: arena.Float32((spec.In + 1) * spec.Out)}
	p.segments = p.newSegments()
	if n := b.productsFor(&spec); n > 0 {
		p.pairs = newPairs(p, n)
	}
	return p, nil
}

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
func (p *plan) Refresh() {
	p.twinStale = true
	if p.pairs != nil {
		p.pairs.changed()
	}
}

// Forward implements blas.Dense.
func (p *plan) Forward(x, y blas.Matrix) error { return p.apply(x, y, p.inPairs(x.Rows)) }

// Predict implements blas.Dense.
func (p *plan) Predict(x, y blas.Matrix) error { return p.apply(x, y, p.predictsInPairs(x.Rows)) }

// apply is Forward and Predict.
func (p *plan) apply(x, y blas.Matrix, inPairs bool) error {
	if err := p.spec.CheckForward(x, y); err != nil {
		return err
	}
	if x.Rows == 0 {
		return nil
	}
	j := p.forward(x, y)
	if inPairs {
		if err := p.freshPairs(); err != nil {
			return err
		}
		rounded := p.forwardPairs(x, y)
		local, _, err := rounded.roundPieces(p.b)
		if err != nil {
			return err
		}
		defer p.b.spare.put(local)
		if !p.pairs.exact(p.pairs.special.Load(), local) {
			j = rounded
		}
	}
	return p.b.multiplyAny(&j)
}

// forward is the product of Forward in float32.
func (p *plan) forward(x, y blas.Matrix) multiplyJob {
	nr := p.b.set.Product.NR
	j := multiplyJob{product: product{
		m: x.Rows, n: p.spec.Out, k: p.spec.In,
		a: x.Data, rsa: x.Stride, csa: 1, alpha: 1,
		b: p.params, packed: true, panelB: (p.spec.In + 1) * nr, bias: true,
		c: y.Data, ldc: y.Stride, panelC: nr,
		floor: noFloor,
	}}
	switch p.spec.Activation {
	case kernels.Identity:
	case kernels.ReLU:
		j.floor = 0
	default:
		j.activate = p.b.set.Activate[p.spec.Activation]
	}
	return j
}

// forwardPairs is the product of Forward on pairs, A to be rounded.
func (p *plan) forwardPairs(x, y blas.Matrix) multiplyJob {
	j := p.forward(x, y)
	j.toPairs(p)
	j.b, j.planeB, j.panelB = p.pairs.weights, p.pairs.plane, (j.k+1)*p.b.set.Product.NR
	return j
}

// BackwardData implements blas.Dense.
func (p *plan) BackwardData(dz, dx blas.Matrix, slope blas.Slope, add bool) error {
	if err := p.spec.CheckBackwardData(dz, dx, slope); err != nil {
		return err
	}
	if dz.Rows == 0 {
		return nil
	}
	var j multiplyJob
	if p.inPairs(dz.Rows) {
		if err := p.freshPairs(); err != nil { // for what it tells of the weights
			return err
		}
		if err := p.freshTwin(); err != nil {
			return err
		}
		j = p.dataPairs(dz, dx)
		local, _, err := j.roundPieces(p.b)
		if err != nil {
			return err
		}
		defer p.b.spare.put(local)
		if p.pairs.exact(p.pairs.special.Load(), local) {
			p.refreshTwin()
			j = p.data(dz, dx)
		}
	} else {
		p.refreshTwin()
		j = p.data(dz, dx)
	}
	j.add = add
	j.derive, j.y, j.ldy = slope.Derive(p.b.set), slope.Kept.Data, slope.Kept.Stride
	return p.b.multiplyAny(&j)
}

// data is the product of BackwardData in float32.
func (p *plan) data(dz, dx blas.Matrix) multiplyJob {
	nr := p.b.set.Product.NR
	return multiplyJob{product: product{
		m: dz.Rows, n: p.spec.In, k: p.spec.Out,
		a: dz.Data, rsa: dz.Stride, csa: 1, alpha: 1,
		b: p.twin, packed: true, panelB: p.spec.Out * nr,
		c: dx.Data, ldc: dx.Stride, panelC: nr,
		floor: noFloor,
	}}
}

// dataPairs is the product of BackwardData on pairs, A to be rounded.
func (p *plan) dataPairs(dz, dx blas.Matrix) multiplyJob {
	j := p.data(dz, dx)
	j.toPairs(p)
	j.b, j.planeB, j.panelB = p.pairs.twin, p.pairs.twinPlane, j.k*p.b.set.Product.NR
	return j
}

// refreshTwin makes Wᵀ if there is none, or none that is up to date.
func (p *plan) refreshTwin() {
	if p.twin != nil && !p.twinStale {
		return
	}
	if p.twin == nil {
		p.twin = arena.Float32(p.spec.In * p.spec.Out)
		p.twinStale = true
	}
	for q := range p.panels() {
		p.transposeRows(0, p.spec.In, q)
	}
	p.twinStale = false
}

// panels is how many column panels the parameters have.
func (p *plan) panels() int {
	nr := p.b.set.Product.NR
	return (p.spec.Out + nr - 1) / nr
}

// transposeRows copies rows [i0, i1) of panel q of W to Wᵀ.
func (p *plan) transposeRows(i0, i1, q int) {
	nr, cols := p.b.set.Product.NR, p.width(q)
	j0 := q * nr
	w := p.params[j0*(p.spec.In+1):]
	for i0 < i1 {
		first, height, end := twinPanel(i0, i1, p.spec.In, nr)
		twin := p.twin[first*p.spec.Out+j0*height:]
		p.b.set.Product.Transpose(end-i0, cols, &w[i0*cols], cols, &twin[i0-first], height)
		i0 = end
	}
}

// twinPanel is the panel of a twin, of nr of in inputs, that input i0 falls into:
// where it starts, how many inputs it has, and up to which of [i0, i1).
func twinPanel(i0, i1, in, nr int) (first, height, end int) {
	first = i0 / nr * nr
	height = min(nr, in-first)
	return first, height, min(first+height, i1)
}

// width is how many columns panel q has.
func (p *plan) width(q int) int {
	nr := p.b.set.Product.NR
	return min(nr, p.spec.Out-q*nr)
}

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
	for j0 := 0; j0 < p.spec.Out; j0 += p.b.set.Product.NR {
		j1 := min(j0+p.b.set.Product.NR, p.spec.Out)
		width := j1 - j0
		panel := flat[j0*(p.spec.In+1):]
		for i := range p.spec.In {
			f(panel[i*width:(i+1)*width], w.Data[i*w.Stride+j0:i*w.Stride+j1])
		}
		f(panel[p.spec.In*width:(p.spec.In+1)*width], b[min(j0, len(b)):min(j1, len(b))])
	}
}
