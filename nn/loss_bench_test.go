package nn

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/kernels"
)

// BenchmarkLoss is the loss and its gradient for a batch, in cache.
func BenchmarkLoss(b *testing.B) {
	sets := kernels.Sets()
	k := sets[len(sets)-1]
	for _, n := range naiveLosses() {
		for _, shape := range [][2]int{{64, 1}, {64, 10}, {64, 1024}} {
			rows, cols := shape[0], shape[1]
			b.Run(fmt.Sprintf("loss=%s/batch=%d/outputs=%d/isa=%s", n.loss.Name(), rows, cols, k.ISA), func(b *testing.B) {
				rng := rand.New(rand.NewPCG(1, 2))
				y, grad := newMatrix(rows, cols), newMatrix(rows, cols)
				for i := range rows {
					fillNormal(rng, 1, rowOf(y, i))
				}
				target := n.target(rng, rows, cols)
				b.ReportAllocs()
				for b.Loop() {
					n.loss.Eval(k, y, target, grad, 1)
				}
				b.ReportMetric(float64(b.N)*float64(rows*cols)/b.Elapsed().Seconds(), "elements/s")
			})
		}
	}
}
