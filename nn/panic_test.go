package nn

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// panicking is a stage that panics with a value in its passes, unless that is nil.
type panicking struct{ value any }

func (p panicking) Forward(*layer.Pass, tensor.Matrix, tensor.Matrix) error {
	if p.value != nil {
		panic(p.value)
	}
	return nil
}

func (p panicking) Backward(_ *layer.Pass, x, _, _, _ tensor.Matrix) error {
	x.Data[0] = 1 // panics if there is none
	return nil
}

// TestRecovered shows what recovered makes of panics in a stage's methods, and that
// locks are given back.
func TestRecovered(t *testing.T) {
	var lock sync.Mutex
	call := func(f func() error) (err error) {
		defer recovered(&err)
		lock.Lock()
		defer lock.Unlock()
		return f()
	}
	cause := errors.New("a cause")
	for _, tt := range []struct {
		name  string
		call  func() error
		in    string // the method that panics; empty if none does
		text  string
		cause error
	}{
		{"no panic", func() error { return panicking{}.Forward(&layer.Pass{}, tensor.Matrix{}, tensor.Matrix{}) }, "", "", nil},
		{"an error, not a panic", func() error { return cause }, "", "", cause},
		{"a panic", func() error { return panicking{"so"}.Forward(&layer.Pass{}, tensor.Matrix{}, tensor.Matrix{}) }, "panicking.Forward", "so", nil},
		{"a panic with an error", func() error { return panicking{cause}.Forward(&layer.Pass{}, tensor.Matrix{}, tensor.Matrix{}) }, "panicking.Forward", "a cause", cause},
		{"an index out of range", func() error {
			return panicking{}.Backward(&layer.Pass{}, tensor.Matrix{}, tensor.Matrix{}, tensor.Matrix{}, tensor.Matrix{})
		}, "panicking.Backward", "index out of range [0] with length 0", nil},
	} {
		err := call(tt.call)
		if tt.cause != nil && !errors.Is(err, tt.cause) {
			t.Errorf("%s: error is %v, want %v", tt.name, err, tt.cause)
		}
		var e *PanicError
		if got, want := errors.As(err, &e), tt.in != ""; got != want {
			t.Errorf("%s: error is %v, is a *PanicError: %v, want %v", tt.name, err, got, want)
		}
		if e != nil {
			if !strings.HasSuffix(e.Func, tt.in) || !strings.Contains(err.Error(), tt.text) || !strings.Contains(string(e.Stack), "panic_test.go") {
				t.Errorf("%s: %v, in %s, want %q in %s; stack:\n%s", tt.name, err, e.Func, tt.text, tt.in, e.Stack)
			}
			var index runtime.Error
			if _, want := e.Value.(runtime.Error); errors.As(err, &index) != want {
				t.Errorf("%s: %v wraps a runtime.Error: %v", tt.name, err, !want)
			}
		}
		if !lock.TryLock() {
			t.Fatalf("%s: the lock is held", tt.name)
		}
		lock.Unlock()
	}
}

// fragile is a rule one of whose updates panics in step number at.
type fragile struct {
	optim.Rule
	at int
}

func (r fragile) Bind(set *kernels.Set) optim.Stepper {
	return &fragileStepper{Elementwise: optim.Bind(r.Rule, set).(optim.Elementwise), at: r.at}
}

type fragileStepper struct {
	optim.Elementwise
	at, step int
	gone     atomic.Bool // it has panicked
}

func (s *fragileStepper) Begin(step int, rate float64) {
	s.step = step
	s.Elementwise.Begin(step, rate)
}

func (s *fragileStepper) Update(params, grads []float32, slots [optim.MaxSlots][]float32) {
	if s.step == s.at && s.gone.CompareAndSwap(false, true) {
		panic("fragile")
	}
	s.Elementwise.Update(params, grads, slots)
}

// TestPanicInRule shows that a rule that panics on whatever worker makes a step
// fail, and that the network can be trained and used after it: fused with the
// backward pass, and after it, with small networks and with large ones.
func TestPanicInRule(t *testing.T) {
	for _, workers := range []int{1, 2, 4} {
		for _, tt := range []struct {
			width int
			opts  []OptimizerOption
		}{
			{3, nil}, {40, nil}, {300, nil},
			{3, []OptimizerOption{ClipNorm(1)}}, {300, []OptimizerOption{ClipNorm(1)}},
		} {
			t.Run(fmt.Sprintf("workers=%d/width=%d/options=%d", workers, tt.width, len(tt.opts)), func(t *testing.T) {
				b, err := backends.Open("auto", backends.Options{Workers: workers})
				if err != nil {
					t.Fatal(err)
				}
				defer b.Close()
				net, err := New(tensor.Shape{tt.width}, layer.Stack(layer.Dense(tt.width), activation.Tanh(), layer.Dense(1)), Backend(b))
				if err != nil {
					t.Fatal(err)
				}
				defer net.Close()
				trainer, err := NewTrainer(net, loss.MSE(), fragile{optim.SGD(0.01), 2}, tt.opts...)
				if err != nil {
					t.Fatal(err)
				}
				x, y := newMatrix(32, tt.width), newMatrix(32, 1)
				fillNormal(random.New(1, 2), 1, x.Data)
				for step := 1; step <= 3; step++ {
					_, err := trainer.Step(x, data.Values(y))
					var e *PanicError
					if got := errors.As(err, &e) && e.Value == "fragile"; got != (step == 2) || err != nil && !got {
						t.Fatalf("step %d: %v", step, err)
					}
					if steps, want := trainer.Optimizer().Steps(), max(1, step-1); steps != want {
						t.Errorf("%d steps taken after %d calls, want %d", steps, step, want)
					}
					checkOnWeights(t, net, x)
				}
			})
		}
	}
}

// checkOnWeights compares the network's predictions for x, and the gradients of
// their sum, with those of a new network that has been given its weights.
func checkOnWeights(t *testing.T, net *Network, x tensor.Matrix) {
	t.Helper()
	other, err := New(tensor.Shape{net.Inputs()}, layer.Stack(net.Layers()...), Backend(net.Backend()))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for i, l := range net.Layers() {
		if !isDense(l) {
			continue
		}
		w, b, err := net.Weights(i)
		if err == nil {
			err = other.SetWeights(i, w, b)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	got, want := resultsOn(t, net, x), resultsOn(t, other, x)
	for i, v := range want {
		if got[i] != v {
			t.Fatalf("result %d of %d is %v, want %v", i, len(want), got[i], v)
		}
	}
}

// resultsOn returns predictions and gradients.
func resultsOn(t *testing.T, net *Network, x tensor.Matrix) []float32 {
	t.Helper()
	y, err := net.Predict(x)
	if err == nil {
		_, err = net.Forward(x)
	}
	dy := newMatrix(x.Rows, net.Outputs())
	for i := range dy.Data {
		dy.Data[i] = 1
	}
	if err == nil {
		err = net.Backward(dy)
	}
	if err != nil {
		t.Fatal(err)
	}
	all := y.Data
	for i, l := range net.Layers() {
		if !isDense(l) {
			continue
		}
		w, b, err := net.Gradients(i)
		if err != nil {
			t.Fatal(err)
		}
		all = append(append(all, w.Data...), b...)
	}
	return all
}
