package bench

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/blas"
)

// BenchmarkGemm measures the products of training, operands random and as
// warm as one iteration after the other leaves them.
func BenchmarkGemm(b *testing.B) {
	for _, p := range Products() {
		for _, layout := range []Layout{Plain, Plan} {
			eachBackend(b, fmt.Sprintf("%v/layout=%s/", p, layout), func(b *testing.B, be blas.Backend, precision blas.Precision) {
				if layout == Plain && precision != blas.Float32 {
					b.Skip("plain products are float32")
				}
				random := RandomFill(rand.New(rand.NewPCG(uint64(p.M), uint64(p.N))))
				product, err := NewMultiplication(be, layout, precision, p, random, random)
				if err != nil {
					b.Fatal(err)
				}
				if err := product.Do(); err != nil { // warm up
					b.Fatal(err)
				}
				b.ReportAllocs()
				peak := MeasurePeak(be, precision)
				for b.Loop() {
					if err := product.Do(); err != nil {
						b.Fatal(err)
					}
				}
				reportRate(b, be, precision, p.FLOPs(), peak)
			})
		}
	}
}
