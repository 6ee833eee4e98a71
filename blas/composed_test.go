package blas_test

import (
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/gonumblas"
	"github.com/neurona-ml/neurona/kernels"
)

// The passes of a composed plan are tested with every backend that uses it, by
// the suite in blastest; here is what only its own layout promises.

func openGonum(t *testing.T) blas.Backend {
	t.Helper()
	be, err := gonumblas.Open(gonumblas.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { be.Close() })
	return be
}

func TestComposedLayoutIsFlat(t *testing.T) {
	plan, err := blas.NewComposed(openGonum(t), blas.DenseSpec{In: 2, Out: 3, MaxBatch: 1})
	if err != nil {
		t.Fatal(err)
	}
	w := blas.Matrix{Rows: 2, Cols: 3, Stride: 4, Data: []float32{1, 2, 3, -1, 4, 5, 6}}
	if err := blas.SetWeights(plan, w, []float32{7, 8, 9}); err != nil {
		t.Fatal(err)
	}
	if got, want := plan.Parameters(), []float32{1, 2, 3, 4, 5, 6, 7, 8, 9}; !slices.Equal(got, want) {
		t.Errorf("parameters %v, want %v", got, want)
	}
}

// sinkFunc is a sink made of a function.
type sinkFunc func(lo, weights int, params, grads []float32)

func (f sinkFunc) Update(lo, weights int, params, grads []float32) { f(lo, weights, params, grads) }

func (f sinkFunc) State() [][]float32 { return nil }

func TestComposedUpdatesAtOnce(t *testing.T) {
	plan, err := blas.NewComposed(openGonum(t), blas.DenseSpec{In: 2, Out: 1, MaxBatch: 2})
	if err != nil {
		t.Fatal(err)
	}
	x := blas.Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float32{1, 2, 3, 4}}
	dz := blas.Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float32{10, 100}}
	calls := 0
	err = plan.BackwardWeights(x, dz, false, sinkFunc(func(lo, weights int, params, grads []float32) {
		calls++
		// dW = xᵀ·dz, then db = 10 + 100.
		if want := []float32{310, 420, 110}; lo != 0 || weights != 2 || len(params) != 3 || !slices.Equal(grads, want) {
			t.Errorf("offset %d, %d parameters, %d of them weights, gradients %v; want 0, 3, 2, %v", lo, len(params), weights, grads, want)
		}
	}))
	if err != nil || calls != 1 {
		t.Errorf("%d calls, error %v; want one call", calls, err)
	}
}

func TestDenseErrorsNameOperationAndShapes(t *testing.T) {
	plan, err := blas.NewComposed(openGonum(t), blas.DenseSpec{In: 7, Out: 2, MaxBatch: 3})
	if err != nil {
		t.Fatal(err)
	}
	bare, err := blas.NewComposed(openGonum(t), blas.DenseSpec{In: 7, Out: 2, MaxBatch: 3, NoBias: true})
	if err != nil {
		t.Fatal(err)
	}
	mat := func(rows, cols int) blas.Matrix {
		return blas.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
	}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{plan.Forward(mat(3, 5), mat(3, 2)), "dense forward: x is 3×5, want 7 columns"},
		{plan.Forward(mat(3, 7), mat(4, 2)), "dense forward: y is 4×2, want 3×2"},
		{plan.BackwardData(mat(3, 2), mat(3, 8), blas.Slope{Of: kernels.Identity, Kept: mat(3, 7)}, false), "dense backward data: dx is 3×8, want 3×7"},
		{plan.BackwardData(mat(3, 2), mat(3, 7), blas.Slope{Of: kernels.Tanh, Kept: mat(2, 7)}, false), "dense backward data: the kept output is 2×7, want 3×7"},
		{plan.BackwardData(mat(3, 2), mat(3, 7), blas.Slope{Kept: mat(2, 7), IsSlope: true}, false), "dense backward data: slope is 2×7, want 3×7"},
		{plan.BackwardData(mat(3, 2), mat(3, 7), blas.Slope{Of: kernels.Heaviside, Kept: mat(3, 7)}, false), "dense backward data: the heaviside activation has no derivative to train through"},
		{plan.BackwardWeights(mat(4, 7), mat(4, 2), false, nil), "dense backward weights: a batch of 4 rows, want at most the plan's 3"},
		{plan.Pack(make([]float32, 3), mat(7, 2), nil), "dense pack: flat has 3 elements, want 16"},
		{plan.Unpack(make([]float32, 16), mat(7, 2), make([]float32, 7)), "dense unpack: b has 7 elements, want 2"},
		{bare.Pack(make([]float32, 16), mat(7, 2), make([]float32, 2)), "dense pack: b has 2 elements, want none for a plan without a bias"},
		{blas.DenseSpec{In: 0, Out: 1, MaxBatch: 2}.Validate(), "dense plan: in 0, out 1, batch 2: all must be at least 1"},
		{blas.DenseSpec{In: 1 << 14, Out: 1 << 14, MaxBatch: 2}.Validate(), "dense plan: 16384×16384 weights are more than the limit of 268435456"},
		{blas.DenseSpec{In: 1, Out: 1, MaxBatch: 2, Precision: "bf15"}.Validate(), `dense plan: unknown precision "bf15", did you mean "bf16"? (known: bf16x6, float32, bf16x3, bf16, highest, high, medium)`},
	} {
		if tt.err == nil || tt.err.Error() != tt.want {
			t.Errorf("got  %v\nwant %s", tt.err, tt.want)
		}
	}
}

func TestResolveWorkers(t *testing.T) {
	for _, tt := range []struct {
		n    int
		want string
	}{
		{0, ""}, {1, ""}, {blas.MaxWorkers, ""},
		{-2, "-2 workers, want 1 to 1024, or 0 for as many as GOMAXPROCS"},
		{blas.MaxWorkers + 1, "1025 workers, want 1 to 1024, or 0 for as many as GOMAXPROCS"},
	} {
		got, err := blas.ResolveWorkers(tt.n)
		switch {
		case tt.want == "" && (err != nil || got < 1 || tt.n > 0 && got != tt.n):
			t.Errorf("%d: got %d, %v", tt.n, got, err)
		case tt.want != "" && (err == nil || err.Error() != tt.want):
			t.Errorf("%d: got %v, want %s", tt.n, err, tt.want)
		}
	}
}

func TestParsePrecision(t *testing.T) {
	for name, want := range map[string]blas.Precision{
		"": blas.Float32, "float32": blas.Float32, "highest": blas.Float32,
		"high": blas.BF16x3, "medium": blas.BF16, "bf16": blas.BF16, "bf16x3": blas.BF16x3, "bf16x6": blas.BF16x6,
	} {
		if got, err := blas.ParsePrecision(name); got != want || err != nil {
			t.Errorf("%q: got %q, %v, want %q", name, got, err, want)
		}
	}
	if got, err := blas.ParsePrecision("float3"); err == nil {
		t.Errorf("float3: got %q", got)
	}
}
