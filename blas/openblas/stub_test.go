//go:build !cgo || !openblas

package openblas_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas/openblas"
)

func TestOpenSaysHowToBuild(t *testing.T) {
	be, err := openblas.Open(openblas.Options{Workers: 1})
	if be != nil || !errors.Is(err, openblas.ErrNotBuilt) {
		t.Fatalf("Open returned %v, %v; want ErrNotBuilt", be, err)
	}
	for _, want := range []string{"CGO_LDFLAGS=-lopenblas", "-tags openblas"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not mention %q", err, want)
		}
	}
}
