package native_test

import (
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/blastest"
	"github.com/neurona-ml/neurona/blas/native"
)

func TestConformance(t *testing.T) {
	blastest.EachISA(t, func(t *testing.T, isa string) {
		blastest.Run(t, func(tb testing.TB, workers int) blas.Backend {
			b, err := native.Open(native.Options{ISA: isa, Workers: workers})
			if err != nil {
				tb.Fatal(err)
			}
			return b
		}, blastest.Options{SameBits: true})
	})
}

func TestOpenRefuses(t *testing.T) {
	for _, o := range []native.Options{{Workers: -1}, {ISA: "avx9"}, {Ceiling: "fast"}} {
		if b, err := native.Open(o); err == nil {
			b.Close()
			t.Errorf("Open(%+v) succeeded", o)
		}
	}
}
