package nn

import (
	"fmt"
	"slices"
	"sync"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/nn/fault"
)

// Network is a feed-forward network: layers that each work on the output of
// the one before, a batch at a time.
//
// A network has one training pass under way at a time: Forward, Backward,
// Gradients, SetWeights, LoadInto and the steps of optimizers and trainers return
// ErrBusy if they meet on different goroutines, and so they may where one meets
// InputGradient, which waits. All other methods are safe from any number of goroutines at any time, during
// training too. Those that read weights, such as Predict, Weights and Save, wait
// while a step writes them, and always see those of a whole step.
type Network struct {
	inputs, outputs int
	seed            uint64
	layers          []Layer
	nodes           []*node
	infers          bool  // all nodes have a gain: see inferredBound
	lowest          int   // the first node with parameters, below which no gradient is needed; len(nodes) if there is none
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
	pass     Pass
	passes   uint64 // training passes begun
	batch    int    // rows of the last Forward; 0 if Backward cannot follow
	gathered gathered
	version  uint64 // goes up whenever parameters change
	look     largestJob

	predictors predictors
}

// New makes a network of layers for rows of inputs features, with initial
// weights. Errors about a layer are *LayerError. Between two layers, and before
// the first, there are at most 2^24 features, 2^20 on systems of 32 bits.
func New(inputs int, layers []Layer, opts ...Option) (*Network, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	if err := checkWidth("network", "number of inputs", inputs); err != nil {
		return nil, err
	}
	if len(layers) == 0 {
		return nil, fault.Value("network", "number of layers", 0, "at least 1")
	}
	owns := c.backend == nil
	if owns {
		if c.backend, err = backends.Open("auto", backends.Options{}); err != nil {
			return nil, fmt.Errorf("nn: %w", err)
		}
	}
	var nodes []*node
	if err = c.resolvePrecision(); err == nil {
		nodes, err = compile(inputs, layers, &c)
	}
	if err == nil {
		err = c.lookAtLayers(nodes)
	}
	if err == nil {
		if most := mostRows(nodes, inputs); c.maxBatch > most {
			err = fault.Value("network", "largest batch", float64(c.maxBatch), fmt.Sprintf("at most %d rows, which take %d MiB in these layers", most, maxFloats>>18))
		}
	}
	if err != nil {
		if owns {
			c.backend.Close()
		}
		return nil, err
	}
	n := &Network{
		inputs:        inputs,
		outputs:       nodes[len(nodes)-1].out,
		seed:          c.seed,
		layers:        slices.Clone(layers),
		nodes:         nodes,
		infers:        !slices.ContainsFunc(nodes, func(n *node) bool { return n.gain == 0 }),
		lowest:        lowestTrained(nodes),
		untrainable:   checkTrainable(nodes),
		backend:       c.backend,
		ownsBackend:   owns,
		inputGradient: c.inputGradient,
		asked:         c.asked,
		precision:     c.precision,
		why:           c.why,
		maxBatch:      c.maxBatch,
	}
	n.look = newLargestJob(n.backend.Kernels())
	n.predictors.init(nodes)
	return n, nil
}

// Close frees what the network has opened: the backend, unless it came by
// WithBackend. It waits for passes and predictions under way; later ones
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

// Seed is what WithSeed set.
func (n *Network) Seed() uint64 { return n.seed }

// Backend is what the network multiplies on.
func (n *Network) Backend() blas.Backend { return n.backend }

// Precision says how the network's products are done: as AskedPrecision, or in
// blas.Float32 for the reason that why gives.
func (n *Network) Precision() (as blas.Precision, why string) { return n.precision, n.why }

// AskedPrecision is what WithPrecision asked for, under its name in package
// blas.
func (n *Network) AskedPrecision() blas.Precision { return n.asked }

// describePrecision is Precision in words.
func describePrecision(as, asked blas.Precision, why string) string {
	if as == asked {
		return "precision " + string(as)
	}
	return fmt.Sprintf("precision %s: %s was asked for, but %s", as, asked, why)
}

// Layers returns the list that the network was made of.
func (n *Network) Layers() []Layer { return slices.Clone(n.layers) }

// NumParameters is how many numbers training adjusts.
func (n *Network) NumParameters() int {
	total := 0
	for _, node := range n.nodes {
		total += node.size()
	}
	return total
}

// made reports a network that is nil, or a zero value.
func (n *Network) made() error {
	if n == nil || len(n.nodes) == 0 {
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
