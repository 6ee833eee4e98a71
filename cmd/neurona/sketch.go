package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
	"github.com/spf13/cobra"
)

// sketch is a network to explain, by its widths.
type sketch struct {
	net        string // "784-512-10"; empty for none
	batch      int
	activation string
}

func (s *sketch) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.net, "net", "", "explain a network of these widths, inputs first: 784-512-10")
	f.IntVar(&s.batch, "batch", 64, "rows of its batch")
	f.StringVar(&s.activation, "activation", "relu", "activation of its hidden layers: "+strings.Join(hiddenActivations().Names(), ", "))
	completeBy(cmd, "activation", hiddenActivations().Complete)
}

// largestSketch is the most rows that a network is explained for: activations of a
// batch have to be held in memory.
const largestSketch = 1 << 17

// checkFlags reports flags that mean nothing without --net, and an activation that does
// not exist, whether or not the network has a layer for it.
func (s *sketch) checkFlags(cmd *cobra.Command) error {
	for _, name := range []string{"batch", "activation"} {
		if s.net == "" && cmd.Flags().Changed(name) {
			return &usageError{fmt.Errorf("--%s is of a network: --net is missing", name)}
		}
	}
	_, err := activation.Catalog().Parse(s.activation)
	return blameUsage(err)
}

// explain measures the network on a backend; it is nil if none is asked for.
func (s *sketch) explain(b blas.Backend, precision blas.Precision) (*nn.Explanation, error) {
	if s.net == "" {
		return nil, nil
	}
	widths, err := s.widths()
	if err != nil {
		return nil, err
	}
	if s.batch < 1 || s.batch > largestSketch {
		return nil, badFlag("batch", s.batch, fmt.Sprintf("1 to %d", largestSketch))
	}
	var layers []layer.Layer
	for i, width := range widths[1:] {
		layers = append(layers, layer.Dense(width))
		if i < len(widths)-2 {
			act, err := activation.Catalog().Parse(s.activation)
			if err != nil {
				return nil, blameUsage(err)
			}
			layers = append(layers, act)
		}
	}
	net, err := nn.New(tensor.Shape{widths[0]}, layer.Stack(layers...), nn.Backend(b), nn.MaxBatch(s.batch), nn.Precision(precision))
	if err != nil {
		return nil, flagError("net", err)
	}
	defer net.Close()
	return net.Explain(s.batch)
}

// widths reads the widths of --net.
func (s *sketch) widths() ([]int, error) {
	var widths []int
	for part := range strings.SplitSeq(s.net, "-") {
		width, err := strconv.Atoi(part)
		if err != nil || width < 1 {
			return nil, badFlag("net", s.net, "widths of at least 1, joined by -, as in 784-512-10")
		}
		widths = append(widths, width)
	}
	if len(widths) < 2 {
		return nil, badFlag("net", s.net, "inputs and at least one layer, as in 784-512-10")
	}
	return widths, nil
}
