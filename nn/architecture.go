package nn

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/neurona-ml/neurona/internal/names"
)

// architectureKey is where a file's metadata holds the architecture.
const architectureKey = "neurona"

// architecture describes a network without its weights, as files do:
//
//	{"format":1,"inputs":784,"layers":[{"kind":"dense","out":512},{"kind":"relu"},…]}
type architecture struct {
	Format int                `json:"format"` // 1
	Inputs int                `json:"inputs"`
	Layers []layerDescription `json:"layers"`
}

// layerDescription is a layer in an architecture.
type layerDescription struct {
	Kind   string  `json:"kind"`
	Out    int     `json:"out,omitempty"`    // dense
	P      float64 `json:"p,omitempty"`      // dropout
	Custom bool    `json:"custom,omitempty"` // the user's own type: a file cannot say how to build it
}

const (
	architectureFormat = 1
	// maxLayers bounds what a file can make a reader build out of a few bytes
	// each.
	maxLayers = 10_000
)

// ErrNoArchitecture reports a file from which Load cannot build a network:
// it does not describe one, or it has layers of types that are not this
// package's. LoadInto reads its weights into a network that the caller builds.
var ErrNoArchitecture = errors.New("the file alone does not say how to build the network (build it and use LoadInto)")

// describeLayer is the inverse of layerDescription.layer.
func describeLayer(l Layer) layerDescription {
	switch l := l.(type) {
	case *denseLayer:
		return layerDescription{Kind: l.Kind(), Out: l.out}
	case dropoutLayer:
		return layerDescription{Kind: l.Kind(), P: l.p}
	case activationLayer:
		return layerDescription{Kind: l.Kind()}
	}
	return layerDescription{Kind: l.Kind(), Custom: true}
}

// layer makes the layer that d describes.
func (d layerDescription) layer() (Layer, error) {
	switch {
	case d.Custom:
		return nil, fmt.Errorf("it is of a type of its own: %w", ErrNoArchitecture)
	case d.Kind == "dense":
		return Dense(d.Out), nil
	case d.Kind == "dropout":
		return Dropout(d.P), nil
	}
	if d.Kind == "step" { // as files had it before
		d.Kind = "heaviside"
	}
	l, err := ActivationLayer(d.Kind)
	var unknown *names.UnknownError
	if errors.As(err, &unknown) {
		return nil, names.Unknown("layer", d.Kind, append(unknown.Known, "dense", "dropout"))
	}
	return l, err
}

// describeNetwork returns n's architecture as JSON.
func describeNetwork(n *Network) (string, error) {
	a := architecture{Format: architectureFormat, Inputs: n.inputs}
	for _, l := range n.layers {
		a.Layers = append(a.Layers, describeLayer(l))
	}
	text, err := json.Marshal(a)
	return string(text), err
}

// parseArchitecture reads the JSON of an architecture and makes its layers.
func parseArchitecture(text string) (inputs int, layers []Layer, err error) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	var a architecture
	if err := dec.Decode(&a); err != nil {
		return 0, nil, &FormatError{Tensor: architectureKey, Detail: "the architecture is malformed", Err: err}
	}
	if a.Format != architectureFormat {
		return 0, nil, &FormatError{Tensor: architectureKey, Detail: fmt.Sprintf("the architecture has format %d, want %d", a.Format, architectureFormat)}
	}
	if len(a.Layers) > maxLayers {
		return 0, nil, &FormatError{Tensor: architectureKey, Detail: fmt.Sprintf("the architecture has %d layers, more than the limit of %d", len(a.Layers), maxLayers)}
	}
	for i, d := range a.Layers {
		l, err := d.layer()
		if err != nil {
			return 0, nil, &LayerError{Index: i, Layer: d.Kind, Err: err}
		}
		layers = append(layers, l)
	}
	return a.Inputs, layers, nil
}

// architectureTensors lists the tensors of a network of this package's layers,
// without data.
func architectureTensors(inputs int, layers []Layer) []fileTensor {
	var list []fileTensor
	width := inputs
	for i, l := range layers {
		if d, ok := l.(*denseLayer); ok {
			list = append(list, denseTensors(i, width, d.out)...)
			width = d.out
		}
	}
	return list
}

// denseTensors are the tensors of a Dense in PyTorch's names and shapes: the
// weight is [out][in].
func denseTensors(layer, in, out int) []fileTensor {
	return []fileTensor{
		{name: tensorName(layer, "weight"), shape: []int{out, in}},
		{name: tensorName(layer, "bias"), shape: []int{out}},
	}
}

// tensorName is the name in files of a parameter of the layer at the given
// position.
func tensorName(layer int, parameter string) string {
	return fmt.Sprintf("layers.%d.%s", layer, parameter)
}
