package nn

import (
	"fmt"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/layer"
)

// Option changes one thing about a network.
type Option func(*config)

// config is what the options of New add up to.
type config struct {
	seed          uint64
	backend       blas.Backend
	maxBatch      int
	init          initial.Initialiser
	inputGradient bool
	asked         blas.Precision
	strict        bool // whether another precision than asked is an error
	layers        catalog.Catalog[layer.Layer]
	blank         bool  // values are about to be loaded: none are drawn
	err           error // of an option that was given nil

	precision blas.Precision // what asked amounts to on the backend
	why       string         // if that is not the same
}

// defaultMaxBatch is the batch that a network is planned for unless it is told
// another. A larger batch is planned for when it comes.
const defaultMaxBatch = 64

// Seed sets the seed that everything random in the network follows from:
// initial weights, dropout, the order of samples in Fit. The default is 0.
// Same seed and options, same results, to the bit on one backend and ISA.
func Seed(seed uint64) Option { return func(c *config) { c.seed = seed } }

// Backend makes the network multiply on b, which the caller keeps and
// closes. Without it New opens the backend "auto" and Close closes it. A nil is
// an error.
func Backend(b blas.Backend) Option {
	return func(c *config) {
		if c.backend = b; b == nil {
			c.err = fault.Nil("network", "backend", "one that backends.Open has returned, or no Backend")
		}
	}
}

// MaxBatch says how many rows the largest training batch has, so that
// memory is planned once. It is not a limit: a larger batch is planned for
// anew when it comes, at some cost. Prediction needs none of it. What a batch
// takes in a network, a float32 for each output of each layer and another for its gradient,
// is limited to 16 GiB, 1 GiB on systems of 32 bits.
func MaxBatch(rows int) Option { return func(c *config) { c.maxBatch = rows } }

// Init sets the initialiser of every Dense layer that has none of its own.
// The default is [initial.LecunNormal], whatever function follows. A nil is an error.
func Init(i initial.Initialiser) Option {
	return func(c *config) {
		if c.init = i; i == nil {
			c.err = fault.Nil("network", "initialiser", "one such as initial.HeUniform(), or no Init")
		}
	}
}

// InputGradient makes Backward compute the gradient at the network's
// input too, for InputGradient.
func InputGradient() Option { return func(c *config) { c.inputGradient = true } }

// Precision sets how the products are computed; the default is
// blas.Float32. PyTorch's words are taken too (see blas.ParsePrecision).
//
//   - blas.BF16x6 is at least as accurate as float32,
//   - blas.Float32 multiplies float32 numbers,
//   - blas.BF16x3 keeps about 16 bits of each operand's mantissa,
//   - blas.BF16 rounds operands to bf16, which has 8 bits.
//
// Sums are float32 in all of them, and what is not a product is what it is in
// float32: weights, activations, losses, the optimizer's state, files.
//
// A backend that cannot multiply so, or only more slowly than in float32,
// multiplies in float32. Network.Precision says what came of it, and
// StrictPrecision makes that an error. Layers and training batches too small to gain
// are computed in float32 in every precision: on native layers of less than 16 inputs or
// outputs or less than 1024 weights, batches of less than 8 rows, and products of less
// than 2^19 multiply-adds.
//
// In predictions rows do not count: layers of at least 16 inputs and outputs and 4096
// weights are in bf16, so that on native the prediction for a sample is the same bits
// whatever comes with it. (bf16x6 multiplies few rows in float32, and bf16x3 and bf16x6
// batches with infinite numbers or NaN.) Weights are rounded when they are updated in
// batches that are in bf16, and else by the first prediction afterwards.
func Precision(p blas.Precision) Option { return func(c *config) { c.asked = p } }

// StrictPrecision makes New return a *PrecisionError where the backend
// does not multiply in the precision that Precision asks for.
func StrictPrecision() Option { return func(c *config) { c.strict = true } }

// LayerCatalog sets the catalogue by which Load reads what a file's network is made of, in
// place of Layers().
func LayerCatalog(c catalog.Catalog[layer.Layer]) Option { return func(o *config) { o.layers = c } }

func newConfig(opts []Option) (config, error) {
	c := config{maxBatch: defaultMaxBatch, asked: blas.Float32, layers: Layers()}
	if err := apply("network", opts, &c); err != nil {
		return c, err
	}
	if c.err != nil {
		return c, c.err
	}
	if c.maxBatch < 1 || c.maxBatch > maxFloats/arena.LineFloats { // New knows a closer bound
		return c, fault.Value("network", "largest batch", float64(c.maxBatch), fmt.Sprintf("at least 1 and at most %d", maxFloats/arena.LineFloats))
	}
	p, err := blas.ParsePrecision(string(c.asked))
	c.asked = p
	return c, err
}

// resolvePrecision finds out what the precision asked for amounts to on the
// backend.
func (c *config) resolvePrecision() error {
	c.precision, c.why = blas.Effective(c.backend, c.asked)
	return c.checkPrecision()
}

// lookAtLayers finds out whether any of the layers gains from the precision.
func (c *config) lookAtLayers(blocks []*block) error {
	if _, ok := c.backend.(blas.PairMultiplier); !ok || c.precision == blas.Float32 {
		return nil
	}
	for _, n := range blocks {
		// A batch so large that it is not what makes a layer small.
		if x, ok := n.plan.(blas.Explainer); ok && x.Explain(blas.ForwardProduct, 1<<20).Unit != nil {
			return nil
		}
	}
	c.precision, c.why = blas.Float32, "all layers are so small that float32 is faster"
	return c.checkPrecision()
}

// checkPrecision reports a precision that is not the one asked for, if that is
// to be an error.
func (c *config) checkPrecision() error {
	if c.strict && c.precision != c.asked {
		return fmt.Errorf("nn: %w", &PrecisionError{Asked: c.asked, Backend: c.backend.Name(), Why: c.why})
	}
	return nil
}
