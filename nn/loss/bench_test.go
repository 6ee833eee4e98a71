package loss

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
	for _, n := range withSplit() {
		for _, shape := range [][2]int{{64, 1}, {64, 10}, {64, 1024}} {
			rows, cols := shape[0], n.outputs(shape[1])
			b.Run(fmt.Sprintf("loss=%s/batch=%d/outputs=%d/isa=%s", n.loss.String(), rows, cols, k.ISA), func(b *testing.B) {
				rng := rand.New(rand.NewPCG(1, 2))
				y := n.of(rows, cols, func(int, int) float32 { return float32(rng.NormFloat64()) })
				grad := testMatrix(rows, cols, func(int, int) float32 { return 0 })
				target := n.target(rng, rows, cols)
				b.ReportAllocs()
				for b.Loop() {
					meanLoss(n.loss, k, y, target, grad, 1)
				}
				b.ReportMetric(float64(b.N)*float64(rows*cols)/b.Elapsed().Seconds(), "elements/s")
			})
		}
	}
}
