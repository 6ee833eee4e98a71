package main

import (
	"fmt"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/kernels"
)

func (r *inProcess) product(p product, tm timing) (answer, error) {
	work, result, err := r.prepareProduct(p)
	if err != nil {
		return answer{}, err
	}
	if err := work(); err != nil { // warm up, and the result to be checked
		return answer{}, err
	}
	nanos, err := bestTime(work, tm)
	if err != nil {
		return answer{}, err
	}
	c, err := result()
	return answer{Nanos: nanos, Checksum: checksum(c)}, err
}

// prepareProduct returns the work and what fetches its result.
func (r *inProcess) prepareProduct(p product) (work func() error, result func() (blas.Matrix, error), err error) {
	precision, err := precision(p.Precision)
	if err != nil {
		return nil, nil, err
	}
	if p.Layout == "plan" {
		if r.backend.Name() != "native" {
			return nil, nil, &declined{"its plan is made of plain products"}
		}
		return r.preparePlan(p, precision)
	}
	if precision != blas.Float32 {
		return nil, nil, &declined{"plain products are float32"}
	}
	tA, tB := blas.NoTrans, blas.NoTrans
	a, b, c := plainMatrix(p.M, p.K), plainMatrix(p.K, p.N), plainMatrix(p.M, p.N)
	switch p.Form {
	case "nt":
		tB, b = blas.Trans, plainMatrix(p.N, p.K)
	case "tn":
		tA, a = blas.Trans, plainMatrix(p.K, p.M)
	}
	fill(a, streamA)
	fill(b, streamB)
	work = func() error { return r.backend.Gemm(tA, tB, 1, a, b, 0, c) }
	return work, func() (blas.Matrix, error) { return c, nil }, nil
}

// preparePlan makes a product of a Dense plan's pass: Forward for nn (bias
// included), BackwardData for nt, BackwardWeights for tn (gradient of the bias
// included). Activations are laid out as package nn lays them out.
func (r *inProcess) preparePlan(p product, precision blas.Precision) (work func() error, result func() (blas.Matrix, error), err error) {
	in, out, batch := p.K, p.N, p.M
	switch p.Form {
	case "nt":
		in, out = p.N, p.K
	case "tn":
		in, out, batch = p.M, p.N, p.K
	}
	plan, err := r.backend.Dense(blas.DenseSpec{In: in, Out: out, MaxBatch: batch, Activation: kernels.Identity, Precision: precision})
	if err != nil {
		return nil, nil, err
	}
	x, y := arenaMatrix(batch, in), arenaMatrix(batch, out)
	weights, bias := plainMatrix(in, out), make([]float32, out)
	switch p.Form {
	case "nn":
		fill(x, streamA)
		fill(weights, streamB)
		work = func() error { return plan.Forward(x, y) }
		result = func() (blas.Matrix, error) { return y, nil }
	case "nt":
		fill(y, streamA)
		fill(weights, streamB)
		work = func() error { return plan.BackwardData(y, x, kernels.Identity, blas.Matrix{}) }
		result = func() (blas.Matrix, error) { return x, nil }
	case "tn":
		fill(x, streamA)
		fill(y, streamB)
		work = func() error { return plan.BackwardWeights(x, y, false, nil) }
		result = func() (blas.Matrix, error) { return weights, plan.Unpack(plan.Gradients(), weights, bias) }
		return work, result, nil
	default:
		return nil, nil, fmt.Errorf("unknown form %q, want nn, nt or tn", p.Form)
	}
	return work, result, blas.SetWeights(plan, weights, bias)
}

// plainMatrix is a matrix as a stranger brings it.
func plainMatrix(rows, cols int) blas.Matrix {
	return blas.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
}

// arenaMatrix is a matrix as package nn keeps activations.
func arenaMatrix(rows, cols int) blas.Matrix {
	stride := arena.Stride(cols)
	return blas.Matrix{Rows: rows, Cols: cols, Stride: stride, Data: arena.Float32(rows * stride)}
}
