package activation

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/layer"
)

// function is a layer that applies a function to each element.
type function struct {
	layer.Function
	err error // of what it was made of
}

// String implements layer.Layer.
func (f function) String() string { return f.Name }

// Build implements layer.Layer.
func (f function) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	if f.err != nil {
		return layer.Value{}, f.err
	}
	return b.Apply(x, f.Function)
}

// plainPart is a part without parameters.
func plainPart(name, help, formula, torch string, l func() layer.Layer) catalog.Part[layer.Layer] {
	return catalog.Part[layer.Layer]{
		Name: name, Help: help, Formula: formula, Torch: torch,
		New: func(catalog.Args) (layer.Layer, error) { return l(), nil },
	}
}

// kernel is a function of the vector kernels whose derivative is one of what comes out.
// None of those exceeds 1.
func kernel(f layer.Function) layer.Layer {
	f.Name, f.Steepest = f.Kernel.String(), 1
	return function{Function: f}
}

// vector is a function of the vector kernels that keeps its derivative; err is of its
// parameters.
func vector(of layer.Vector, f layer.Function, err error) layer.Layer {
	f.Vector = &of
	return function{Function: f, err: err}
}

// finite reports a parameter that is not finite in float32, which is what kernels are given.
func finite(of, name string, v float64) error {
	if math.Abs(v) <= math.MaxFloat32 {
		return nil
	}
	return fault.Value(of, name, v, "a finite number")
}

// positive reports a parameter that is not above 0, or that is infinite or 0 in float32, or
// whose reciprocal is.
func positive(of, name string, v float64) error {
	if v > 0 && v <= largestParameter && v >= 1/largestParameter {
		return nil
	}
	return fault.Value(of, name, v, fmt.Sprintf("at least %g and at most %g", 1/largestParameter, largestParameter))
}

// largestParameter is what no parameter that is divided by may exceed, and whose
// reciprocal it may not be below: float32 has both.
const largestParameter = 1e30

// between is the range of what positive allows.
func between() catalog.Range { return catalog.Between(1/largestParameter, largestParameter) }
