package native

import (
	"fmt"
	"strings"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
)

var _ blas.Explainer = (*plan)(nil)

// Explain implements blas.Explainer: it makes the choices that the product
// would make, for activations at the strides that networks use.
func (p *plan) Explain(w blas.Which, batch int) blas.How {
	how := p.explain(w, batch)
	if as, _ := p.b.Precision(p.spec.Precision); as != blas.Float32 {
		how.Why = fmt.Sprintf("too narrow or too small a layer to gain from %s; ", as) + how.Why
	}
	return how
}

// explain is Explain without why the layer is in float32.
func (p *plan) explain(w blas.Which, batch int) blas.How {
	j, path := p.productOf(w, batch)
	nanos := j.work()
	g := j.cut(j.kern.hands(nanos, p.b.pool.Workers(), true), nanos)
	j.chooseCopies(&g)
	if p.b.small(&j) {
		path += ", tile by tile"
	} else {
		path += j.copies()
	}
	return p.b.how(path, p.b.set.ISA, &j, &g, j.depth(), nanos)
}

// productOf returns product w of a batch, without operands, and what it works on.
func (p *plan) productOf(w blas.Which, batch int) (j product, path string) {
	x := blas.Matrix{Rows: batch, Cols: p.spec.In, Stride: arena.Stride(p.spec.In)}
	y := blas.Matrix{Rows: batch, Cols: p.spec.Out, Stride: arena.Stride(p.spec.Out)}
	switch w {
	case blas.ForwardProduct, blas.PredictProduct:
		return p.forward(x, y).product, "weights in panels"
	case blas.DataProduct:
		return p.data(y, x, blas.Slope{}, false).product, "transposed weights in panels"
	}
	return p.gradient(x, y), "gradients in panels"
}

// how tells of a product that was cut into g and takes one worker so many nanoseconds.
func (b *Backend) how(path, kernel string, p *product, g *grid, depth int, nanos float64) blas.How {
	return blas.How{
		Path:    path,
		Kernel:  fmt.Sprintf("%s %d×%d", kernel, p.kern.MR, p.kern.NR),
		Why:     strings.Join([]string{g.because(nanos, b.pool.Workers()), p.because(depth)}, "; "),
		Workers: g.most,
		Nanos:   nanos / float64(g.most),
	}
}

// copies says how operands are read otherwise than in place.
func (p *product) copies() string {
	if p.flip {
		return ", transposed"
	}
	s := ""
	if p.a.copied {
		s += ", copies of A"
	}
	if p.b.copied {
		s += ", panels of B packed"
	}
	return s
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

// because says what led to parts of k.
func (p *product) because(depth int) string {
	if p.k <= depth {
		return fmt.Sprintf("k %d in one part", p.k)
	}
	return fmt.Sprintf("k %d in %d parts of at most %d", p.k, (p.k+depth-1)/depth, depth)
}
