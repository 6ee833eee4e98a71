package native

import (
	"math/rand/v2"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// TestPredictRowByRow shows that a row's prediction has the same bits alone and among
// others, in whatever precision that holds, on every unit of this machine.
func TestPredictRowByRow(t *testing.T) {
	for _, unit := range kernels.PairUnits() {
		set, err := kernels.Select("", "")
		if err != nil {
			t.Fatal(err)
		}
		if u, _ := set.PairUnit(unit); u == nil {
			continue
		}
		b := openFor(t, Options{Unit: unit, Workers: 2})
		b.bf16.forced = false // sizes decide
		rng := rand.New(rand.NewPCG(91, 92))
		for _, p := range []blas.Precision{blas.Float32, blas.BF16, blas.BF16x3} {
			for _, shape := range [][2]int{{10, 70}, {64, 64}, {131, 77}, {300, 200}} {
				in, out := shape[0], shape[1]
				b.bf16.forced = true
				d, err := b.Dense(blas.DenseSpec{In: in, Out: out, MaxBatch: 1, Activation: kernels.ReLU, Precision: p})
				b.bf16.forced = false
				if err != nil {
					t.Fatal(err)
				}
				params := d.Parameters()
				for i := range params {
					params[i] = 2*rng.Float32() - 1
				}
				d.Refresh()
				const rows = 150
				x := blas.Matrix{Rows: rows, Cols: in, Stride: in, Data: make([]float32, rows*in)}
				for i := range x.Data {
					x.Data[i] = 2*rng.Float32() - 1
				}
				y := blas.Matrix{Rows: rows, Cols: out, Stride: out, Data: make([]float32, rows*out)}
				if err := d.Predict(x, y); err != nil {
					t.Fatal(err)
				}
				if want := p != blas.Float32 && in*out >= predictWeights; (d.(blas.Explainer).Explain(blas.PredictProduct, 1).Unit != nil) != want {
					t.Errorf("%s, %s, %v: one row is in bf16: %v", unit, p, shape, !want)
				}
				for lo := 0; lo < rows; {
					hi := min(lo+1+rng.IntN(9), rows)
					part := blas.Matrix{Rows: hi - lo, Cols: in, Stride: in, Data: x.Data[lo*in:]}
					z := blas.Matrix{Rows: hi - lo, Cols: out, Stride: out, Data: make([]float32, (hi-lo)*out)}
					if err := d.Predict(part, z); err != nil {
						t.Fatal(err)
					}
					for i, v := range z.Data {
						if want := y.Data[lo*out+i]; !sameNumber(v, want) {
							t.Fatalf("%s, %s, %v: rows %d to %d: element %d is %v, among others %v", unit, p, shape, lo, hi, i, v, want)
						}
					}
					lo = hi
				}
			}
		}
	}
}

// TestPredictPieces shows that few rows are float32 where pieces take more memory.
func TestPredictPieces(t *testing.T) {
	b := openFor(t, Options{Unit: kernels.UnitGeneric})
	for _, tt := range []struct {
		precision blas.Precision
		rows      int
		want      bool
	}{{blas.BF16, 1, true}, {blas.BF16x3, 1, true}, {blas.BF16x6, 1, false}, {blas.BF16x6, 128, true}} {
		b.bf16.forced = true
		d, err := b.Dense(blas.DenseSpec{In: 64, Out: 64, MaxBatch: 1, Precision: tt.precision})
		b.bf16.forced = false
		if err != nil {
			t.Fatal(err)
		}
		if got := d.(*bf16Plan).predictsInBF16(tt.rows); got != tt.want {
			t.Errorf("%d rows in %s: in pairs %v, want %v", tt.rows, tt.precision, got, tt.want)
		}
	}
}
