package nn_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/internal/argumenttest"
)

// needless is what the catalogue leaves out, and why.
var needless = map[string]string{
	"FromMat": "gonum's matrices are valid, or panic themselves",
	"ToMat":   "has no error to return: its comment says what it panics for",

	"Network.Inputs": "a field", "Network.Layer": "a field", "Network.Layers": "a field", "Network.Shape": "a field", "Network.Memory": "TestMemory", "Network.Outputs": "a field", "Network.Seed": "a field", "Network.Backend": "a field",
	"Network.Precision": "a field", "Network.AskedPrecision": "a field",
	"Trainer.Network": "a field", "Trainer.Optimizer": "a field", "Trainer.Loss": "a field", "Trainer.Position": "two fields",
	"LBFGS.Evaluations": "a field", "LBFGS.Iterations": "a field", "LBFGS.Converged": "a field",
	"Optimizer.Network": "a field", "Optimizer.Steps": "a field", "Optimizer.Rate": "a field", "Optimizer.Observer": "a field",
}

// TestCatalogueIsComplete reads the package: all that is exported and takes
// something is in the catalogue, or among what needs not be.
func TestCatalogueIsComplete(t *testing.T) {
	known := slices.Collect(maps.Keys(catalogue(t)))
	for name := range needless {
		known = append(known, name)
	}
	found, err := argumenttest.Exported(".")
	if err != nil {
		t.Fatal(err)
	}
	found = append(found, "Environment") // what layers of one's own do
	for _, name := range found {
		if !slices.Contains(known, name) {
			t.Errorf("%s is exported and not in the catalogue", name)
		}
	}
	for _, name := range known {
		if !slices.Contains(found, name) {
			t.Errorf("%s is in the catalogue and not in the package", name)
		}
	}
}
