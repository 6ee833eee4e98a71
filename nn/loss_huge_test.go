package nn

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/optim"
)

// TestHugeTargets: a step whose loss or gradient float32 does not hold is an error that leaves
// the parameters as they were, whatever the loss; one that succeeds leaves them finite.
func TestHugeTargets(t *testing.T) {
	eachChainer(t, func(t *testing.T, b blas.Backend) {
		for _, l := range catalogLosses(t) {
			outputs, targets := outputsOf(t, l)
			huge := data.Values(testMatrix(4, max(targets, 1), func(i, _ int) float32 { return [2]float32{3e38, -3e38}[i%2] }))
			if targets == 0 || l.Check(huge, 4, outputs) != nil {
				continue // labels and probabilities are never huge
			}
			net := lossNet(t, b, l)
			x, _ := lossData(t, l, 4)
			before := flatWeights(net)
			tr := newChainTrainer(t, net, l, optim.SGD(1))
			_, err := tr.Step(x, huge)
			var nonFinite *NonFiniteError
			switch after := flatWeights(net); {
			case err == nil:
				for _, w := range after {
					if !(math.Abs(float64(w)) <= math.MaxFloat32) {
						t.Fatalf("%s: a step has left a parameter %v", l, w)
					}
				}
			case !errors.As(err, &nonFinite):
				t.Errorf("%s: error is %v, want a *NonFiniteError", l, err)
			case !slices.Equal(after, before):
				t.Errorf("%s: a step that failed has changed parameters", l)
			}
			if l.String() == "gaussian" && err == nil {
				t.Errorf("%s: no error, but a gradient is beyond 1e38", l)
			}
		}
	})
}
