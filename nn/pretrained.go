package nn

import (
	"slices"
	"strings"

	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// AsLayer returns the network as a layer of another one, which starts with copies of the tensors
// as they are now: an encoder that was trained before, under a head that is new. It is spelt, and
// saved, as the layers that it is made of. What is not to be trained any further is frozen by
// optim.Groups.
func (n *Network) AsLayer() (layer.Layer, error) {
	tensors, err := n.Tensors()
	if err != nil {
		return nil, err
	}
	_, container := n.root.(layer.Container)
	for i := range tensors {
		name := strings.TrimPrefix(tensors[i].Name, tensorPrefix)
		if !container { // the only layer is number 0 of the network, and none within another
			name = strings.TrimPrefix(name, "0.")
		}
		tensors[i].Name = name
	}
	p := pretrained{n.root, tensors}
	if container {
		return pretrainedContainer{p}, nil
	}
	return p, nil
}

// pretrained is a layer with first values for its tensors.
type pretrained struct {
	layer.Layer
	tensors []tensor.Tensor
}

// pretrainedContainer is a pretrained layer that has layers within.
type pretrainedContainer struct{ pretrained }

// Layers implements layer.Container.
func (p pretrainedContainer) Layers() []layer.Layer { return p.Layer.(layer.Container).Layers() }

// within is the layer without its first values.
func (p pretrained) within() layer.Layer { return p.Layer }

// Build implements layer.Layer.
func (p pretrained) Build(b layer.Builder, x layer.Value) (layer.Value, error) {
	b.Preset(p.tensors)
	return p.Layer.Build(b, x)
}

// preset is first values of tensors, by their names within a layer.
type preset struct {
	place   string // the layer's; empty for the whole network
	tensors []tensor.Tensor
}

// Preset implements layer.Builder.
func (b *builder) Preset(tensors []tensor.Tensor) {
	b.presets = append(b.presets, preset{b.name, tensors})
}

// setPresets gives tensors their first values, after they have been drawn. A layer's presets come
// before those of the layers within it, whose values are older.
func (n *Network) setPresets() error {
	for _, p := range slices.Backward(n.presets) {
		within := tensorPrefix
		if p.place != "" {
			within += p.place + "."
		} else if len(p.tensors) > 0 && !startsWithDigit(p.tensors[0].Name) {
			within += "0." // the network is that layer alone
		}
		from := make([]fileTensor, len(p.tensors))
		for i, t := range p.tensors {
			from[i] = fileTensor{name: within + t.Name, shape: t.Dims, data: t.Value}
		}
		all, err := n.copyTensors()
		if err != nil {
			return err
		}
		var inside, outside []fileTensor
		for _, t := range all {
			if strings.HasPrefix(t.name, within) {
				inside = append(inside, t)
			} else {
				outside = append(outside, t)
			}
		}
		if err := matchTensors("preset", inside, from); err != nil {
			return err
		}
		if err := n.setNamed("preset", append(inside, outside...)); err != nil {
			return err
		}
	}
	return nil
}

func startsWithDigit(name string) bool { return name != "" && '0' <= name[0] && name[0] <= '9' }
