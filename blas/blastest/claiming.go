package blastest

import "github.com/neurona-ml/neurona/blas"

// Claiming is a backend that says of every precision that it multiplies so, and
// multiplies as the backend within does, if need be in float32: tests of what
// asks for precisions then need no unit that multiplies bf16.
type Claiming struct {
	blas.Backend
	Plans []blas.Precision // what each plan was asked for
}

// Precision implements blas.Precisioner.
func (*Claiming) Precision(p blas.Precision) (as blas.Precision, why string) { return p, "" }

// Dense implements blas.Backend.
func (c *Claiming) Dense(spec blas.DenseSpec) (blas.Dense, error) {
	c.Plans = append(c.Plans, spec.Precision)
	return c.Backend.Dense(spec)
}
