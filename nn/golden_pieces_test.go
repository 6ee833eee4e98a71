package nn

import (
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/blastest"
	"github.com/neurona-ml/neurona/blas/native"
	"github.com/neurona-ml/neurona/nn/loss"
)

// TestGoldenInPieces reproduces the files in bf16x6, as exactly as in float32,
// on each unit of this machine, with layers of any size.
func TestGoldenInPieces(t *testing.T) {
	blastest.EachUnit(t, func(t *testing.T, unit string) {
		b, err := native.Open(native.Options{Unit: unit})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		for _, name := range reproduced(t) {
			g := readGolden(t, name)
			g.opts = []Option{Precision(blas.BF16x6), StrictPrecision()}
			net := g.network(t, b)
			for _, n := range net.blocks {
				if how := n.plan.(blas.Explainer).Explain(blas.ForwardProduct, 1); !strings.HasPrefix(how.Kernel, unit) {
					t.Fatalf("%s multiplies with %s", n.desc, how.Kernel)
				}
			}
			if c := newChain(net, loss.MSE()); c != nil {
				t.Fatal("the network is trained whole, in float32")
			}
			t.Run(name, func(t *testing.T) { g.run(t, b) })
		}
	})
}
