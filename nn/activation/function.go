package activation

import (
	"github.com/neurona-ml/neurona/nn/catalog"
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

// vector is a function that the vector kernels have. No derivative of theirs exceeds 1.
func vector(f layer.Function) layer.Layer {
	f.Name, f.Steepest = f.Kernel.String(), 1
	return function{Function: f}
}
