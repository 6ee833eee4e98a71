package native

import "github.com/neurona-ml/neurona/blas"

// Segments implements blas.Dense.
func (p *plan) Segments() []blas.Segment { return p.segments }

// newSegments lists a segment of weights for each panel and, unless the plan has no
// bias, one of biases.
func (p *plan) newSegments() []blas.Segment {
	segments := make([]blas.Segment, 0, 2*p.panels())
	lo := 0
	for q := range p.panels() {
		bias := lo + p.spec.In*p.width(q)
		end := bias + p.width(q)
		segments = append(segments, blas.Segment{Lo: lo, Hi: bias})
		if !p.spec.NoBias {
			segments = append(segments, blas.Segment{Lo: bias, Hi: end, Bias: true})
		}
		lo = end
	}
	return segments
}
