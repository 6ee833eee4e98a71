package optim_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// square is a matrix of float64.
type square [][]float64

func newSquare(rows, cols int) square {
	m := make(square, rows)
	for i := range m {
		m[i] = make([]float64, cols)
	}
	return m
}

func (a square) times(b square) square {
	c := newSquare(len(a), len(b[0]))
	for i := range c {
		for j := range c[i] {
			for k := range b {
				c[i][j] += a[i][k] * b[k][j]
			}
		}
	}
	return c
}

func (a square) transposed() square {
	t := newSquare(len(a[0]), len(a))
	for i := range a {
		for j, v := range a[i] {
			t[j][i] = v
		}
	}
	return t
}

// naiveMuon takes a step on p [out][in] as the paper and PyTorch's documentation say.
func naiveMuon(p, grad, mean square, rate, momentum, decay float64, nesterov bool, iterations int, match bool) {
	out, in := len(p), len(p[0])
	u := newSquare(out, in)
	norm := 0.0
	for i := range p {
		for j, g := range grad[i] {
			mean[i][j] = momentum*mean[i][j] + (1-momentum)*g
			u[i][j] = mean[i][j]
			if nesterov {
				u[i][j] = (1-momentum)*g + momentum*mean[i][j]
			}
			norm += u[i][j] * u[i][j]
		}
	}
	if out > in {
		u = u.transposed()
	}
	for i := range u {
		for j := range u[i] {
			u[i][j] /= max(math.Sqrt(norm), 1e-7)
		}
	}
	for range iterations {
		a := u.times(u.transposed())
		aa := a.times(a)
		for i := range a {
			for j := range a {
				a[i][j] = -4.7750*a[i][j] + 2.0315*aa[i][j]
			}
		}
		next := a.times(u)
		for i := range u {
			for j := range u[i] {
				next[i][j] += 3.4445 * u[i][j]
			}
		}
		u = next
	}
	if out > in {
		u = u.transposed()
	}
	length := math.Sqrt(max(1, float64(out)/float64(in)))
	if match {
		length = 0.2 * math.Sqrt(float64(max(out, in)))
	}
	for i := range p {
		for j := range p[i] {
			p[i][j] = (1-rate*decay)*p[i][j] - rate*length*u[i][j]
		}
	}
}

// TestMuonAgainstFloat64 takes steps on matrices of many shapes, also while the momentum moves.
func TestMuonAgainstFloat64(t *testing.T) {
	type settings struct {
		rule       optim.Rule
		momentum   float64
		decay      float64
		nesterov   bool
		iterations int
		match      bool
		moved      []float64 // the momentum of each step, nil if it stays
	}
	for _, k := range kernels.Sets() {
		b, err := backends.Open("native", backends.Options{ISA: k.ISA})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		for _, c := range []settings{
			{optim.Muon(0.02), 0.95, 0, true, 5, false, nil},
			{optim.Muon(0.02, optim.Momentum(0.5), optim.Decay(0.3), optim.NoNesterov(), optim.Iterations(3), optim.MatchAdamW()), 0.5, 0.3, false, 3, true, nil},
			{optim.Muon(0.02), 0.95, 0, true, 5, false, []float64{0.95, 0.3, 0, 0.7}},
			{optim.EMA(optim.Muon(0.02, optim.NoNesterov()), 0.9), 0.95, 0, false, 5, false, []float64{0.8, 0.1, 0.99, 0.5}},
		} {
			for _, shape := range [][2]int{{1, 1}, {1, 7}, {7, 1}, {3, 5}, {17, 9}, {33, 65}, {40, 40}} {
				rows, cols := shape[0], shape[1]
				rng := rand.New(rand.NewPCG(1, uint64(rows*100+cols)))
				matrix := func() tensor.Matrix {
					return tensor.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
				}
				p, grad := matrix(), matrix()
				slots := [optim.MaxSlots]tensor.Matrix{matrix(), matrix()}
				want, mean, g := newSquare(rows, cols), newSquare(rows, cols), newSquare(rows, cols)
				for i := range p.Data {
					p.Data[i] = float32(rng.NormFloat64())
					want[i/cols][i%cols] = float64(p.Data[i])
				}
				s := c.rule.Stepper().(optim.Matrixwise)
				scratch := make([]float32, s.Scratch(rows, cols))
				for i := range scratch {
					scratch[i] = float32(math.NaN()) // anything may be in it
				}
				for step := 1; step <= 4; step++ {
					for i := range grad.Data {
						grad.Data[i] = float32(rng.NormFloat64()) / 100
						g[i/cols][i%cols] = float64(grad.Data[i])
					}
					momentum := c.momentum
					if c.moved != nil {
						momentum = c.moved[step-1]
						s.(optim.MomentumStepper).SetMomentum(momentum)
					}
					s.Begin(step, 0.02)
					if err := s.UpdateMatrix(p, grad, slots, scratch, b); err != nil {
						t.Fatal(err)
					}
					naiveMuon(want, g, mean, 0.02, momentum, c.decay, c.nesterov, c.iterations, c.match)
				}
				// An iteration makes small singular values 3.4 times as large, and what was
				// rounded in them too: 3.4^5 is 480. Sums have at most 65 terms.
				const tolerance = 4 * 0.02 * 4 * 480 * 65 * 0x1p-24
				for i, v := range p.Data {
					if diff := math.Abs(float64(v) - want[i/cols][i%cols]); !(diff <= tolerance) {
						t.Fatalf("%s, %s, %d×%d: element %d is %v, want %v, off by %v of %v", k.ISA, c.rule, rows, cols, i, v, want[i/cols][i%cols], diff, tolerance)
					}
				}
			}
		}
	}
}

// TestMuonOfNothing: a gradient of zeros, or one too small to have a square, moves nothing far.
func TestMuonOfNothing(t *testing.T) {
	b, err := backends.Open("native", backends.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for _, v := range []float32{0, 1e-45, 1e-30} {
		view := func(v float32) tensor.Matrix {
			return tensor.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{v, v, v, v}}
		}
		p, slots := view(1), [optim.MaxSlots]tensor.Matrix{view(0)}
		s := optim.Muon(0.02).Stepper().(optim.Matrixwise)
		s.Begin(1, 0.02)
		if err := s.UpdateMatrix(p, view(v), slots, make([]float32, s.Scratch(2, 2)), b); err != nil {
			t.Fatal(err)
		}
		for _, w := range p.Data {
			if !(w == 1) {
				t.Errorf("gradients of %v: parameters of %v, want 1", v, w)
			}
		}
	}
}
