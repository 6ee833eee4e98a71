package blas

import "github.com/neurona-ml/neurona/kernels"

// Which is one of the products of a Dense plan.
type Which string

// The products of a Dense plan: those of a training step in their order, and that of
// Predict.
const (
	ForwardProduct Which = "forward"
	DataProduct    Which = "backward data"
	WeightsProduct Which = "backward weights"
	PredictProduct Which = "prediction"
)

// How says how a plan does one of its products for a batch.
type How struct {
	Path    string // what is done, in a few words
	Kernel  string // the code that multiplies: "avx512 14×32"
	Why     string // what led to path and workers
	Workers int    // how many may take part
	// Unit is what multiplies bf16, nil in float32, and Terms how many products of pieces
	// a product is the sum of.
	Unit  *kernels.Pairs
	Terms int
	Nanos float64 // what it is expected to take, as the choice of workers expects; 0 if nothing depends on that
}

// Explainer is a plan that can say how it works.
type Explainer interface {
	// Explain says how product w is done for a batch of rows. The answer depends
	// on shapes and options only.
	Explain(w Which, batch int) How
}

// Explain implements Explainer.
func (d *composed) Explain(w Which, _ int) How {
	h := How{
		Path:    "Gemm, then sweeps",
		Kernel:  d.backend.Library(),
		Why:     "the backend offers a plain product; bias, activation and derivative are sweeps of their own",
		Workers: d.backend.Workers(),
	}
	if w == WeightsProduct {
		h.Why = "the backend offers a plain product; the bias's gradient is a sweep of its own"
	}
	return h
}
