package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/spf13/cobra"
)

// shape is the flags that say what the network between the data and its outputs is.
type shape struct {
	hiddenText string
	hidden     []int // hiddenText, parsed
	activation string
	norm       string // empty: none
	residual   bool
	dropout    float64
	init       string // empty: by the layer
}

func (s *shape) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.hiddenText, "hidden", "", `neurons of the hidden layers, such as 512,512, or "none" (default: by data)`)
	f.StringVar(&s.activation, "activation", "", "of the hidden layers: "+strings.Join(hiddenActivations().Names(), ", ")+` (default: by data), or with arguments, such as "leaky_relu(slope=0.1)"`)
	f.StringVar(&s.norm, "norm", "", "normalise what goes into the activations: "+strings.Join(norms().Names(), ", "))
	f.BoolVar(&s.residual, "residual", false, "add to what a hidden layer gives what goes into it, where both are as wide")
	f.Float64Var(&s.dropout, "dropout", 0, "probability to drop an output of a hidden layer while training")
	f.StringVar(&s.init, "init", "", "draws the first weights: "+strings.Join(initial.Catalog().Names(), ", ")+" (default: lecun_normal)")
	completeBy(cmd, "activation", hiddenActivations().Complete)
	completeBy(cmd, "norm", norms().Complete)
	completeBy(cmd, "init", initial.Catalog().Complete)
}

// norms are the layers that --norm takes.
func norms() catalog.Catalog[layer.Layer] {
	all := layer.Catalog()
	for _, name := range all.Names() {
		if !strings.HasSuffix(name, "_norm") {
			all = all.Without(name)
		}
	}
	return all
}

// check reports parts that there are not, and flags that contradict each other.
func (s *shape) check() error {
	if _, err := s.parse(); err != nil {
		return err
	}
	if s.init != "" {
		if _, err := initial.Catalog().Parse(s.init); err != nil {
			return flagError("init", err)
		}
	}
	for flag, given := range map[string]bool{"dropout": s.dropout > 0, "norm": s.norm != "", "residual": s.residual} {
		if given && len(s.hidden) == 0 {
			return &usageError{fmt.Errorf("--%s needs a hidden layer", flag)}
		}
	}
	if strings.HasPrefix(s.norm, "layer_norm") && slices.Contains(s.hidden, 1) {
		return badFlag("norm", s.norm, fmt.Sprintf("none with a hidden layer of 1 neuron, as in --hidden %s: less its own mean, it says the same of all rows", widths(s.hidden)))
	}
	if s.residual && !slices.ContainsFunc(s.blocks(), func(residual bool) bool { return residual }) {
		return badFlag("residual", "true", fmt.Sprintf("a hidden layer that is as wide as the one before it, which none of --hidden %v is", s.hidden))
	}
	return nil
}

// blocks says of each hidden layer whether it is a residual block.
func (s *shape) blocks() []bool {
	list := make([]bool, len(s.hidden))
	for i := 1; i < len(list); i++ {
		list[i] = s.residual && s.hidden[i] == s.hidden[i-1]
	}
	return list
}

// hiddenParts are what is around the neurons of a hidden layer.
type hiddenParts struct {
	norm, activation, dropout []layer.Layer // one, or none
	bare                      bool          // the neurons have no bias
}

// parse makes the parts of a hidden layer.
func (s *shape) parse() (p hiddenParts, err error) {
	act, err := activation.Catalog().Parse(s.activation)
	if err != nil {
		return p, flagError("activation", err)
	}
	if !trainable(act) && len(s.hidden) > 0 {
		return p, flagError("activation", nn.ErrUntrainable)
	}
	p.activation = []layer.Layer{act}
	if s.norm != "" {
		norm, err := norms().Parse(s.norm)
		if err != nil {
			return p, flagError("norm", err)
		}
		p.norm = []layer.Layer{norm}
		p.bare = s.normalisesBatches() // which takes a bias away again
	}
	if !(s.dropout >= 0 && s.dropout < 1) {
		return p, badFlag("dropout", s.dropout, "a probability, at least 0 and below 1")
	}
	if s.dropout > 0 {
		p.dropout = []layer.Layer{layer.Dropout(s.dropout)}
	}
	return p, nil
}

// layers are those of the network that the flags ask for.
func (s *shape) layers(outputs int) ([]layer.Layer, error) {
	var layers []layer.Layer
	for i, residual := range s.blocks() {
		p, err := s.parse()
		if err != nil {
			return nil, err
		}
		var opts []layer.DenseOption
		if p.bare {
			opts = append(opts, layer.NoBias())
		}
		hidden := slices.Concat([]layer.Layer{layer.Dense(s.hidden[i], opts...)}, p.norm, p.activation, p.dropout)
		if residual {
			hidden = []layer.Layer{layer.Residual(hidden...)}
		}
		layers = append(layers, hidden...)
	}
	return append(layers, layer.Dense(outputs)), nil
}

// initialiser is that of --init; nil without.
func (s *shape) initialiser() (initial.Initialiser, error) {
	if s.init == "" {
		return nil, nil
	}
	return initial.Catalog().Parse(s.init)
}

// hiddenActivations are the functions that --activation takes: those that can be trained
// through.
func hiddenActivations() catalog.Catalog[layer.Layer] {
	all := activation.Catalog()
	for _, p := range all.Parts() {
		if l, err := all.Parse(cmp.Or(p.Example, p.Name)); err == nil && !trainable(l) {
			all = all.Without(p.Name)
		}
	}
	return all
}

// trainable reports whether a function has a derivative to train through.
func trainable(l layer.Layer) bool {
	f, ok := l.(interface{ Trainable() bool })
	return !ok || f.Trainable()
}

// widths is the inverse of parseHidden.
func widths(hidden []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(hidden), "[]"), " ", ",")
}

// parseHidden reads the widths of the hidden layers.
func parseHidden(text string) ([]int, error) {
	if text == "none" {
		return nil, nil
	}
	var widths []int
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 {
			return nil, badFlag("hidden", fmt.Sprintf("%q", text), `numbers of neurons, such as 512 or 512,256, or "none"`)
		}
		widths = append(widths, n)
	}
	return widths, nil
}
