package bench

import (
	"fmt"
	"testing"

	"github.com/neurona-ml/neurona/blas"
)

// BenchmarkGemm measures the products of training, operands random and as
// warm as one iteration after the other leaves them.
func BenchmarkGemm(b *testing.B) {
	for _, p := range Products() {
		for _, layout := range []Layout{Plain, Plan} {
			eachBackend(b, fmt.Sprintf("%v/layout=%s/", p, layout), func(b *testing.B, be blas.Backend) {
				multiply, err := NewProduct(be, layout, p)
				if err != nil {
					b.Fatal(err)
				}
				if err := multiply(); err != nil { // warm up
					b.Fatal(err)
				}
				b.ReportAllocs()
				peak := MeasurePeak(be.Kernels(), be.Workers())
				for b.Loop() {
					if err := multiply(); err != nil {
						b.Fatal(err)
					}
				}
				reportRate(b, be, p.FLOPs(), peak)
			})
		}
	}
}
