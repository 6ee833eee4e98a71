package gonumblas_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/gonum"

	neurona "github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/gonumblas"
	"github.com/neurona-ml/neurona/blas/native"
)

// sgemm is a call of Sgemm.
type sgemm struct {
	tA, tB        blas.Transpose
	m, n, k       int
	alpha, beta   float32
	a, b, c       []float32
	lda, ldb, ldc int
}

// on makes the call on its own copy of C, and returns that and the panic.
func (s sgemm) on(impl blas.Float32) (c []float32, panicked any) {
	c = append([]float32(nil), s.c...)
	defer func() { panicked = recover() }()
	impl.Sgemm(s.tA, s.tB, s.m, s.n, s.k, s.alpha, s.a, s.lda, s.b, s.ldb, s.beta, c, s.ldc)
	return c, nil
}

func randomFloats(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = 2*rng.Float32() - 1
	}
	return x
}

func openDropIn(t *testing.T) gonumblas.Float32 {
	t.Helper()
	be, err := native.Open(native.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { be.Close() })
	return gonumblas.Float32{Backend: be}
}

func TestDropInMultiplies(t *testing.T) {
	dropIn := openDropIn(t)
	rng := rand.New(rand.NewPCG(1, 2))
	forms := []blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans}
	scales := []float32{0, 1, -0.5}
	for range 300 {
		s := sgemm{
			tA: forms[rng.IntN(3)], tB: forms[rng.IntN(3)],
			m: rng.IntN(70), n: rng.IntN(70), k: rng.IntN(70),
			alpha: scales[rng.IntN(3)], beta: scales[rng.IntN(3)],
		}
		s.lda, s.ldb, s.ldc = 71+rng.IntN(3), 71+rng.IntN(3), 71+rng.IntN(3)
		s.a, s.b, s.c = randomFloats(rng, 70*s.lda), randomFloats(rng, 70*s.ldb), randomFloats(rng, 70*s.ldc)
		want, _ := s.on(gonum.Implementation{})
		got, panicked := s.on(dropIn)
		if panicked != nil {
			t.Fatalf("panicked: %v", panicked)
		}
		// Each sum has k products of at most 1, computed twice with at most
		// k+2 roundings.
		bound := 2 * float64(s.k+2) * 0x1p-24 * float64(s.k+1)
		for i := range want {
			if diff := math.Abs(float64(got[i] - want[i])); !(diff <= bound) {
				t.Fatalf("%c%c %d×%d×%d: element %d is %v, want %v ± %v", s.tA, s.tB, s.m, s.n, s.k, i, got[i], want[i], bound)
			}
		}
	}
}

func TestDropInPanicsAsGonum(t *testing.T) {
	dropIn := openDropIn(t)
	good := sgemm{
		tA: blas.NoTrans, tB: blas.NoTrans, m: 2, n: 3, k: 4, alpha: 1,
		a: make([]float32, 8), lda: 4, b: make([]float32, 12), ldb: 3, c: make([]float32, 6), ldc: 3,
	}
	for name, spoil := range map[string]func(*sgemm){
		"transpose A": func(s *sgemm) { s.tA = 'X' },
		"transpose B": func(s *sgemm) { s.tB = 'X' },
		"m":           func(s *sgemm) { s.m = -1 },
		"n":           func(s *sgemm) { s.n = -1 },
		"k":           func(s *sgemm) { s.k = -1 },
		"lda":         func(s *sgemm) { s.lda = 3 },
		"ldb":         func(s *sgemm) { s.ldb = 2 },
		"ldc":         func(s *sgemm) { s.ldc = 2 },
		"short A":     func(s *sgemm) { s.a = s.a[:7] },
		"short B":     func(s *sgemm) { s.b = s.b[:11] },
		"short C":     func(s *sgemm) { s.c = s.c[:5] },
	} {
		t.Run(name, func(t *testing.T) {
			bad := good
			spoil(&bad)
			_, want := bad.on(gonum.Implementation{})
			_, got := bad.on(dropIn)
			if want == nil || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("panicked with %v, gonum with %v", got, want)
			}
		})
	}
}

// halfway is a backend whose products fail when half of C is written.
type halfway struct {
	neurona.Backend
	err error
}

func (h halfway) Gemm(_, _ blas.Transpose, _ float32, _, _ neurona.Matrix, _ float32, c neurona.Matrix) error {
	c.Data[0]++
	return h.err
}

// TestDropInPassesPanicsOn shows that a product that has panicked is not done once
// more by gonum, which would add to what is written already.
func TestDropInPassesPanicsOn(t *testing.T) {
	want := &neurona.PanicError{Value: "so"}
	s := sgemm{
		tA: blas.NoTrans, tB: blas.NoTrans, m: 1, n: 1, k: 1, alpha: 1, beta: 1,
		a: []float32{2}, lda: 1, b: []float32{3}, ldb: 1, c: []float32{4}, ldc: 1,
	}
	if c, got := s.on(gonumblas.Float32{Backend: halfway{err: want}}); got != want {
		t.Errorf("panicked with %v and C is %v, want a panic with %v", got, c, want)
	}
}

// ExampleFloat32 speeds up gonum's products, here on the best kernels of the
// machine.
func ExampleFloat32() {
	be, err := native.Open(native.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer be.Close()
	blas32.Use(gonumblas.Float32{Backend: be})
	defer blas32.Use(gonum.Implementation{})

	a := blas32.General{Rows: 2, Cols: 2, Stride: 2, Data: []float32{1, 2, 3, 4}}
	b := blas32.General{Rows: 2, Cols: 2, Stride: 2, Data: []float32{5, 6, 7, 8}}
	c := blas32.General{Rows: 2, Cols: 2, Stride: 2, Data: make([]float32, 4)}
	blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, a, b, 0, c)
	fmt.Println(c.Data)
	// Output: [19 22 43 50]
}
