package gonumblas_test

import (
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/blastest"
	"github.com/neurona-ml/neurona/blas/gonumblas"
)

func TestConformance(t *testing.T) {
	blastest.EachISA(t, func(t *testing.T, isa string) {
		blastest.Run(t, func(tb testing.TB, workers int) blas.Backend {
			be, err := gonumblas.Open(gonumblas.Options{ISA: isa, Workers: workers})
			if err != nil {
				tb.Fatal(err)
			}
			return be
		}, blastest.Options{SkipsZeros: true, SameBits: true})
	})
}
