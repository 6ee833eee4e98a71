package nn

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Layers returns everything that a network is made of by name: layer.Catalog and
// activation.Catalog. With adds one's own, and LayerCatalog lets Load find them.
func Layers() catalog.Catalog[layer.Layer] {
	return catalog.Adopt(layer.Catalog(), activation.Catalog(), func(l layer.Layer) layer.Layer { return l })
}

// architectureKey is where a file's metadata holds the architecture.
const architectureKey = "neurona"

// architecture describes a network without its weights, as files do:
//
//	{"format":2,"shape":[784],"layer":"stack(dense(512), relu, dense(10))"}
type architecture struct {
	Format int    `json:"format"`
	Shape  []int  `json:"shape,omitempty"`
	Layer  string `json:"layer,omitempty"` // as it is spelt
	// Own names layers that are not what they are called in Layers, or have names that
	// no catalogue takes: the spelling alone would be read as another network.
	Own []string `json:"own,omitempty"`

	// Of format 1: {"format":1,"inputs":784,"layers":[{"kind":"dense","out":512},{"kind":"relu"}]}
	Inputs int                `json:"inputs,omitempty"`
	Layers []layerDescription `json:"layers,omitempty"`
}

// layerDescription is a layer in format 1.
type layerDescription struct {
	Kind   string  `json:"kind"`
	Out    int     `json:"out,omitempty"`    // dense
	P      float64 `json:"p,omitempty"`      // dropout
	Custom bool    `json:"custom,omitempty"` // the user's own type: the file cannot say how to build it
}

const (
	architectureFormat = 2
	// maxLayers bounds what a file of format 1 can make a reader build out of a few bytes
	// each; catalog.MaxValues does so for format 2.
	maxLayers = 10_000
)

// ErrNoArchitecture reports a file from which Load cannot build a network:
// it does not describe one, or it has layers that the catalogue does not.
var ErrNoArchitecture = errors.New("the file alone does not say how to build the network (add its layers to the catalogue of LayerCatalog, or build it and use LoadInto)")

// describeNetwork returns n's architecture as JSON.
func describeNetwork(n *Network) (string, error) {
	text, err := json.Marshal(architecture{Format: architectureFormat, Shape: n.shape, Layer: n.root.String(), Own: ownLayers(n.root)})
	return string(text), err
}

// ownLayers lists the layers in l that are somebody's own and are called as one of neurona's is, or
// so that nobody can read it.
func ownLayers(l layer.Layer) []string {
	known, ours := Layers(), map[string]bool{packageOf(layer.Stack()): true, packageOf(activation.ReLU()): true}
	var list []string
	var walk func(l layer.Layer)
	walk = func(l layer.Layer) {
		if p, ok := l.(interface{ within() layer.Layer }); ok {
			walk(p.within())
			return
		}
		if c, ok := l.(layer.Container); ok && ours[packageOf(l)] {
			for _, inner := range c.Layers() {
				walk(inner)
			}
			return
		}
		text := l.String()
		spec, err := catalog.Parse(text)
		if err == nil && !ours[packageOf(l)] {
			if _, taken := known.Lookup(spec.Name); taken == nil {
				err = errors.New("it is another one")
			}
		}
		if err != nil && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	walk(l)
	return list
}

// packageOf is the path of the package that a layer's type is of.
func packageOf(l layer.Layer) string {
	t := reflect.TypeOf(l)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.PkgPath()
}

// parseArchitecture reads the JSON of an architecture and makes its layer.
func parseArchitecture(text string, layers catalog.Catalog[layer.Layer]) (tensor.Shape, layer.Layer, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	var a architecture
	malformed := func(detail string, err error) error {
		return &FormatError{Tensor: architectureKey, Detail: detail, Err: err}
	}
	if err := dec.Decode(&a); err != nil {
		return nil, nil, malformed("the architecture is malformed", err)
	}
	switch {
	case a.Format == 1 && a.Shape == nil && a.Layer == "":
		if len(a.Layers) > maxLayers {
			return nil, nil, malformed(fmt.Sprintf("the architecture has %d layers, more than the limit of %d", len(a.Layers), maxLayers), nil)
		}
		l, err := stackOf(a.Layers)
		return tensor.Shape{a.Inputs}, l, err
	case a.Format != architectureFormat:
		return nil, nil, malformed(fmt.Sprintf("the architecture has format %d, want 1 or %d", a.Format, architectureFormat), nil)
	case a.Inputs != 0 || a.Layers != nil:
		return nil, nil, malformed("the architecture mixes formats 1 and 2", nil)
	}
	if len(a.Own) > 0 {
		return nil, nil, fmt.Errorf("%w: its layers %s are not what a catalogue has by these names", ErrNoArchitecture, strings.Join(a.Own, ", "))
	}
	l, err := layers.Parse(a.Layer)
	var unknown *names.UnknownError
	if errors.As(err, &unknown) {
		return nil, nil, fmt.Errorf("%w: %w", ErrNoArchitecture, err)
	}
	if err != nil {
		return nil, nil, malformed("the layer cannot be made", err)
	}
	return a.Shape, l, nil
}

// stackOf is the layers of format 1.
func stackOf(list []layerDescription) (layer.Layer, error) {
	layers := make([]layer.Layer, len(list))
	for i, d := range list {
		var err error
		switch {
		case d.Custom:
			err = fmt.Errorf("it is of a type of its own: %w", ErrNoArchitecture)
		case d.Kind == "dense":
			layers[i] = layer.Dense(d.Out)
		case d.Kind == "dropout":
			layers[i] = layer.Dropout(d.P)
		case d.Kind == "step":
			layers[i] = activation.Heaviside()
		default:
			layers[i], err = Layers().Parse(d.Kind)
		}
		if err != nil {
			return nil, &LayerError{Name: fmt.Sprint(i), Layer: d.Kind, Err: err}
		}
	}
	return layer.Stack(layers...), nil
}

// tensorName is the name in files of a tensor of the layer of that name.
func tensorName(layer, name string) string { return tensorPrefix + layer + "." + name }

// tensorPrefix begins the names in files of all tensors.
const tensorPrefix = "layers."
