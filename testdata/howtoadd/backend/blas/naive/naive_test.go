package naive_test

import (
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/blastest"
	"github.com/neurona-ml/neurona/blas/naive"
)

func TestConformance(t *testing.T) {
	blastest.Run(t, func(tb testing.TB, workers int) blas.Backend {
		be, err := naive.Open(naive.Options{Workers: workers})
		if err != nil {
			tb.Fatal(err)
		}
		return be
	}, blastest.Options{SameBits: true})
}
