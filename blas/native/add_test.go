package native

import (
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// TestAddIsOneChain shows that a sum that is added to dx starts there: it has the bits of the
// forward product of a layer with the transposed weights, whose biases are dx's rows; and
// that a slope multiplies it afterwards.
func TestAddIsOneChain(t *testing.T) {
	check := func(isa, unit string, p blas.Precision) {
		for _, workers := range []int{1, 3} {
			b := openFor(t, Options{Workers: workers, ISA: isa, Unit: unit})
			for _, shape := range [][3]int{{3, 5, 4}, {70, 37, 1}, {150, 33, 60}, {40, 1100, 20}} {
				in, out, batch := shape[0], shape[1], shape[2]
				dz, w, first, slope := random(batch, out), random(in, out), random(1, in), random(batch+1, in)
				slope.Rows = batch
				d := planFor(t, b, blas.DenseSpec{In: in, Out: out, MaxBatch: batch, Precision: p}, w, make([]float32, out))
				other := planFor(t, b, blas.DenseSpec{In: out, Out: in, MaxBatch: batch, Precision: p}, transposeOf(w), first.Data)
				dx, want := zeros(batch, in), zeros(batch, in)
				for i := range batch {
					copy(dx.Data[i*in:], first.Data)
				}
				if err := d.BackwardData(dz, dx, blas.Slope{Kept: slope, IsSlope: true}, true); err != nil {
					t.Fatal(err)
				}
				if err := other.Forward(dz, want); err != nil {
					t.Fatal(err)
				}
				for i, y := range want.Data {
					if y *= slope.Data[i]; !sameNumber(dx.Data[i], y) {
						t.Fatalf("%s %s %s, %d workers, %d×%d, batch %d: element %d is %v, want %v", isa, unit, p, workers, in, out, batch, i, dx.Data[i], y)
					}
				}
			}
		}
	}
	for _, set := range kernels.Sets() {
		check(set.ISA, "", blas.Float32)
	}
	for _, unit := range kernels.PairUnits() {
		if kernels.MissingUnit(unit) == "" {
			for _, p := range []blas.Precision{blas.BF16, blas.BF16x3, blas.BF16x6} {
				check("", unit, p)
			}
		}
	}
}

// planFor returns a plan with these weights.
func planFor(t *testing.T, b *Backend, spec blas.DenseSpec, w blas.Matrix, bias []float32) blas.Dense {
	t.Helper()
	d, err := b.Dense(spec)
	if err == nil {
		err = blas.SetWeights(d, w, bias)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func transposeOf(m blas.Matrix) blas.Matrix {
	x := zeros(m.Cols, m.Rows)
	for i := range m.Rows {
		for j := range m.Cols {
			x.Data[j*x.Stride+i] = m.Data[i*m.Stride+j]
		}
	}
	return x
}

func zeros(rows, cols int) blas.Matrix {
	return blas.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
}
