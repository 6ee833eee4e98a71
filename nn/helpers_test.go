package nn

import (
	"math/rand/v2"
	"strings"

	"github.com/neurona-ml/neurona/nn/layer"
)

// isDense reports whether l is a Dense.
func isDense(l layer.Layer) bool { return strings.HasPrefix(l.String(), "dense(") }

// zeros is the initialiser of weights that are all 0.
type zeros struct{}

func (zeros) String() string { return "zeros" }

func (zeros) Fill(_ *rand.Rand, _, _ int, w, b []float32) {
	clear(w)
	clear(b)
}
