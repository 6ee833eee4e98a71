package nntest

import (
	"fmt"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Option changes one thing about a check.
type Option func(*config)

type config struct {
	rows     int
	seed     uint64
	elements int
	backend  blas.Backend
	targets  func(rng *rand.Rand, rows int) (outputs int, t data.Target)
	shape    tensor.Shape
	layers   layer.Layer
	err      error // of an option that was given nil
}

// mostRows bounds a batch of random samples, so that a slip in a number is an error.
const mostRows = 1 << 16

// Rows sets how many random samples a check uses; the default is 3, and metrics get more.
func Rows(n int) Option { return func(c *config) { c.rows = n } }

// Seed sets the seed of all that is random in a check.
func Seed(seed uint64) Option { return func(c *config) { c.seed = seed } }

// Elements sets how many elements of each tensor are compared, chosen at random if it has
// more; the default is 200. Each takes four forward passes.
func Elements(n int) Option { return func(c *config) { c.elements = n } }

// Backend makes a check compute on b, not on the backend "auto". A nil is an error.
func Backend(b blas.Backend) Option {
	return func(c *config) {
		if c.backend = b; b == nil {
			c.err = fault.Nil("check", "backend", "one that backends.Open has returned, or no Backend")
		}
	}
}

// Targets sets what CheckLoss and CheckMetric compare with: so many rows of targets for so many
// outputs. Without it they try labels, zeros and ones, numbers from 0 to 1 and others. A nil is an
// error.
func Targets(draw func(rng *rand.Rand, rows int) (outputs int, t data.Target)) Option {
	return func(c *config) {
		if c.targets = draw; draw == nil {
			c.err = fault.Nil("check", "function that draws targets", "one, or no Targets")
		}
	}
}

// Layers makes CheckRule train a network of l for rows of that shape: one that has the names which a rule
// is about. A nil is an error.
func Layers(shape tensor.Shape, l layer.Layer) Option {
	return func(c *config) {
		if c.shape, c.layers = shape, l; l == nil {
			c.err = fault.Nil("check", "layer", "one such as layer.Stack, or no Layers")
		}
	}
}

// newConfig is what the options of a check add up to.
func newConfig(of string, opts []Option) (config, error) {
	c := config{rows: 3, elements: 200}
	for i, o := range opts {
		if o == nil {
			return c, fault.Option(of, i)
		}
		o(&c)
	}
	switch {
	case c.err != nil:
		return c, c.err
	case c.rows < 1 || c.rows > mostRows:
		return c, fault.Value(of, "number of rows", float64(c.rows), fmt.Sprintf("at least 1 and at most %d", mostRows))
	case c.elements < 1:
		return c, fault.Value(of, "number of elements", float64(c.elements), "at least 1")
	}
	return c, nil
}

// open returns the backend of a check, and what ends it.
func (c *config) open() (b blas.Backend, end func() error, err error) {
	if c.backend != nil {
		return c.backend, func() error { return nil }, nil
	}
	if b, err = backends.Open("auto", backends.Options{}); err != nil {
		return nil, nil, err
	}
	return b, b.Close, nil
}

// streamCheck is the stream of a seed that a check draws from.
const streamCheck = 1 << 33

// recovered, deferred with the address of a check's error, makes a panic in the part that
// error.
func recovered(err *error) {
	if v := recover(); v != nil {
		*err = parallel.Caught(v)
	}
}
