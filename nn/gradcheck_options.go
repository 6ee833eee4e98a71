package nn

import (
	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/fault"
)

// CheckOption changes one thing about a gradient check.
type CheckOption func(*checkConfig)

type checkConfig struct {
	rows     int
	seed     uint64
	elements int
	backend  blas.Backend
	err      error // of an option that was given nil
}

// CheckRows sets how many random samples CheckLayer uses; the default is 3.
func CheckRows(n int) CheckOption { return func(c *checkConfig) { c.rows = n } }

// CheckSeed sets the seed of all that is random in a check.
func CheckSeed(seed uint64) CheckOption { return func(c *checkConfig) { c.seed = seed } }

// CheckElements sets how many elements of each parameter are compared, chosen
// at random if it has more; the default is 200. Each takes four forward passes.
func CheckElements(n int) CheckOption { return func(c *checkConfig) { c.elements = n } }

// CheckBackend makes CheckLayer compute on b, not on the backend "auto". A nil is
// an error.
func CheckBackend(b blas.Backend) CheckOption {
	return func(c *checkConfig) {
		if c.backend = b; b == nil {
			c.err = fault.Nil("gradient check", "backend", "one that backends.Open has returned, or no CheckBackend")
		}
	}
}

func newCheckConfig(opts []CheckOption) (checkConfig, error) {
	c := checkConfig{rows: 3, elements: 200}
	if err := apply("gradient check", opts, &c); err != nil {
		return c, err
	}
	if c.err != nil {
		return c, c.err
	}
	if c.rows < 1 {
		return c, fault.Value("gradient check", "number of rows", float64(c.rows), "at least 1")
	}
	if c.elements < 1 {
		return c, fault.Value("gradient check", "number of elements", float64(c.elements), "at least 1")
	}
	return c, nil
}
