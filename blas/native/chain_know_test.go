package native

import (
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// TestChainKnowsItsActivations asks for chains of every activation there is and of one
// that is yet to come: a chain would take what it does not know for the identity.
func TestChainKnowsItsActivations(t *testing.T) {
	all := kernels.Activations()
	for _, a := range append(all, kernels.Activation(len(all))) {
		b := openFor(t, Options{})
		if b.set.Chains[0].Width == 1 {
			t.Skipf("%s has no vectors for chains", b.set.ISA)
		}
		d, err := b.Dense(blas.DenseSpec{In: 3, Out: 2, MaxBatch: 1})
		if err != nil {
			t.Fatal(err)
		}
		d.(*plan).spec.Activation = a
		if got := b.Chain([]blas.Dense{d}, kernels.ChainSquaredError) != nil; got != a.InChain() {
			t.Errorf("%v: chained: %t, but chains know it: %t", a, got, a.InChain())
		}
	}
}
