package bench

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn"
)

// Layout says where a product's operands live.
type Layout string

// The layouts of the suite.
const (
	Plain Layout = "plain" // row-major operands, as a stranger brings them
	Plan  Layout = "plan"  // weights in a Dense plan's own layout
)

// Random returns a rows×cols matrix of random numbers in [-1, 1), at the
// leading dimension that networks use.
func Random(rng *rand.Rand, rows, cols int) blas.Matrix {
	stride := arena.Stride(cols)
	return blas.Matrix{Rows: rows, Cols: cols, Stride: stride, Data: RandomFloats(rng, rows*stride)}
}

// randomPlain is Random without slack between rows.
func randomPlain(rng *rand.Rand, rows, cols int) blas.Matrix {
	return blas.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: RandomFloats(rng, rows*cols)}
}

// NewProduct prepares p on a backend and returns the function that does it
// once.
func NewProduct(be blas.Backend, layout Layout, p Product) (func() error, error) {
	rng := rand.New(rand.NewPCG(uint64(p.M), uint64(p.N)))
	if layout == Plain {
		return plainProduct(be, p, rng), nil
	}
	return planProduct(be, p, rng)
}

func plainProduct(be blas.Backend, p Product, rng *rand.Rand) func() error {
	a, b, c := randomPlain(rng, p.M, p.K), randomPlain(rng, p.K, p.N), randomPlain(rng, p.M, p.N)
	tA, tB := blas.Transpose(blas.NoTrans), blas.Transpose(blas.NoTrans)
	if p.Op == TN {
		a, tA = randomPlain(rng, p.K, p.M), blas.Trans
	}
	if p.Op == NT {
		b, tB = randomPlain(rng, p.N, p.K), blas.Trans
	}
	return func() error { return be.Gemm(tA, tB, 1, a, b, 0, c) }
}

func planProduct(be blas.Backend, p Product, rng *rand.Rand) (func() error, error) {
	batch, in, out := p.M, p.K, p.N
	switch p.Op {
	case NT:
		in, out = p.N, p.K
	case TN:
		batch, in = p.K, p.M
	}
	plan, err := be.Dense(blas.DenseSpec{In: in, Out: out, MaxBatch: batch, Activation: kernels.Identity})
	if err != nil {
		return nil, err
	}
	if err := blas.SetWeights(plan, randomPlain(rng, in, out), make([]float32, out)); err != nil {
		return nil, err
	}
	x, z := Random(rng, batch, in), Random(rng, batch, out)
	switch p.Op {
	case NT:
		return func() error { return plan.BackwardData(z, x, kernels.Identity, blas.Matrix{}) }, nil
	case TN:
		return func() error { return plan.BackwardWeights(x, z, false, nil) }, nil
	default:
		return func() error { return plan.Forward(x, z) }, nil
	}
}

// Run is a training step ready to be taken again and again on one batch.
type Run struct {
	Trainer *nn.Trainer
	X       nn.Matrix
	Target  nn.Target
}

// Rates are the learning rates of the suite's optimizers: small, so that any
// number of steps on one batch stays finite.
var Rates = map[string]float64{"sgd": 1e-3, "adam": 1e-4}

// NewRun prepares s on a backend: weights as PyTorch's Linear draws them, a
// random batch in [-1, 1), random labels, or targets that are 0 or 1. The seed
// fixes all of them. Close the run's network when done.
func NewRun(be blas.Backend, s TrainStep, seed uint64) (*Run, error) {
	hidden, err := nn.ActivationLayer(s.Activation)
	if err != nil {
		return nil, err
	}
	output, err := nn.ActivationLayer(s.Output)
	if err != nil {
		return nil, err
	}
	var layers []nn.Layer
	last := len(s.Sizes) - 1
	for l := 1; l <= last; l++ {
		layers = append(layers, nn.Dense(s.Sizes[l]))
		if l < last {
			layers = append(layers, hidden)
		} else if s.Output != "identity" {
			layers = append(layers, output)
		}
	}
	net, err := nn.New(s.Sizes[0], layers, nn.WithBackend(be), nn.WithSeed(seed), nn.WithInit(nn.TorchLinear()), nn.WithMaxBatch(s.Batch))
	if err != nil {
		return nil, err
	}
	loss, rule, err := s.objective()
	if err != nil {
		return nil, errors.Join(err, net.Close())
	}
	trainer, err := nn.NewTrainer(net, loss, rule)
	if err != nil {
		return nil, errors.Join(err, net.Close())
	}
	rng := rand.New(rand.NewPCG(seed, 2))
	return &Run{Trainer: trainer, X: Random(rng, s.Batch, s.Sizes[0]), Target: s.target(rng)}, nil
}

func (s TrainStep) objective() (nn.Loss, nn.Rule, error) {
	rule, err := nn.ParseRule(s.Optimizer, Rates[s.Optimizer])
	if err != nil {
		return nil, nil, err
	}
	switch s.Loss {
	case "mse":
		return nn.MSE(), rule, nil
	case "bce":
		return nn.BinaryCrossEntropyWithLogits(), rule, nil
	case "ce":
		return nn.SoftmaxCrossEntropy(), rule, nil
	}
	return nil, nil, fmt.Errorf("bench: no loss is called %q", s.Loss)
}

// target draws what the step's batch should have given.
func (s TrainStep) target(rng *rand.Rand) nn.Target {
	outputs := s.Sizes[len(s.Sizes)-1]
	if s.Loss == "ce" {
		labels := make([]int, s.Batch)
		for i := range labels {
			labels[i] = rng.IntN(outputs)
		}
		return nn.Labels(labels)
	}
	values := randomPlain(rng, s.Batch, outputs)
	for i, v := range values.Data {
		values.Data[i] = 0
		if v > 0 {
			values.Data[i] = 1
		}
	}
	return nn.Values(values)
}

// Step takes one training step and returns the loss before it.
func (r *Run) Step() (float64, error) { return r.Trainer.Step(r.X, r.Target) }

// Close frees the run's network; the backend stays open.
func (r *Run) Close() error { return r.Trainer.Network().Close() }
