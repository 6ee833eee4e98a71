package kernels

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// BenchmarkKernel measures every vector kernel of every set on random data in
// the lengths of a row of classes, a narrow layer and a wide one. MB/s counts what is
// read plus what is written.
func BenchmarkKernel(b *testing.B) {
	for _, n := range []int{10, 64, 4096} {
		run := func(s *Set, name string, streams int, kernel func(op [][]float32)) {
			b.Run(fmt.Sprintf("%s/isa=%s/n=%d", name, s.ISA, n), func(b *testing.B) {
				op := make([][]float32, 7)
				rng := rand.New(rand.NewPCG(11, 12))
				for j := range op {
					op[j] = make([]float32, n)
					for i := range op[j] {
						op[j][i] = rng.Float32()
					}
				}
				b.SetBytes(int64(4 * n * streams))
				for b.Loop() {
					kernel(op)
				}
			})
		}
		for _, s := range Sets() {
			for _, k := range elementwiseKernels() {
				if strings.Contains(k.name, ",") {
					continue // the same kernel with other constants
				}
				streams := 0
				for _, role := range k.operands {
					streams++
					if role == updated {
						streams++
					}
				}
				run(s, k.name, streams, func(op [][]float32) { k.run(s, op[:len(k.operands)]) })
			}
			for _, r := range reductions() {
				if r.name != "squaredError" && r.name != "deriveLeakyReLU" && r.name != "normRowGradients" && r.name != "periodicGradients" { // are above
					run(s, r.name, r.sources, func(op [][]float32) { r.run(s, op[0], op[1]) })
				}
			}
			for _, k := range noiseKernels() {
				run(s, k.name, 2, func(op [][]float32) { k.run(s, op[0], op[1], noiseCase{0, 1, 2, 1 << 30}) })
			}
			run(s, "softmax", 2, func(op [][]float32) { s.Softmax(op[0], op[1], 1) })
		}
	}
}
