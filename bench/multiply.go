package bench

import (
	"fmt"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/kernels"
)

// Layout says where a product's operands live.
type Layout string

// The layouts of the suite.
const (
	Plain Layout = "plain" // row-major operands, as a stranger brings them
	Plan  Layout = "plan"  // weights in a Dense plan's own layout
)

// Fill writes the elements of an operand.
type Fill func(m blas.Matrix)

// RandomFill draws the elements from [-1, 1).
func RandomFill(rng *rand.Rand) Fill {
	return func(m blas.Matrix) {
		for i := range m.Rows {
			for j := range m.Cols {
				m.Data[i*m.Stride+j] = 2*rng.Float32() - 1
			}
		}
	}
}

// Multiplication is a product ready to be done again and again.
type Multiplication struct {
	Do     func() error                // does it once
	Result func() (blas.Matrix, error) // C of the last time, [m][n]
}

// NewMultiplication prepares p on a backend, with operands A and B, as they are
// stored, written by fillA and fillB. Plain products are always float32; a
// precision that the backend [Lacks] is an error.
func NewMultiplication(be blas.Backend, layout Layout, precision blas.Precision, p Product, fillA, fillB Fill) (*Multiplication, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	switch {
	case layout == Plan:
		if why := Lacks(be, precision); why != "" {
			return nil, fmt.Errorf("bench: %s", why)
		}
		return planProduct(be, precision, p, fillA, fillB)
	case layout != Plain:
		return nil, names.Unknown("layout", string(layout), []string{string(Plain), string(Plan)})
	case precision != blas.Float32:
		return nil, fmt.Errorf("bench: plain product in %s, want %s", precision, blas.Float32)
	}
	return plainProduct(be, p, fillA, fillB), nil
}

// check reports an operation that is none of Ops.
func (p Product) check() error {
	var known []string
	for _, op := range Ops {
		if p.Op == op {
			return nil
		}
		known = append(known, string(op))
	}
	return names.Unknown("product", string(p.Op), known)
}

func plainProduct(be blas.Backend, p Product, fillA, fillB Fill) *Multiplication {
	tA, tB := blas.Transpose(blas.NoTrans), blas.Transpose(blas.NoTrans)
	a, b, c := plainMatrix(p.M, p.K), plainMatrix(p.K, p.N), plainMatrix(p.M, p.N)
	switch p.Op {
	case NT:
		tB, b = blas.Trans, plainMatrix(p.N, p.K)
	case TN:
		tA, a = blas.Trans, plainMatrix(p.K, p.M)
	}
	fillA(a)
	fillB(b)
	return &Multiplication{
		Do:     func() error { return be.Gemm(tA, tB, 1, a, b, 0, c) },
		Result: func() (blas.Matrix, error) { return c, nil },
	}
}

// planProduct makes a product of a Dense plan: Predict for NN (bias included), which
// takes weights as they are, as rivals do, BackwardData for NT, BackwardWeights for TN
// (gradient of the bias included). Activations lie as networks keep them.
func planProduct(be blas.Backend, precision blas.Precision, p Product, fillA, fillB Fill) (*Multiplication, error) {
	batch, in, out := p.M, p.K, p.N
	switch p.Op {
	case NT:
		in, out = p.N, p.K
	case TN:
		batch, in = p.K, p.M
	}
	plan, err := be.Dense(blas.DenseSpec{In: in, Out: out, MaxBatch: batch, Activation: kernels.Identity, Precision: precision})
	if err != nil {
		return nil, err
	}
	x, y := activations(batch, in), activations(batch, out)
	weights, bias := plainMatrix(in, out), make([]float32, out)
	if p.Op == TN {
		fillA(x)
		fillB(y)
		return &Multiplication{
			Do:     func() error { return plan.BackwardWeights(x, y, false, nil) },
			Result: func() (blas.Matrix, error) { return weights, plan.Unpack(plan.Gradients(), weights, bias) },
		}, nil
	}
	product := &Multiplication{
		Do:     func() error { return plan.Predict(x, y) },
		Result: func() (blas.Matrix, error) { return y, nil },
	}
	a := x
	if p.Op == NT {
		a = y
		product.Do = func() error { return plan.BackwardData(y, x, blas.Slope{}, false) }
		product.Result = func() (blas.Matrix, error) { return x, nil }
	}
	fillA(a)
	fillB(weights)
	return product, blas.SetWeights(plan, weights, bias)
}

// plainMatrix is a rows×cols matrix of zeros as a stranger brings it.
func plainMatrix(rows, cols int) blas.Matrix {
	return blas.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
}

// activations is a rows×cols matrix of zeros as networks keep them.
func activations(rows, cols int) blas.Matrix {
	stride := arena.Stride(cols)
	return blas.Matrix{Rows: rows, Cols: cols, Stride: stride, Data: arena.Float32(rows * stride)}
}

// Random returns a rows×cols matrix of random numbers in [-1, 1), at the
// leading dimension that networks use.
func Random(rng *rand.Rand, rows, cols int) blas.Matrix {
	m := activations(rows, cols)
	RandomFill(rng)(m)
	return m
}
