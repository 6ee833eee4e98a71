package native

import (
	"fmt"
	"strings"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/kernels"
)

var _ blas.Explainer = (*plan)(nil)

// Explain implements blas.Explainer: it makes the choices that the product
// would make, for activations at the strides that networks use.
func (p *plan) Explain(w blas.Which, batch int) blas.How {
	x := blas.Matrix{Rows: batch, Cols: p.spec.In, Stride: arena.Stride(p.spec.In)}
	y := blas.Matrix{Rows: batch, Cols: p.spec.Out, Stride: arena.Stride(p.spec.Out)}
	var product product
	path := "weights in panels"
	inPairs := p.inPairs(batch)
	if w == blas.PredictProduct {
		inPairs, w = p.predictsInPairs(batch), blas.ForwardProduct
	}
	switch {
	case w == blas.ForwardProduct && inPairs:
		product = p.forwardPairs(x, y).product
	case w == blas.ForwardProduct:
		product = p.forward(x, y).product
	case w == blas.DataProduct && inPairs:
		product, path = p.dataPairs(y, x).product, "transposed weights in panels"
	case w == blas.DataProduct:
		product, path = p.data(y, x).product, "transposed weights in panels"
	default:
		product, path = p.gradient(x, y), "gradients in panels"
		if inPairs {
			product = p.gradientPairs(x, y)
		}
	}
	kern, name := product.kernel(p.b.set), p.b.set.ISA
	if product.unit != nil {
		name = product.unit.Unit
		path += ", rounded to bf16"
		if n := product.products; n > 1 {
			path += fmt.Sprintf(" in pieces, %d products of them", n)
		}
	}
	g := product.cut(kern, product.hands(kern, p.b.pool.Workers(), true))
	product.chooseCopies(kern, &g)
	rounding := roundNanos * float64(product.rounded(w, batch, &p.spec))
	if product.roundApart(&g) {
		path += " by each worker for itself"
	} else {
		rounding /= float64(g.most)
	}
	switch {
	case product.flip:
		path += ", transposed"
	case p.b.small(&product):
		path += ", tile by tile"
	default:
		if product.copyA {
			path += ", copies of A"
		}
		if product.copyB {
			path += ", panels of B packed"
		}
	}
	nanos := product.work(kern)
	why := []string{g.because(nanos, p.b.pool.Workers()), product.because(product.depth(kern))}
	if product.unit == nil {
		why = append(p.becauseFloat32(), why...)
	}
	return blas.How{
		Path:    path,
		Kernel:  fmt.Sprintf("%s %d×%d", name, kern.MR, kern.NR),
		Why:     strings.Join(why, "; "),
		Workers: g.most,
		Unit:    product.unit, Products: product.products,
		Nanos: nanos/float64(g.most) + rounding,
	}
}

// rounded is how many pieces of numbers a product makes of its operands before it
// multiplies; weights are rounded with their update.
func (p *product) rounded(w blas.Which, batch int, spec *blas.DenseSpec) int {
	if p.unit == nil {
		return 0
	}
	width := map[blas.Which]int{blas.ForwardProduct: spec.In, blas.DataProduct: spec.Out, blas.WeightsProduct: spec.In + spec.Out}[w]
	return batch * width * kernels.Pieces(p.products)
}

// becauseFloat32 says what led to float32, if the plan was to have another precision and
// the backend does.
func (p *plan) becauseFloat32() []string {
	as, _ := p.b.Precision(p.spec.Precision)
	switch {
	case as == blas.Float32:
		return nil
	case p.pairs == nil:
		return []string{fmt.Sprintf("too narrow or too small a layer to gain from %s", as)}
	}
	return []string{fmt.Sprintf("too few rows to gain from %s", as)}
}

// because says what led to the number of workers.
func (g *grid) because(nanos float64, workers int) string {
	switch {
	case workers == 1:
		return fmt.Sprintf("%d task(s) on the only worker", g.tasks)
	case g.most == 1:
		return fmt.Sprintf("%.1f µs of work: too little to share", nanos/1e3)
	case !g.wake:
		return fmt.Sprintf("%.1f µs of work in %d tasks: shared with workers that are awake", nanos/1e3, g.tasks)
	}
	return fmt.Sprintf("%.0f µs of work in %d tasks: worth waking workers", nanos/1e3, g.tasks)
}

// because says what led to blocks of k.
func (p *product) because(kc int) string {
	if p.k <= kc {
		return fmt.Sprintf("k %d in one block", p.k)
	}
	return fmt.Sprintf("k %d in %d blocks of at most %d", p.k, (p.k+kc-1)/kc, kc)
}
