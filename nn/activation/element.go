package activation

import (
	"fmt"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/layer"
)

// Element makes a layer of a plain Go function of one element, which returns f(z) and the
// derivative f'(z). It is called from several goroutines at once. The name is what
// summaries, messages and files call it: to load a file that has it, add it to the
// catalogue.
func Element(name string, f func(z float32) (y, slope float32)) layer.Layer {
	if _, err := Catalog().Lookup(name); err == nil {
		return function{Function: layer.Function{Name: name}, err: fmt.Errorf("a function of one's own is called %s, as one of the catalogue is: a file would be read with that", name)}
	}
	if spec, err := catalog.Parse(name); err != nil || spec.String() != name || len(spec.Args) > 0 {
		return function{Function: layer.Function{Name: name}, err: fmt.Errorf("a function is called %q, want lower-case words joined by _, as files have them", name)}
	}
	if f == nil {
		return function{Function: layer.Function{Name: name}, err: fault.Nil(name, "function", "one that returns f(z) and f'(z)")}
	}
	return function{Function: layer.Function{
		Name: name,
		Apply: func(y, z []float32) {
			for i, v := range z {
				y[i], _ = f(v)
			}
		},
		Slope: func(y, slope, z []float32) {
			for i, v := range z {
				y[i], slope[i] = f(v)
			}
		},
	}}
}
