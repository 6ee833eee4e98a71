package nn

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// catalogLosses is every loss that there is, as it is and as its example has it.
func catalogLosses(t testing.TB) []loss.Loss {
	t.Helper()
	var list []loss.Loss
	for _, p := range loss.Catalog().Parts() {
		spellings := []string{cmp.Or(p.Example, p.Name)}
		if !slices.ContainsFunc(p.Params, func(p catalog.Param) bool { return p.Default == "" && !p.Optional }) && p.Example != "" {
			spellings = append(spellings, p.Name)
		}
		for _, spelling := range spellings {
			l, err := loss.Catalog().Parse(spelling)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, l)
		}
	}
	return list
}

// outputsOf is a number of outputs that a loss takes, three if it can be, and of how many
// columns of values its targets are then; 0 if they are labels.
func outputsOf(t testing.TB, l loss.Loss) (outputs, targets int) {
	t.Helper()
	for _, outputs := range []int{3, 4, 2, 1, 5, 6} {
		if l.Check(data.Labels([]int{0}), 1, outputs) == nil {
			return outputs, 0
		}
		for targets := range outputs {
			for _, fill := range []float32{0, 1 / float32(targets+1)} {
				if l.Check(data.Values(testMatrix(1, targets+1, func(_, _ int) float32 { return fill })), 1, outputs) == nil {
					return outputs, targets + 1
				}
			}
		}
	}
	t.Fatalf("%s takes no outputs", l)
	return 0, 0
}

// targetOf draws targets of rows: zeros and ones, or, if these do not suit the loss, distributions.
func targetOf(t testing.TB, rng *rand.Rand, l loss.Loss, rows int) data.Target {
	t.Helper()
	outputs, targets := outputsOf(t, l)
	if targets > 0 {
		bits := data.Values(testMatrix(rows, targets, func(_, _ int) float32 { return float32(rng.IntN(2)) }))
		if l.Check(bits, rows, outputs) == nil {
			return bits
		}
		parts := testMatrix(rows, targets, func(_, _ int) float32 { return 0.1 / float32(targets) })
		for i := range rows {
			rowOf(parts, i)[rng.IntN(targets)] += 0.9
		}
		return data.Values(parts)
	}
	labels := make([]int, rows)
	for i := range labels {
		labels[i] = rng.IntN(outputs)
	}
	return data.Labels(labels)
}

// lossNet is chainNet with the outputs that a loss takes.
func lossNet(t testing.TB, b blas.Backend, l loss.Loss) *Network {
	t.Helper()
	outputs, _ := outputsOf(t, l)
	net, err := New(tensor.Shape{6}, layer.Stack(layer.Dense(9), activation.Tanh(), layer.Dense(5), activation.ReLU(), layer.Dense(outputs)), Backend(b), Seed(3))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	return net
}

// lossData is samples for lossNet.
func lossData(t testing.TB, l loss.Loss, rows int) (tensor.Matrix, data.Target) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	x := testMatrix(rows, 6, func(_, _ int) float32 { return float32(rng.NormFloat64()) })
	return x, targetOf(t, rng, l, rows)
}

// isChained says which losses are chains', by their spellings.
func isChained(l loss.Loss) bool {
	return slices.Contains([]string{"mse", "binary_cross_entropy", "cross_entropy"}, l.String())
}

// inChain reports whether chains know the function of that name.
func inChain(name string) bool {
	f, err := kernels.ParseActivation(name)
	return err == nil && f.InChain()
}
