package nn

import "github.com/neurona-ml/neurona/blas"

// Option changes one thing about a network.
type Option func(*config)

// config is what the options of New add up to.
type config struct {
	seed          uint64
	backend       blas.Backend
	maxBatch      int
	init          Initialiser
	inputGradient bool
	precision     blas.Precision
}

// defaultMaxBatch is the batch that a network is planned for unless it is told
// another. A larger batch is planned for when it comes.
const defaultMaxBatch = 64

// WithSeed sets the seed that everything random in the network follows from:
// initial weights, dropout, the order of samples in Fit. The default is 0.
// Same seed and options, same results, to the bit on one backend and ISA.
func WithSeed(seed uint64) Option { return func(c *config) { c.seed = seed } }

// WithBackend makes the network multiply on b, which the caller keeps and
// closes. Without it New opens the backend "auto" and Close closes it.
func WithBackend(b blas.Backend) Option { return func(c *config) { c.backend = b } }

// WithMaxBatch says how many rows the largest training batch has, so that
// memory is planned once. It is not a limit: a larger batch is planned for
// anew when it comes, at some cost. Prediction needs none of it.
func WithMaxBatch(rows int) Option { return func(c *config) { c.maxBatch = rows } }

// WithInit sets the initialiser of every Dense layer that has none of its own.
// The default is HeUniform for a layer with ReLU and GlorotUniform for others.
func WithInit(i Initialiser) Option { return func(c *config) { c.init = i } }

// WithInputGradient makes Backward compute the gradient at the network's
// input too, for InputGradient.
func WithInputGradient() Option { return func(c *config) { c.inputGradient = true } }

// WithPrecision sets how the products are computed; the default is
// blas.Float32.
func WithPrecision(p blas.Precision) Option { return func(c *config) { c.precision = p } }

func newConfig(opts []Option) (config, error) {
	c := config{maxBatch: defaultMaxBatch, precision: blas.Float32}
	for _, o := range opts {
		o(&c)
	}
	if c.maxBatch < 1 {
		return c, &HyperparameterError{"network", "largest batch", float64(c.maxBatch), "at least 1"}
	}
	p, err := blas.ParsePrecision(string(c.precision))
	c.precision = p
	return c, err
}
