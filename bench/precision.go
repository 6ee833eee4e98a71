package bench

import (
	"fmt"

	"github.com/neurona-ml/neurona/blas"
)

// Lacks says why a backend's plans do not multiply in a precision; empty if
// they do. What falls back is not measured: the figures of one precision would
// stand under the name of another.
func Lacks(be blas.Backend, precision blas.Precision) string {
	as, why := blas.Effective(be, precision)
	if as == precision {
		return ""
	}
	return fmt.Sprintf("%s would be %s: %s", precision, as, why)
}
