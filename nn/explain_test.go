package nn_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestExplain explains a network with every kind of node on every backend
// that is here.
func TestExplain(t *testing.T) {
	layers := []layer.Layer{layer.Dense(70), activation.ReLU(), layer.Dropout(0.1), layer.Dense(40), activation.Tanh(), layer.Dense(3)}
	for _, name := range backends.Names() {
		if backends.Available(name) != nil {
			continue
		}
		t.Run("backend="+name, func(t *testing.T) {
			b, err := backends.Open(name, backends.Options{Workers: 2})
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			net, err := nn.New(tensor.Shape{50}, layer.Stack(layers...), nn.Backend(b), nn.Seed(3))
			if err != nil {
				t.Fatal(err)
			}
			before := weightsOf(t, net)
			e, err := net.Explain(17)
			if err != nil {
				t.Fatal(err)
			}
			if after := weightsOf(t, net); after != before {
				t.Error("the weights have changed")
			}
			if e.Backend != b.Name() || e.Workers != 2 || e.Batch != 17 || !(e.Peak > 0) {
				t.Errorf("got %+v", e)
			}
			if e.Chain != nil {
				t.Error("a network with dropout is explained as a chain")
			}
			text := e.String()
			var shapes []string
			for _, block := range e.Blocks {
				if !strings.Contains(text, block.Name+"\n") {
					t.Errorf("the text lacks %q:\n%s", block.Name, text)
				}
				for _, p := range block.Products {
					shapes = append(shapes, fmt.Sprintf("%s %d %d %d", p.Name, p.M, p.N, p.K))
					checkExplained(t, &p, text)
				}
			}
			want := []string{
				"forward 17 70 50", "backward weights 50 70 17",
				"forward 17 40 70", "backward data 17 70 40", "backward weights 70 40 17",
				"forward 17 3 40", "backward data 17 40 3", "backward weights 40 3 17",
			}
			if got := strings.Join(shapes, "; "); got != strings.Join(want, "; ") {
				t.Errorf("products:\ngot  %s\nwant %s", got, strings.Join(want, "; "))
			}
		})
	}
}

// checkExplained shows that nothing is left out.
func checkExplained(t *testing.T, p *nn.ProductExplanation, text string) {
	t.Helper()
	for _, rate := range []float64{p.Measured, p.Roof, p.Share()} {
		if !(rate > 0) || math.IsInf(rate, 0) {
			t.Errorf("%s: rates %v of %v", p.Name, p.Measured, p.Roof)
		}
	}
	if p.Workers < 1 || p.Workers > 2 || !(p.Predicted >= 0) || p.Bound == "" {
		t.Errorf("%s: %+v", p.Name, p)
	}
	for _, s := range []string{p.Path, p.Kernel, p.Why} {
		if s == "" || !strings.Contains(text, s) {
			t.Errorf("%s: %q is empty, or the text lacks it:\n%s", p.Name, s, text)
		}
	}
}

// TestExplainChain explains a network that is trained as a chain where there are
// vectors for it.
func TestExplainChain(t *testing.T) {
	for _, isa := range []string{"generic", ""} {
		b, err := backends.Open("native", backends.Options{ISA: isa, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(4), activation.Sigmoid(), layer.Dense(1)), nn.Backend(b))
		if err != nil {
			t.Fatal(err)
		}
		e, err := net.Explain(500)
		if err != nil {
			t.Fatal(err)
		}
		if chains := b.Kernels().Chains[0].Width > 1; (e.Chain != nil) != chains {
			t.Fatalf("%s: chain is %v, want it to be there: %v", b.Kernels().ISA, e.Chain, chains)
		}
		if e.Chain != nil {
			checkExplained(t, e.Chain, e.String())
		}
	}
}

func TestExplainRefuses(t *testing.T) {
	net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(1)))
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	if _, err := net.Explain(0); err == nil {
		t.Error("a batch of no rows was explained")
	}
}

// weightsOf writes all weights of a network out.
func weightsOf(t *testing.T, net *nn.Network) string {
	t.Helper()
	var b strings.Builder
	for i, l := range net.Layers() {
		if !isDense(l) {
			continue
		}
		w, bias, err := net.Weights(i)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(&b, w.Data, bias)
	}
	return b.String()
}
