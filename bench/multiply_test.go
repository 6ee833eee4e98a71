package bench

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/blas/blastest"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn"
)

// keeping fills as f does and keeps the matrix.
func keeping(f Fill, to *blas.Matrix) Fill {
	return func(m blas.Matrix) { f(m); *to = m }
}

// TestMultiplications compares with three loops in float64.
func TestMultiplications(t *testing.T) {
	be, err := backends.Open("native", backends.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer be.Close()
	for _, op := range Ops {
		for _, layout := range []Layout{Plain, Plan} {
			p := Product{op, 7, 13, 31}
			t.Run(fmt.Sprintf("%v/layout=%s", p, layout), func(t *testing.T) {
				random := RandomFill(rand.New(rand.NewPCG(1, 2)))
				var a, b blas.Matrix
				product, err := NewMultiplication(be, layout, blas.Float32, p, keeping(random, &a), keeping(random, &b))
				if err != nil {
					t.Fatal(err)
				}
				var c blas.Matrix
				for range 2 { // the second time must not add to the first
					if err := product.Do(); err != nil {
						t.Fatal(err)
					}
					if c, err = product.Result(); err != nil {
						t.Fatal(err)
					}
				}
				if c.Rows != p.M || c.Cols != p.N {
					t.Fatalf("C is %d×%d, want %d×%d", c.Rows, c.Cols, p.M, p.N)
				}
				for i := range p.M {
					for j := range p.N {
						var want, sum float64
						for k := range p.K {
							term := float64(element(a, op == TN, i, k)) * float64(element(b, op == NT, k, j))
							want += term
							sum += math.Abs(term)
						}
						// k roundings of a product and k of a sum, each at most
						// 2⁻²⁴ of the terms' absolute sum.
						if got := float64(c.Data[i*c.Stride+j]); !(math.Abs(got-want) <= 2*float64(p.K)*0x1p-24*sum) {
							t.Fatalf("C[%d][%d] = %v, want %v", i, j, got, want)
						}
					}
				}
			})
		}
	}
}

// element is op(m)[i][j].
func element(m blas.Matrix, transposed bool, i, j int) float32 {
	if transposed {
		i, j = j, i
	}
	return m.Data[i*m.Stride+j]
}

// TestPrecisions prepares products and steps where bf16 is to be had, and where
// it is not: gonum has it on no machine.
func TestPrecisions(t *testing.T) {
	gonum, err := backends.Open("gonum", backends.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer gonum.Close()
	const want = "bf16 would be float32: backend gonum multiplies in float32 only"
	if why := Lacks(gonum, blas.BF16); why != want {
		t.Errorf("gonum lacks bf16 because %q, want %q", why, want)
	}
	if why := Lacks(gonum, blas.Float32); why != "" {
		t.Errorf("gonum lacks float32 because %q", why)
	}
	none := func(blas.Matrix) {}
	p := Product{NN, 2, 3, 4}
	if _, err := NewMultiplication(gonum, Plan, blas.BF16, p, none, none); err == nil || err.Error() != "bench: "+want {
		t.Errorf("got %v, want %s", err, want)
	}
	all := &blastest.Claiming{Backend: gonum}
	if _, err := NewMultiplication(all, Plan, blas.BF16x3, p, none, none); err != nil {
		t.Fatal(err)
	}
	run, err := NewRun(all, TrainStep{[]int{3, 2}, 4, "relu", "identity", "mse", "sgd"}, 1, nn.Precision(blas.BF16))
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	if got := all.Plans; !slices.Equal(got, []blas.Precision{blas.BF16x3, blas.BF16}) {
		t.Errorf("plans of %v, want bf16x3 and bf16", got)
	}
}

func TestMultiplicationErrors(t *testing.T) {
	be, err := backends.Open("native", backends.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer be.Close()
	none := func(blas.Matrix) {}
	var unknown *names.UnknownError
	if _, err := NewMultiplication(be, Plain, blas.Float32, Product{"tt", 1, 1, 1}, none, none); !errors.As(err, &unknown) {
		t.Errorf("operation tt: got %v, want an *UnknownError", err)
	}
	if _, err := NewMultiplication(be, "plane", blas.Float32, Product{NN, 1, 1, 1}, none, none); !errors.As(err, &unknown) {
		t.Errorf("layout plane: got %v, want an *UnknownError", err)
	}
	if _, err := NewMultiplication(be, Plain, blas.BF16, Product{NN, 1, 1, 1}, none, none); err == nil {
		t.Error("a plain product in bf16 is no error")
	}
}
