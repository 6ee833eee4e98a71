package native

import "github.com/neurona-ml/neurona/blas"

// Cuts returns the most steps of k in a part and the most rows in a task.
func (b *Backend) Cuts(p blas.Precision) (depth, height int) {
	if terms(p) > 0 {
		return b.bf16.kern.kc, b.bf16.kern.mc
	}
	return b.kern.kc, b.kern.mc
}
