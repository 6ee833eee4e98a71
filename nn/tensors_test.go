package nn_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// tensorLayers have plans, stages and buffers, some of them within a container.
func tensorLayers() []layer.Layer {
	return []layer.Layer{layer.Dense(37), layer.BatchNorm(), layer.Residual(layer.Dense(37), activation.PReLU()), layer.LayerNorm(), layer.Dense(3)}
}

// TestSetTensors: what Tensors has said of one network makes another the same, in any order.
func TestSetTensors(t *testing.T) {
	from := newNetwork(t, 6, tensorLayers(), nn.Backend(openBackend(t, "gonum", "", 1)), nn.Seed(1))
	to := newNetwork(t, 6, tensorLayers(), nn.Backend(openBackend(t, "native", "", 1)), nn.Seed(2))
	want, err := from.Tensors()
	if err != nil {
		t.Fatal(err)
	}
	for i := range want { // the gains and buffers of a norm are all alike at first
		for j := range want[i].Value {
			want[i].Value[j] += float32(i+1) / float32(j+1)
		}
	}
	shuffled := slices.Clone(want)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	x := randomMatrix(rand.New(rand.NewPCG(3, 4)), 5, 6, 0)
	if _, err := to.Forward(x); err != nil {
		t.Fatal(err)
	}
	if err := to.SetTensors(shuffled); err != nil {
		t.Fatal(err)
	}
	if err := to.Backward(randomMatrix(rand.New(rand.NewPCG(5, 6)), 5, 3, 0)); !errors.Is(err, nn.ErrNoForward) {
		t.Errorf("Backward with weights that are no more: %v", err)
	}
	same := func() {
		t.Helper()
		got, err := to.Tensors()
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(got, want, func(a, b tensor.Tensor) bool {
			return a.Name == b.Name && a.Role == b.Role && slices.Equal(a.Dims, b.Dims) && slices.Equal(a.Value, b.Value) && a.Grad == nil
		}) {
			t.Errorf("tensors are %v, want %v", got, want)
		}
	}
	same()
	for message, spoil := range map[string]func(list []tensor.Tensor) []tensor.Tensor{
		`set: tensor "layers.4.bias": got no such tensor`: func(l []tensor.Tensor) []tensor.Tensor { return l[:len(l)-1] },
		`set: tensor "layers.4.bias": got it twice`:       func(l []tensor.Tensor) []tensor.Tensor { return append(l, l[len(l)-1]) },
		`"layers.5.bias": got one of dimensions [1], want no su`: func(l []tensor.Tensor) []tensor.Tensor {
			return append(l, tensor.Tensor{Name: "layers.5.bias", Dims: []int{1}, Value: []float32{1}})
		},
		`"layers.0.weight": got dimensions [6 37] and 222`: func(l []tensor.Tensor) []tensor.Tensor { l[0].Dims = []int{6, 37}; return l },
		`"layers.0.weight": got dimensions [37 6] and 221`: func(l []tensor.Tensor) []tensor.Tensor { l[0].Value = l[0].Value[1:]; return l },
		`"layers.0.weight": got no such`:                   func(l []tensor.Tensor) []tensor.Tensor { l[0].Name = "layers.0.wieght"; return l },
	} {
		list := slices.Clone(want)
		for i := range list {
			list[i].Value = make([]float32, len(list[i].Value)) // which must not arrive
		}
		var wrong *nn.TensorError
		if err := to.SetTensors(spoil(list)); !errors.As(err, &wrong) || !strings.Contains(err.Error(), message) {
			t.Errorf("error %v, want %q", err, message)
		}
		same()
	}
	to.Close()
	if err := to.SetTensors(want); !errors.Is(err, nn.ErrClosed) {
		t.Errorf("of a closed one: %v", err)
	}
}

// TestGradientTensors: gradients have the names and shapes of what is trained, and those of plans are
// the ones of Gradients, which TestPassesAgainstTwin has computed in float64. Those of stages package
// nntest compares with differences.
func TestGradientTensors(t *testing.T) {
	eachBackend(t, func(t *testing.T, b blas.Backend) {
		net := newNetwork(t, 6, tensorLayers(), nn.Backend(b))
		rng := rand.New(rand.NewPCG(1, 2))
		pass := func() {
			t.Helper()
			if _, err := net.Forward(randomMatrix(rng, 5, 6, 0)); err != nil {
				t.Fatal(err)
			}
			if err := net.Backward(randomMatrix(rng, 5, 3, 0)); err != nil {
				t.Fatal(err)
			}
		}
		pass()
		pass() // they add
		got, err := net.GradientTensors()
		if err != nil {
			t.Fatal(err)
		}
		all, err := net.Tensors()
		if err != nil {
			t.Fatal(err)
		}
		trained := slices.DeleteFunc(all, func(t tensor.Tensor) bool { return t.Role == tensor.Buffer })
		if len(trained) == len(got) {
			for i, w := range trained {
				if g := got[i]; g.Name != w.Name || g.Role != w.Role || !slices.Equal(g.Dims, w.Dims) || g.Value != nil || len(g.Grad) != len(w.Value) {
					t.Errorf("gradient %d is %s %v of %d numbers, want %s %v", i, g.Name, g.Dims, len(g.Grad), w.Name, w.Dims)
				}
				if slices.Max(got[i].Grad) == slices.Min(got[i].Grad) && len(got[i].Grad) > 1 {
					t.Errorf("the gradients of %s are all %v", w.Name, got[i].Grad[0])
				}
			}
		} else {
			t.Errorf("%d gradients, want %d", len(got), len(trained))
		}
		for _, i := range []int{0, 4} {
			dw, db, err := net.Gradients(i)
			if err != nil {
				t.Fatal(err)
			}
			w, bias := got[0], got[1]
			if i == 4 {
				w, bias = got[len(got)-2], got[len(got)-1]
			}
			if !slices.Equal(bias.Grad, db) {
				t.Errorf("%s is %v, want %v", bias.Name, bias.Grad, db)
			}
			for out := range w.Dims[0] {
				for in, g := range w.Grad[out*w.Dims[1]:][:w.Dims[1]] {
					if want := tensor.Row(dw, in)[out]; g != want {
						t.Errorf("%s[%d][%d] is %v, want %v", w.Name, out, in, g, want)
					}
				}
			}
		}
		got[0].Grad[0]++ // a copy
		if again, err := net.GradientTensors(); err != nil || again[0].Grad[0] == got[0].Grad[0] {
			t.Errorf("the gradients are no copies (%v)", err)
		}
		if err := net.SetTensors(trained); err == nil {
			t.Error("all tensors but the buffers are enough")
		}
		net.Close()
		if _, err := net.GradientTensors(); !errors.Is(err, nn.ErrClosed) {
			t.Errorf("of a closed network: %v", err)
		}
	})
}
