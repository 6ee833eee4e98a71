package native

import "github.com/neurona-ml/neurona/blas"

var _ blas.Precisioner = (*Backend)(nil)

// Precision implements blas.Precisioner.
func (b *Backend) Precision(p blas.Precision) (as blas.Precision, why string) {
	return blas.Float32, "no unit that multiplies bf16"
}
