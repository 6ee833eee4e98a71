package blastest

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// The bounds here are those of Higham, Accuracy and Stability of Numerical
// Algorithms, 2nd ed., chapter 3: a sum of n rounded products, computed in any
// order, with or without fused multiply-add, differs from the exact one by at
// most γₙ·Σ|aᵢ||bᵢ|, where γₙ = n·u/(1-n·u) and u is half an ulp of 1. They are
// bounds, not estimates: nothing correct exceeds them.

// unit is u for float32.
const unit = 1.0 / (1 << 24)

// gamma is γₙ.
func gamma(n int) float64 { return float64(n) * unit / (1 - float64(n)*unit) }

// underflow bounds what n products lose by being denormal: half of the
// smallest denormal each.
func underflow(n int) float64 { return float64(n) * math.SmallestNonzeroFloat32 }

// expected is a matrix of results in float64 with a bound of the error that
// each may have.
type expected struct {
	rows, cols   int
	value, bound []float64
}

func newExpected(rows, cols int) expected {
	return expected{rows, cols, make([]float64, rows*cols), make([]float64, rows*cols)}
}

// check reports the first element of got that is out of bounds. NaN is right
// only where NaN is expected, an infinity only where that infinity is.
func (e expected) check(name string, got blas.Matrix) error {
	for i := range e.rows {
		for j := range e.cols {
			x, want, bound := float64(at(got, i, j)), e.value[i*e.cols+j], e.bound[i*e.cols+j]
			if math.IsNaN(want) && math.IsNaN(x) || math.IsInf(want, 0) && x == want {
				continue
			}
			if diff := math.Abs(x - want); !(diff <= bound) {
				return fmt.Errorf("%s (%d, %d) of %d×%d is %v, want %v: off by %.3g, bound %.3g", name, i, j, e.rows, e.cols, x, want, diff, bound)
			}
		}
	}
	return nil
}

// checkSlice is check for results that are a vector.
func (e expected) checkSlice(name string, got []float32) error {
	return e.check(name, blas.Matrix{Rows: e.rows, Cols: e.cols, Stride: e.cols, Data: got})
}

// operand gives element (i, j) of op(X) its place in X's data.
type operand struct {
	data     []float32
	row, col int // steps in data for i and j
}

func op(t blas.Transpose, m blas.Matrix) operand {
	if t == blas.NoTrans {
		return operand{m.Data, m.Stride, 1}
	}
	return operand{m.Data, 1, m.Stride}
}

// rounding is what a precision loses: the relative error of a product of two
// operands, and how many products it adds up for each.
type rounding struct {
	relative float64
	terms    int
}

// roundings follow from pieces of 8 bits: a number rounded to one is off by
// 2⁻⁸ of it at most, to two by 2⁻¹⁶ and to three by 2⁻²⁴. The products of pieces
// that bf16x3 and bf16x6 leave out are as small: 2⁻¹⁶, and two of 2⁻²⁴. The
// hundredth is for products of these errors.
var roundings = map[blas.Precision]rounding{
	"":           {0, 1},
	blas.Float32: {0, 1},
	blas.BF16:    {2.01 * 0x1p-8, 1},
	blas.BF16x3:  {3.01 * 0x1p-16, 3},
	blas.BF16x6:  {4.01 * 0x1p-24, 6},
}

// smallest is what a unit of bf16 may take for zero.
const smallest = 0x1p-126

// gemm is alpha·a·b + beta·c in float32.
func gemm(m, n, k int, alpha float32, a, b operand, beta float32, c blas.Matrix) expected {
	return gemmIn(blas.Float32, m, n, k, alpha, a, b, beta, c)
}

// gemmIn is alpha·a·b + beta·c. Its bound counts k products, k-1 sums, two
// scalings and a last sum; for others than float32 each of the terms' products, one
// for each half of a pair, and denormal pieces that count as zero.
func gemmIn(precision blas.Precision, m, n, k int, alpha float32, a, b operand, beta float32, c blas.Matrix) expected {
	e := newExpected(m, n)
	r := roundings[precision]
	sums, lost := k+3, underflow(k+3)
	if r.relative > 0 {
		sums, lost = r.terms*(k+1)+3, float64(4*r.terms*k)*smallest
	}
	for i := range m {
		for j := range n {
			var sum, abs float64
			if alpha != 0 {
				for p := range k {
					ab := float64(a.data[i*a.row+p*a.col]) * float64(b.data[p*b.row+j*b.col])
					sum += ab
					abs += math.Abs(ab)
				}
				sum *= float64(alpha)
				abs *= math.Abs(float64(alpha))
			}
			if beta != 0 {
				bc := float64(beta) * float64(at(c, i, j))
				sum += bc
				abs += math.Abs(bc)
			}
			e.value[i*n+j] = sum
			e.bound[i*n+j] = (r.relative+(1+r.relative)*gamma(sums))*abs + lost
			if alpha == 0 || k == 0 {
				// Exactly beta·c, correctly rounded.
				e.value[i*n+j] = float64(float32(sum))
				e.bound[i*n+j] = 0
			}
		}
	}
	return e
}

// activate applies f to e. Every activation but Step changes by at most what
// its argument changes by; its kernel adds at most 2.6 ulp, less than 8·unit of
// the result. Around 0 both results of Step are right.
func (e expected) activate(act kernels.Activation) {
	for i, z := range e.value {
		y := function(act, z)
		e.value[i] = y
		if act == kernels.Heaviside {
			if math.Abs(z) <= e.bound[i] {
				e.value[i], e.bound[i] = 0.5, 0.5
			} else {
				e.bound[i] = 0
			}
			continue
		}
		e.bound[i] += 8*unit*math.Abs(y) + underflow(1)
	}
}

// derive multiplies e with f' at y. f' is computed from y in float32 with an
// absolute error of at most 2·unit, and is at most 1; the multiplication rounds
// once more.
func (e expected) derive(act kernels.Activation, y blas.Matrix) {
	if act == kernels.Identity {
		return
	}
	for i := range e.rows {
		for j := range e.cols {
			d := derivative(act, float64(at(y, i, j)))
			v, bound := &e.value[i*e.cols+j], &e.bound[i*e.cols+j]
			*bound = *bound*(d+4*unit) + 4*unit*math.Abs(*v) + underflow(2)
			*v *= d
			if d == 0 {
				*bound = 0
			}
		}
	}
}

// function is f(z).
func function(act kernels.Activation, z float64) float64 {
	switch act {
	case kernels.Heaviside:
		if z > 0 {
			return 1
		}
		return 0
	case kernels.Sigmoid:
		return 1 / (1 + math.Exp(-z))
	case kernels.Tanh:
		return math.Tanh(z)
	case kernels.ReLU:
		return math.Max(0, z)
	default:
		return z
	}
}

// derivative is f'(z) as a function of y = f(z).
func derivative(act kernels.Activation, y float64) float64 {
	switch act {
	case kernels.Sigmoid:
		return y * (1 - y)
	case kernels.Tanh:
		return 1 - y*y
	case kernels.ReLU:
		if y > 0 {
			return 1
		}
		return 0
	default:
		return 1
	}
}
