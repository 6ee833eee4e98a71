package nntest

import (
	"cmp"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// TestLayersTimesLosses checks the derivatives of every loss through every layer.
func TestLayersTimesLosses(t *testing.T) {
	const rows, width = 5, 5
	b, err := backends.Open("auto", backends.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	rng := rand.New(rand.NewPCG(31, 32))
	c, err := newConfig("test", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range loss.Catalog().Parts() {
		l, err := loss.Catalog().Parse(cmp.Or(p.Example, p.Name))
		if err != nil {
			t.Fatal(err)
		}
		list := c.samples(rng, rows, func(s sample) bool { return l.Check(s.target, rows, s.outputs) == nil })
		if len(list) == 0 {
			t.Errorf("no targets suit %s", l)
			continue
		}
		s := list[min(2, len(list)-1)] // of several outputs, if there may be
		for _, part := range nn.Layers().Parts() {
			one, err := nn.Layers().Parse(cmp.Or(part.Example, part.Name))
			if err != nil {
				t.Fatal(err)
			}
			var want error
			if part.Name == "heaviside" {
				want = nn.ErrUntrainable
			}
			net, err := nn.New(tensor.Shape{width}, layer.Stack(one, layer.Dense(s.outputs), activation.Identity()), nn.Backend(b), nn.Seed(3), nn.MaxBatch(rows))
			if err != nil {
				t.Fatal(err)
			}
			x := newMatrix(rows, width, func() float32 { return float32(rng.NormFloat64()) })
			for column := range x.Cols {
				if n := layer.Categories(one, column); n > 0 {
					for i := range x.Rows {
						tensor.Row(x, i)[column] = float32(rng.IntN(n))
					}
				}
			}
			if _, err := CheckGradients(net, l, x, s.target, Elements(4)); !errors.Is(err, want) {
				t.Errorf("%s through %s: %v, want %v", l, one, err, want)
			}
			net.Close()
		}
	}
}
