package blastest

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/blas"
)

// checkLarge checks products too large for a naive oracle: parts of k, copies and
// the division among workers all take part.
func checkLarge(t *testing.T, be blas.Backend) {
	products := []product{
		{tA: blas.NoTrans, tB: blas.NoTrans, m: 509, n: 641, k: 521, alpha: -1, beta: 1},
		{tA: blas.NoTrans, tB: blas.Trans, m: 263, n: 521, k: 397, alpha: 2, beta: 0, slackB: 3},
		{tA: blas.Trans, tB: blas.NoTrans, m: 521, n: 257, k: 401, alpha: 1, beta: 0, slackA: 2, slackC: 1},
		{tA: blas.Trans, tB: blas.Trans, m: 257, n: 269, k: 523, alpha: 1, beta: -1},
		{tA: blas.Trans, tB: blas.NoTrans, m: 17, n: 13, k: 4099, alpha: 1, beta: 1},
	}
	if testing.Short() || raceEnabled {
		products = products[1:]
	}
	size := 0
	for _, p := range products {
		size = max(size, p.size())
	}
	d, err := newDesk(3, size)
	if err != nil {
		t.Fatal(err)
	}
	defer d.free()
	rng := rand.New(rand.NewPCG(8, 9))
	for _, p := range products {
		report(t, p.checkProjection(be, d, rng))
		report(t, p.checkSamples(be, d, rng))
	}
}

// checkProjection is Freivalds' test, made exact: with small integers as
// elements every sum is an integer below 2²⁴ and therefore exact in float32 in
// whatever order it is taken, so that for any vector t
//
//	C·t = alpha·A·(B·t) + beta·C₀·t
//
// holds without error, at the cost of four products by a vector instead of one
// by a matrix. t is random in [0, 2²⁰): a wrong element of C goes unseen once
// in a million times. All sums stay below 2⁵³, exact in float64.
func (p product) checkProjection(be blas.Backend, d desk, rng *rand.Rand) error {
	a, b, c := p.operands(d, rng)
	integers := func(limit int) func() float32 {
		return func() float32 { return float32(rng.IntN(2*limit+1) - limit) }
	}
	fill(a, integers(8))
	fill(b, integers(8)) // |A·B| ≤ 64·k
	if p.beta != 0 {
		fill(c, integers(1000))
	}
	t := make([]float64, p.n)
	for j := range t {
		t[j] = float64(rng.IntN(1 << 20))
	}
	opA, opB := op(p.tA, a), op(p.tB, b)
	want := opA.times(p.m, p.k, opB.times(p.k, p.n, t))
	for i := range want {
		want[i] *= float64(p.alpha)
	}
	if p.beta != 0 {
		for i, x := range op(blas.NoTrans, c).times(p.m, p.n, t) {
			want[i] += float64(p.beta) * x
		}
	}
	a0, b0 := clone(a), clone(b)
	if err := be.Gemm(p.tA, p.tB, p.alpha, a, b, p.beta, c); err != nil {
		return fmt.Errorf("%v: %w", p, err)
	}
	for i, got := range op(blas.NoTrans, c).times(p.m, p.n, t) {
		if got != want[i] { // NaN differs too
			return fmt.Errorf("%v, integers: row %d of C·t is %v, want exactly %v", p, i, got, want[i])
		}
	}
	if err := errors.Join(unchanged("A", a, a0), unchanged("B", b, b0), slackUnchanged("C", c)); err != nil {
		return fmt.Errorf("%v: %w", p, err)
	}
	return nil
}

// times returns the m×n operand times x, in float64.
func (o operand) times(m, n int, x []float64) []float64 {
	y := make([]float64, m)
	for i := range y {
		for j := range n {
			y[i] += float64(o.data[i*o.row+j*o.col]) * x[j]
		}
	}
	return y
}

// checkSamples compares some elements of a product of real numbers with
// float64: precision, which integers do not show.
func (p product) checkSamples(be blas.Backend, d desk, rng *rand.Rand) error {
	a, b, c := p.operands(d, rng)
	c0 := clone(c)
	if err := be.Gemm(p.tA, p.tB, p.alpha, a, b, p.beta, c); err != nil {
		return fmt.Errorf("%v: %w", p, err)
	}
	opA, opB := op(p.tA, a), op(p.tB, b)
	for range 200 {
		i, j := rng.IntN(p.m), rng.IntN(p.n)
		var sum, abs float64
		for q := range p.k {
			ab := float64(p.alpha) * float64(opA.data[i*opA.row+q*opA.col]) * float64(opB.data[q*opB.row+j*opB.col])
			sum += ab
			abs += math.Abs(ab)
		}
		if p.beta != 0 {
			bc := float64(p.beta) * float64(at(c0, i, j))
			sum += bc
			abs += math.Abs(bc)
		}
		diff, bound := math.Abs(float64(at(c, i, j))-sum), gamma(p.k+3)*abs
		if !(diff <= bound) {
			return fmt.Errorf("%v: C (%d, %d) is %v, want %v: off by %.3g, bound %.3g", p, i, j, at(c, i, j), sum, diff, bound)
		}
	}
	return nil
}
