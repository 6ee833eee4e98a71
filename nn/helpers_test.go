package nn

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

func openBackend(t testing.TB, name string) blas.Backend {
	t.Helper()
	b, err := backends.Open(name, backends.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// fillNormal draws from the normal distribution around 0.
func fillNormal(rng *rand.Rand, deviation float64, v []float32) {
	for i := range v {
		v[i] = float32(rng.NormFloat64() * deviation)
	}
}

// quadratic is a custom layer with parameters, y = a·x² + b·x.
type quadratic struct{}

func (quadratic) String() string { return "quadratic" }

func (q quadratic) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	return b.Stage(x, q.stage(x, b.Env()))
}

func (quadratic) stage(x layer.Value, env *layer.Env) *quadraticStage {
	in := x.Shape.Size()
	s := &quadraticStage{a: make([]float32, in), b: make([]float32, in), da: make([]float32, in), db: make([]float32, in)}
	fillNormal(env.Rand, 1, s.a)
	fillNormal(env.Rand, 1, s.b)
	return s
}

type quadraticStage struct {
	layer.Plain
	a, b, da, db []float32
}

func (s *quadraticStage) Out() tensor.Shape { return tensor.Shape{len(s.a)} }

func (s *quadraticStage) Forward(_ *layer.Pass, x, y tensor.Matrix) error {
	for i := range x.Rows {
		for j, v := range rowOf(x, i) {
			rowOf(y, i)[j] = s.a[j]*v*v + s.b[j]*v
		}
	}
	return nil
}

func (s *quadraticStage) Backward(_ *layer.Pass, x, _, dy, dx tensor.Matrix) error {
	for i := range x.Rows {
		for j, v := range rowOf(x, i) {
			d := rowOf(dy, i)[j]
			s.da[j] += d * v * v
			s.db[j] += d * v
			if dx.Data != nil {
				rowOf(dx, i)[j] = d * (2*s.a[j]*v + s.b[j])
			}
		}
	}
	return nil
}

func (s *quadraticStage) Tensors() []*tensor.Tensor {
	return []*tensor.Tensor{
		{Name: "a", Dims: []int{len(s.a)}, Value: s.a, Grad: s.da},
		{Name: "b", Dims: []int{len(s.b)}, Value: s.b, Grad: s.db},
	}
}

// isDense reports whether l is a Dense.
func isDense(l layer.Layer) bool { return strings.HasPrefix(l.String(), "dense(") }

// zeros is the initialiser of weights that are all 0.
type zeros struct{}

func (zeros) String() string { return "zeros" }

func (zeros) Fill(_ *rand.Rand, _, _ int, w, b []float32) {
	clear(w)
	clear(b)
}

// mean returns the loss of outputs y, and writes the gradient to dy unless its
// Data is nil.
func (o *objective) mean(y tensor.Matrix, t data.Target, dy tensor.Matrix) float64 {
	w := o.bound.Weight(t, y.Rows, y.Cols)
	return o.bound.Sum(y, t, dy, 1/w) / w
}
