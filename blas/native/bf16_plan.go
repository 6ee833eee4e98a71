package native

import (
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/kernels"
)

// bf16Plan is a plan that multiplies in bf16 where road.go says so, and as the plan that it
// has does elsewhere.
type bf16Plan struct {
	*plan
	terms int // of each product
	pairs pairs
}

// newBF16Plan returns a plan for a valid spec, whose products sum so many terms, all
// weights zero.
func newBF16Plan(b *Backend, spec blas.DenseSpec, terms int) *bf16Plan {
	p := &bf16Plan{plan: newPlan(b, spec), terms: terms}
	p.pairs.init(p.plan, kernels.Pieces(terms))
	return p
}

// Size implements blas.Sizer.
func (p *bf16Plan) Size(training bool) int64 {
	size := int64(p.pairs.pieces) * int64(p.pairs.plane)
	if training {
		size += int64(p.pairs.pieces) * int64(p.pairs.transposedPlane)
	}
	return p.plan.Size(training) + floatBytes*size
}

// Refresh implements blas.Dense.
func (p *bf16Plan) Refresh() {
	p.plan.Refresh()
	p.pairs.changed()
}

// Forward implements blas.Dense.
func (p *bf16Plan) Forward(x, y blas.Matrix) error {
	if !p.trainsInBF16(x.Rows) {
		return p.plan.Forward(x, y)
	}
	return p.forwardInBF16(x, y)
}

// ForwardSlope implements blas.Dense.
func (p *bf16Plan) ForwardSlope(x, y, slope blas.Matrix, f func(y, slope, z []float32)) (err error) {
	if !p.trainsInBF16(x.Rows) {
		return p.plan.ForwardSlope(x, y, slope, f)
	}
	defer parallel.Recover(&err)
	if err := p.spec.CheckForwardSlope(x, y, slope); err != nil {
		return err
	}
	exact, err := p.multiplyForward(p.forwardSlope(x, y, slope, f))
	if exact && err == nil {
		return p.plan.ForwardSlope(x, y, slope, f)
	}
	return err
}

// Predict implements blas.Dense.
func (p *bf16Plan) Predict(x, y blas.Matrix) error {
	if !p.predictsInBF16(x.Rows) {
		return p.plan.Forward(x, y)
	}
	return p.forwardInBF16(x, y)
}

// forwardInBF16 is Forward in bf16.
func (p *bf16Plan) forwardInBF16(x, y blas.Matrix) error {
	if err := p.spec.CheckForward(x, y); err != nil {
		return err
	}
	exact, err := p.multiplyForward(p.forward(x, y))
	if exact && err == nil {
		return p.plan.Forward(x, y)
	}
	return err
}

// multiplyForward does a product with the weights in bf16, and reports whether it has to be
// done in float32 instead.
func (p *bf16Plan) multiplyForward(product multiplyJob) (exact bool, err error) {
	if product.m == 0 {
		return false, nil
	}
	if err := p.pairs.refresh(); err != nil {
		return false, err
	}
	j := bf16Job{multiplyJob: product}
	j.rounded = p.forwardPairs(&j.product)
	return p.multiplyInBF16(&j)
}

// BackwardData implements blas.Dense.
func (p *bf16Plan) BackwardData(dz, dx blas.Matrix, slope blas.Slope, add bool) error {
	if !p.trainsInBF16(dz.Rows) {
		return p.plan.BackwardData(dz, dx, slope, add)
	}
	if err := p.spec.CheckBackwardData(dz, dx, slope); err != nil {
		return err
	}
	if dz.Rows == 0 {
		return nil
	}
	if err := p.pairs.refresh(); err != nil { // for what it tells of the weights
		return err
	}
	if err := p.pairs.refreshTransposed(); err != nil {
		return err
	}
	j := bf16Job{multiplyJob: p.data(dz, dx, slope, add)}
	j.rounded = p.dataPairs(&j.product)
	exact, err := p.multiplyInBF16(&j)
	if exact && err == nil {
		return p.plan.BackwardData(dz, dx, slope, add)
	}
	return err
}

// multiplyInBF16 does the product of j, or nothing if that has to be exact, in float32, after all:
// among pieces of numbers, an infinity times a piece that is zero would be NaN.
func (p *bf16Plan) multiplyInBF16(j *bf16Job) (exact bool, err error) {
	local, _, special, err := j.rounded.roundPieces(p.b, &j.product)
	if err != nil {
		return false, err
	}
	defer p.b.scratch.put(local)
	if special || p.pairs.pieces > 1 && p.pairs.special.Load() {
		return true, nil
	}
	return false, p.b.multiplyBF16(j)
}

// forwardPairs makes j, the product of Forward, one of pairs, A to be rounded.
func (p *bf16Plan) forwardPairs(j *product) rounded {
	r := p.b.bf16.toPairs(j, p.terms)
	j.b.data, r.planeB, j.b.panel = p.pairs.weights, p.pairs.plane, (j.k+1)*j.kern.NR
	return r
}

// dataPairs makes j, the product of BackwardData, one of pairs, A to be rounded.
func (p *bf16Plan) dataPairs(j *product) rounded {
	r := p.b.bf16.toPairs(j, p.terms)
	j.b.data, r.planeB, j.b.panel = p.pairs.transposed, p.pairs.transposedPlane, j.k*j.kern.NR
	return r
}

// gradientPairs makes j, the product of BackwardWeights, one of pairs, A and B to be rounded.
func (p *bf16Plan) gradientPairs(j *product) rounded {
	r := p.b.bf16.toPairs(j, p.terms)
	j.b.packed, j.b.panel = true, j.k*j.kern.NR
	return r
}
