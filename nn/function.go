package nn

import (
	"errors"
	"fmt"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// function is a layer.Function on the backend's kernels.
type function struct {
	layer.Function
	activate func(y, z []float32)
	derive   func(dz, dy, y []float32) // nil for a function that keeps its derivative
}

func bindFunction(f layer.Function, k *kernels.Set) (*function, error) {
	if f.Name == "" {
		return nil, errors.New("a function has no name")
	}
	if v := f.Vector; v != nil {
		if f.Slope != nil || f.Apply != nil {
			return nil, fmt.Errorf("the function %s has a Vector and code of its own, want one of them", f.Name)
		}
		if v.Of >= kernels.Function(len(k.Functions)) {
			return nil, fmt.Errorf("the function %s is a vector that there is not", f.Name)
		}
		on, a, b := k.Functions[v.Of], v.A, v.B
		f.Apply = func(y, z []float32) { on.Apply(y, z, a, b) }
		f.Slope = func(y, slope, z []float32) { on.Slope(y, slope, z, a, b) }
	}
	if f.Slope == nil {
		if f.Apply != nil {
			return nil, fmt.Errorf("the function %s has an Apply but no Slope, which training calls", f.Name)
		}
		if _, err := kernels.ParseActivation(f.Kernel.String()); err != nil {
			return nil, err
		}
		return &function{f, k.Activate[f.Kernel], k.Derive[f.Kernel]}, nil
	}
	if f.Apply == nil {
		return nil, fmt.Errorf("the function %s has no Apply, which predictions call", f.Name)
	}
	return &function{Function: f, activate: f.Apply}, nil
}

// identity reports whether the function changes nothing.
func (f *function) identity() bool { return f.Slope == nil && f.Kernel == kernels.Identity }

// elementwise is the op of a node that is nothing but a function: what makes its input
// could not take it in.
type elementwise struct{}

func (elementwise) takes(*function) bool                            { return false }
func (elementwise) applies(*function) bool                          { return true }
func (elementwise) keeps() (in, out bool)                           { return false, false }
func (elementwise) keepsGradient() bool                             { return false }
func (elementwise) need(int, bool) (kept, scratch int)              { return 0, 0 }
func (elementwise) place(*graph, *layout, *node)                    {}
func (elementwise) handsOn(n *node) bool                            { return n.f.identity() }
func (elementwise) bounded() bool                                   { return true }
func (elementwise) up(n *node, values []float64, _ float64) float64 { return values[n.in[0]] }
func (elementwise) down(_ *node, dz, _ float64) float64             { return dz }

func (elementwise) forward(n *node, m *memory) error {
	x, y := m.values[n.in[0]], m.values[n.out]
	return m.apply(n.f, y, m.slope(n, y), x)
}

func (elementwise) backward(n *node, w *workspace, dz tensor.Matrix) error {
	return w.contribute(n.in[0], dz)
}
