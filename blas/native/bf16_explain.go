package native

import (
	"fmt"

	"github.com/neurona-ml/neurona/blas"
)

var _ blas.Explainer = (*bf16Plan)(nil)

// Explain implements blas.Explainer.
func (p *bf16Plan) Explain(w blas.Which, batch int) blas.How {
	inBF16 := p.trainsInBF16(batch)
	if w == blas.PredictProduct {
		inBF16 = p.predictsInBF16(batch)
	}
	if !inBF16 {
		few := "rows"
		if w == blas.PredictProduct && p.pairs.pieces <= 2 {
			few = "weights"
		}
		how := p.explain(w, batch)
		how.Why = fmt.Sprintf("too few %s to gain from %s; ", few, p.spec.Precision) + how.Why
		return how
	}
	j, path := p.productOf(w, batch)
	r := p.toPairs(w, &j)
	path += ", rounded to bf16"
	if r.count > 1 {
		path += fmt.Sprintf(" in pieces, %d products of them", r.count)
	}
	nanos := r.work(&j)
	g := j.cut(j.kern.hands(nanos, p.b.pool.Workers(), true), nanos)
	rounding := roundNanos * float64(p.roundedNumbers(w, batch)*r.pieces())
	if r.roundsOwn(&j, &g) {
		path += " by each worker for itself"
	} else {
		rounding /= float64(g.most)
	}
	r.chooseCopies(&j, &g)
	how := p.b.how(path+j.copies(), r.unit.Unit, &j, &g, r.depth(&j), nanos)
	how.Unit, how.Terms = r.unit, r.count
	how.Nanos += rounding
	return how
}

// toPairs makes product w one of pairs.
func (p *bf16Plan) toPairs(w blas.Which, j *product) rounded {
	switch w {
	case blas.ForwardProduct, blas.PredictProduct:
		return p.forwardPairs(j)
	case blas.DataProduct:
		return p.dataPairs(j)
	}
	return p.gradientPairs(j)
}

// roundedNumbers is how many numbers of product w are rounded before it; weights are with
// their update.
func (p *bf16Plan) roundedNumbers(w blas.Which, batch int) int {
	switch w {
	case blas.ForwardProduct, blas.PredictProduct:
		return batch * p.spec.In
	case blas.DataProduct:
		return batch * p.spec.Out
	}
	return batch * (p.spec.In + p.spec.Out)
}
