package nn

import (
	"fmt"
	"slices"
	"sync"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Network is a feed-forward network: layers that work on what comes out of those before, a
// batch at a time.
//
// A network has one training pass under way at a time: Forward, Backward,
// Gradients, GradientTensors, SetWeights, SetTensors, CopyFrom, LoadInto and the steps of optimizers and
// trainers return ErrBusy if they meet on different goroutines, and so they may where one meets
// InputGradient, which waits. All other methods are safe from any number of goroutines at any time, during
// training too. Those that read weights, such as Predict, Weights and Save, wait
// while a step writes them, and always see those of a whole step.
type Network struct {
	*graph
	root            layer.Layer
	shape           tensor.Shape
	inputs, outputs int
	seed            uint64
	blocks          []*block
	stages          []*staged
	infers          bool  // magnitudes can be inferred: see inferredBound
	commits         bool  // there is a stage whose buffers follow from passes
	untrainable     error // why it cannot be trained, if it cannot

	backend       blas.Backend
	ownsBackend   bool
	inputGradient bool
	asked         blas.Precision
	precision     blas.Precision // how products are done
	why           string         // if that is not as asked
	maxBatch      int            // what the plans and the workspace can take

	// weights is held to read by whoever predicts, to write by whoever
	// changes parameters.
	weights sync.RWMutex
	// training is held for each call that belongs to a training pass, and
	// guards what follows.
	training sync.Mutex
	closed   bool // written with both locks held, so that either guards it
	work     *workspace
	passes   uint64 // training passes begun
	batch    int    // rows of the last Forward; 0 if Backward cannot follow
	gathered gathered
	// uncommitted is set from a pass's Backward until its stages have written their buffers, or it
	// is dropped.
	uncommitted bool
	version     uint64 // goes up whenever parameters change
	look        largestJob

	predictors predictors
}

// New makes a network of a layer, mostly a [layer.Stack], for rows of that shape, with
// initial weights. Errors about a layer are *LayerError. Between two layers, and before
// the first, there are at most 2^24 features, 2^20 on systems of 32 bits.
func New(shape tensor.Shape, l layer.Layer, opts ...Option) (*Network, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	return newNetwork(shape, l, c, nil)
}

// newNetwork is New. It calls look, unless nil, before memory for parameters is taken.
func newNetwork(shape tensor.Shape, l layer.Layer, c config, look func(g *graph) error) (n *Network, err error) {
	defer recovered(&err) // stages may be the user's
	if err := checkWidth("network", "number of inputs", shape.Size()); err != nil {
		return nil, err
	}
	owns := c.backend == nil
	if owns {
		if c.backend, err = backends.Open("auto", backends.Options{}); err != nil {
			return nil, fmt.Errorf("nn: %w", err)
		}
		defer func() { // after a panic, too
			if n == nil {
				c.backend.Close()
			}
		}()
	}
	var g *graph
	if err = c.resolvePrecision(); err == nil {
		g, err = build(shape, l, &c)
	}
	if err == nil {
		if most := mostRows(g); c.maxBatch > most {
			err = fault.Value("network", "largest batch", float64(c.maxBatch), fmt.Sprintf("at most %d rows, which take %d MiB in these layers", most, maxFloats>>18))
		}
	}
	if err == nil && look != nil {
		err = look(g)
	}
	if err == nil {
		err = g.realise(&c)
	}
	if err == nil {
		err = c.lookAtLayers(g.blocks())
	}
	if err != nil {
		return nil, err
	}
	g.want(c.inputGradient)
	made := &Network{
		graph:         g,
		root:          l,
		shape:         slices.Clone(shape),
		inputs:        shape.Size(),
		outputs:       g.values[g.output].size,
		seed:          c.seed,
		blocks:        g.blocks(),
		stages:        g.stages(),
		infers:        g.infers(),
		untrainable:   g.checkTrainable(),
		backend:       c.backend,
		ownsBackend:   owns,
		inputGradient: c.inputGradient,
		asked:         c.asked,
		precision:     c.precision,
		why:           c.why,
		maxBatch:      c.maxBatch,
	}
	made.commits = slices.ContainsFunc(made.stages, func(s *staged) bool { return s.committer != nil })
	made.look = newLargestJob(made.backend.Kernels())
	made.predictors.init(g, made.backend)
	if !c.blank {
		err = made.setPresets()
	}
	if g.presets = nil; err != nil {
		return nil, err
	}
	return made, nil
}

// Close frees what the network has opened: the backend, unless it came by
// Backend. It waits for passes and predictions under way; later ones
// return ErrClosed. A second Close does nothing.
func (n *Network) Close() error {
	if n == nil {
		return ErrNoNetwork
	}
	n.training.Lock()
	defer n.training.Unlock()
	n.weights.Lock()
	defer n.weights.Unlock()
	if n.closed {
		return nil
	}
	n.closed = true
	n.work = nil
	if n.ownsBackend {
		return n.backend.Close()
	}
	return nil
}

// Inputs is the number of features of a sample.
func (n *Network) Inputs() int { return n.inputs }

// Outputs is the number of outputs for a sample.
func (n *Network) Outputs() int { return n.outputs }

// Seed is what Seed set.
func (n *Network) Seed() uint64 { return n.seed }

// Backend is what the network multiplies on.
func (n *Network) Backend() blas.Backend { return n.backend }

// Precision says how the network's products are done: as AskedPrecision, or in
// blas.Float32 for the reason that why gives.
func (n *Network) Precision() (as blas.Precision, why string) { return n.precision, n.why }

// AskedPrecision is what Precision asked for, under its name in package
// blas.
func (n *Network) AskedPrecision() blas.Precision { return n.asked }

// describePrecision is Precision in words.
func describePrecision(as, asked blas.Precision, why string) string {
	if as == asked {
		return "precision " + string(as)
	}
	return fmt.Sprintf("precision %s: %s was asked for, but %s", as, asked, why)
}

// Layer returns what the network was made of.
func (n *Network) Layer() layer.Layer { return n.root }

// Layers returns the layers that the network was made of, in order: those of its stack, or
// the one that there is.
func (n *Network) Layers() []layer.Layer {
	if n.made() != nil {
		return nil
	}
	if c, ok := n.root.(layer.Container); ok {
		return slices.Clone(c.Layers())
	}
	return []layer.Layer{n.root}
}

// Shape is that of a sample.
func (n *Network) Shape() tensor.Shape { return slices.Clone(n.shape) }

// NumParameters is how many numbers training adjusts.
func (n *Network) NumParameters() int {
	total := 0
	if n.made() != nil {
		return 0
	}
	for _, node := range n.nodes {
		total += node.size()
	}
	return total
}

// intact reports tensors of any stage that are not of their length.
func (n *Network) intact() error {
	for _, s := range n.stages {
		if err := s.intact(); err != nil {
			return err
		}
	}
	return nil
}

// made reports a network that is nil, or a zero value.
func (n *Network) made() error {
	if n == nil || n.graph == nil {
		return ErrNoNetwork
	}
	return nil
}

// begin starts a call that belongs to a training pass; end ends it.
func (n *Network) begin() error {
	if err := n.made(); err != nil {
		return err
	}
	if !n.training.TryLock() {
		return ErrBusy
	}
	if n.closed {
		n.training.Unlock()
		return ErrClosed
	}
	return nil
}

func (n *Network) end() { n.training.Unlock() }

// ended, deferred with the address of a call's error, ends a call in which a loss, a rule
// or a schedule may panic: that is the call's error, and nothing is gathered.
func (n *Network) ended(err *error) {
	if v := recover(); v != nil {
		*err = parallel.Caught(v)
		n.dropGradients()
	}
	n.end()
}
