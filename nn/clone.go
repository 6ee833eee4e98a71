package nn

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Clone returns a network of the same layers with copies of all tensors, buffers included, and
// of the same seed and precision, as far as opts do not say otherwise. It is on the same backend
// if that is the caller's, and else on one of its own. Close it when done. The two have nothing
// in common: training one leaves the other as it is.
func (n *Network) Clone(opts ...Option) (clone *Network, err error) {
	defer recovered(&err) // layers may be the user's
	if err := n.made(); err != nil {
		return nil, err
	}
	return n.derived(n.shape, n.root, opts, func(name string) (string, bool) { return name, true })
}

// Part returns a network of layers from to to-1, counted from 0 in the stack that n was made
// of, with copies of their tensors: the encoder of an autoencoder, or what a network knows
// without its last layer. Options, backend and Close are as Clone has them. A network that is no
// stack has no parts.
func (n *Network) Part(from, to int, opts ...Option) (part *Network, err error) {
	defer recovered(&err)
	if err := n.made(); err != nil {
		return nil, err
	}
	layers := n.Layers()
	if spec, err := catalog.Parse(n.root.String()); err != nil || spec.Name != layer.Stack().String() {
		return nil, fmt.Errorf("part of a network: it is a %s, want a stack of layers", spelling(n.root))
	}
	if !(0 <= from && from < to && to <= len(layers)) {
		return nil, fault.Value("part of a network", "first and last layer", float64(to), fmt.Sprintf("layers [%d, %d) among the %d that there are", from, to, len(layers)))
	}
	shape := n.shape
	if from > 0 {
		before, err := build(n.shape, layer.Stack(layers[:from]...), &config{backend: n.backend, seed: n.seed})
		if err != nil {
			return nil, err
		}
		shape = before.values[before.output].shape
	}
	return n.derived(shape, layer.Stack(layers[from:to]...), opts, func(name string) (string, bool) {
		place, rest, _ := strings.Cut(strings.TrimPrefix(name, tensorPrefix), ".")
		i, err := strconv.Atoi(place)
		return tensorName(strconv.Itoa(i-from), rest), err == nil && from <= i && i < to
	})
}

// derived is a network with n's tensors under the names that rename gives them, without those
// that it leaves out.
func (n *Network) derived(shape tensor.Shape, root layer.Layer, opts []Option, rename func(name string) (string, bool)) (*Network, error) {
	own := []Option{Seed(n.seed), Precision(n.asked), MaxBatch(n.maxBatch)}
	if !n.ownsBackend {
		own = append(own, Backend(n.backend))
	}
	c, err := newConfig(append(own, opts...))
	if err != nil {
		return nil, err
	}
	all, err := n.copyTensors()
	if err != nil {
		return nil, err
	}
	var wanted []fileTensor
	for _, t := range all {
		if name, ok := rename(t.name); ok {
			t.name = name
			wanted = append(wanted, t)
		}
	}
	c.blank = true
	made, err := newNetwork(shape, root, c, nil)
	if err != nil {
		return nil, err
	}
	if err = made.apart(n); err == nil {
		err = made.setNamed("copy", wanted)
	}
	if err != nil {
		made.Close()
		return nil, err
	}
	return made, nil
}

// apart reports a tensor of a user's layer whose memory another network has, too, since Build hands out the same again.
func (n *Network) apart(other *Network) error {
	theirs := map[*float32]bool{}
	for _, s := range other.stages {
		for _, t := range s.all {
			if len(t.Value) > 0 {
				theirs[&t.Value[0]] = true
			}
		}
	}
	for _, s := range n.stages {
		for _, t := range s.all {
			if len(t.Value) > 0 && theirs[&t.Value[0]] {
				return s.wrap(fmt.Errorf("another network of the same layers has the same %s: want a Build that makes its own", t.Name))
			}
		}
	}
	return nil
}

// Average returns a network whose tensors are the means of those of networks of the same
// layers, buffers included, summed in float64: what networks trained from one start on the same
// task, or at different times, have in common (Izmailov et al., "Averaging weights leads to wider
// optima", 2018; Wortsman et al., "Model soups", 2022). Options of the first count, as in
// Clone. The mean of what several networks answer, which needs no common start, is Answers.
func Average(nets ...*Network) (mean *Network, err error) {
	if len(nets) == 0 {
		return nil, fault.Value("average", "number of networks", 0, "at least 1")
	}
	for i, n := range nets {
		if err := n.made(); err != nil {
			return nil, fmt.Errorf("average: network %d: %w", i, err)
		}
	}
	sums, err := nets[0].copyTensors()
	if err != nil {
		return nil, err
	}
	totals := make([][]float64, len(sums))
	for i, n := range nets {
		list, err := n.copyTensors()
		if err != nil {
			return nil, fmt.Errorf("average: network %d: %w", i, err)
		}
		same := slices.Clone(sums)
		if err := matchTensors("average", same, list); err != nil {
			return nil, fmt.Errorf("network %d: %w", i, err)
		}
		for j, t := range same {
			if totals[j] == nil {
				totals[j] = make([]float64, len(t.data))
			}
			for k, v := range t.data {
				totals[j][k] += float64(v)
			}
		}
	}
	for j := range sums {
		for k, v := range totals[j] {
			if v /= float64(len(nets)); math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, &TensorError{"average", sums[j].name, fmt.Sprintf("a mean of %v", v), "finite numbers"}
			} else {
				sums[j].data[k] = float32(v)
			}
		}
	}
	if mean, err = nets[0].Clone(); err != nil {
		return nil, err
	}
	if err := mean.setNamed("average", sums); err != nil {
		mean.Close()
		return nil, err
	}
	return mean, nil
}
