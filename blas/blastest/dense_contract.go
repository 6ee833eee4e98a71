package blastest

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/kernels"
)

// checkEmptyBatch passes no rows: nothing to predict, a gradient of zero.
func checkEmptyBatch(be blas.Backend, noBias bool) error {
	l := layer{in: 5, out: 7, maxBatch: 3, noBias: noBias, act: kernels.Tanh, previous: kernels.Tanh}
	plan, w, err := l.plan(be, rand.New(rand.NewPCG(15, 16)))
	if err != nil {
		return err
	}
	x, dz := blas.Matrix{Cols: 5}, blas.Matrix{Cols: 7}
	if err := errors.Join(plan.Forward(x, dz), plan.BackwardData(dz, x, blas.Slope{Of: kernels.Tanh, Kept: x}, false),
		plan.BackwardData(dz, x, blas.Slope{Kept: x, IsSlope: true}, true)); err != nil {
		return err
	}
	for i := range plan.Gradients() {
		plan.Gradients()[i] = float32(math.NaN())
	}
	for _, accumulate := range []bool{false, true} {
		if err := plan.BackwardWeights(x, dz, accumulate, nil); err != nil {
			return err
		}
		for i, g := range plan.Gradients() {
			if g != 0 {
				return fmt.Errorf("accumulate %v: gradient %d of no samples is %v, want 0", accumulate, i, g)
			}
		}
	}
	return l.checkSink(plan, w, x, dz)
}

// checkBadSpecs asks for plans that cannot be.
func checkBadSpecs(t *testing.T, be blas.Backend) {
	for _, tt := range []struct {
		name string
		spec blas.DenseSpec
	}{
		{"no inputs", blas.DenseSpec{In: 0, Out: 1, MaxBatch: 1}},
		{"negative outputs", blas.DenseSpec{In: 1, Out: -1, MaxBatch: 1}},
		{"no batch", blas.DenseSpec{In: 1, Out: 1, MaxBatch: 0}},
		{"too large", blas.DenseSpec{In: 1 << 20, Out: 1 << 20, MaxBatch: 1}},
		{"overflowing", blas.DenseSpec{In: 2, Out: math.MaxInt, MaxBatch: 1}},
	} {
		_, err := be.Dense(tt.spec)
		var shape *blas.ShapeError
		if !errors.As(err, &shape) {
			t.Errorf("%s: got %v, want a *blas.ShapeError", tt.name, err)
		}
	}
	for _, spec := range []blas.DenseSpec{
		{In: 1, Out: 1, MaxBatch: 1, Precision: "float33"},
		{In: 1, Out: 1, MaxBatch: 1, Activation: 200},
	} {
		_, err := be.Dense(spec)
		var unknown *names.UnknownError
		if !errors.As(err, &unknown) {
			t.Errorf("%+v: got %v, want a *names.UnknownError", spec, err)
		}
	}
}

// checkBadOperands makes calls that must be refused and write nothing.
func checkBadOperands(t *testing.T, be blas.Backend) {
	l := layer{in: 3, out: 4, maxBatch: 2, act: kernels.Tanh}
	plan, _, err := l.plan(be, rand.New(rand.NewPCG(17, 18)))
	if err != nil {
		t.Fatal(err)
	}
	mat := func(rows, cols int) blas.Matrix {
		return blas.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
	}
	short := func(rows, cols int) blas.Matrix {
		m := mat(rows, cols)
		m.Data = m.Data[:len(m.Data)-1]
		return m
	}
	flat := make([]float32, len(plan.Parameters()))
	bare, err := be.Dense(blas.DenseSpec{In: 3, Out: 4, MaxBatch: 2, NoBias: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		call func() error
	}{
		{"Forward: x too narrow", func() error { return plan.Forward(mat(2, 2), mat(2, 4)) }},
		{"Forward: y too wide", func() error { return plan.Forward(mat(2, 3), mat(2, 5)) }},
		{"Forward: rows differ", func() error { return plan.Forward(mat(2, 3), mat(1, 4)) }},
		{"Forward: x short", func() error { return plan.Forward(short(2, 3), mat(2, 4)) }},
		{"Forward: y short", func() error { return plan.Forward(mat(2, 3), short(2, 4)) }},
		{"Forward: negative rows", func() error { return plan.Forward(blas.Matrix{Rows: -1, Cols: 3}, blas.Matrix{Rows: -1, Cols: 4}) }},
		{"ForwardSlope: x too narrow", func() error { return plan.ForwardSlope(mat(2, 2), mat(2, 4), mat(2, 4), double) }},
		{"ForwardSlope: slope too narrow", func() error { return plan.ForwardSlope(mat(2, 3), mat(2, 4), mat(2, 3), double) }},
		{"ForwardSlope: rows of the slope differ", func() error { return plan.ForwardSlope(mat(2, 3), mat(2, 4), mat(1, 4), double) }},
		{"Predict: x too narrow", func() error { return plan.Predict(mat(2, 2), mat(2, 4)) }},
		{"Predict: y short", func() error { return plan.Predict(mat(2, 3), short(2, 4)) }},
		{"BackwardData: dz too narrow", func() error {
			return plan.BackwardData(mat(2, 3), mat(2, 3), blas.Slope{Of: kernels.Tanh, Kept: mat(2, 3)}, false)
		}},
		{"BackwardData: dx too wide", func() error {
			return plan.BackwardData(mat(2, 4), mat(2, 4), blas.Slope{Of: kernels.Tanh, Kept: mat(2, 3)}, false)
		}},
		{"BackwardData: rows of y differ", func() error {
			return plan.BackwardData(mat(2, 4), mat(2, 3), blas.Slope{Of: kernels.Tanh, Kept: mat(1, 3)}, false)
		}},
		{"BackwardData: y missing", func() error {
			return plan.BackwardData(mat(2, 4), mat(2, 3), blas.Slope{Of: kernels.ReLU, Kept: blas.Matrix{}}, false)
		}},
		{"BackwardData: dx short", func() error { return plan.BackwardData(mat(2, 4), short(2, 3), blas.Slope{}, false) }},
		{"BackwardData: rows of the slope differ", func() error {
			return plan.BackwardData(mat(2, 4), mat(2, 3), blas.Slope{Kept: mat(3, 3), IsSlope: true}, false)
		}},
		{"BackwardData: slope too wide", func() error {
			return plan.BackwardData(mat(2, 4), mat(2, 3), blas.Slope{Kept: mat(2, 4), IsSlope: true}, true)
		}},
		{"BackwardData: slope short", func() error {
			return plan.BackwardData(mat(2, 4), mat(2, 3), blas.Slope{Kept: short(2, 3), IsSlope: true}, true)
		}},
		{"BackwardData: slope missing", func() error { return plan.BackwardData(mat(2, 4), mat(2, 3), blas.Slope{IsSlope: true}, false) }},
		{"BackwardData: adding, dx short", func() error { return plan.BackwardData(mat(2, 4), short(2, 3), blas.Slope{}, true) }},
		{"BackwardData: batch too large", func() error { return plan.BackwardData(mat(3, 4), mat(3, 3), blas.Slope{}, false) }},
		{"BackwardWeights: x too wide", func() error { return plan.BackwardWeights(mat(2, 4), mat(2, 4), false, nil) }},
		{"BackwardWeights: rows differ", func() error { return plan.BackwardWeights(mat(2, 3), mat(1, 4), false, nil) }},
		{"BackwardWeights: dz short", func() error { return plan.BackwardWeights(mat(2, 3), short(2, 4), true, nil) }},
		{"BackwardWeights: batch too large", func() error { return plan.BackwardWeights(mat(3, 3), mat(3, 4), false, nil) }},
		{"Pack: flat too long", func() error { return plan.Pack(append(flat, 0), mat(3, 4), make([]float32, 4)) }},
		{"Pack: W transposed", func() error { return plan.Pack(flat, mat(4, 3), make([]float32, 4)) }},
		{"Pack: b too short", func() error { return plan.Pack(flat, mat(3, 4), make([]float32, 3)) }},
		{"Pack: b missing", func() error { return plan.Pack(flat, mat(3, 4), nil) }},
		{"Pack: b for a plan without", func() error { return bare.Pack(flat, mat(3, 4), make([]float32, 4)) }},
		{"Unpack: b missing", func() error { return plan.Unpack(flat, mat(3, 4), nil) }},
		{"Unpack: b for a plan without", func() error { return bare.Unpack(flat, mat(3, 4), make([]float32, 1)) }},
		{"SetWeights: b for a plan without", func() error { return blas.SetWeights(bare, mat(3, 4), make([]float32, 4)) }},
		{"Unpack: flat too short", func() error { return plan.Unpack(flat[1:], mat(3, 4), make([]float32, 4)) }},
		{"Unpack: W short", func() error { return plan.Unpack(flat, short(3, 4), make([]float32, 4)) }},
	} {
		err := tt.call()
		var shape *blas.ShapeError
		if !errors.As(err, &shape) {
			t.Errorf("%s: got %v, want a *blas.ShapeError", tt.name, err)
		}
	}

	err = plan.BackwardData(mat(2, 4), mat(2, 3), blas.Slope{Of: kernels.Heaviside, Kept: mat(2, 3)}, false)
	var none *blas.NoDerivativeError
	if !errors.As(err, &none) || none.Activation != kernels.Heaviside {
		t.Errorf("BackwardData through step: got %v, want a *blas.NoDerivativeError", err)
	}
	dx := mat(2, 3)
	for i := range dx.Data {
		dx.Data[i] = float32(i + 1)
	}
	dx0 := clone(dx)
	for _, slope := range []blas.Slope{{Of: kernels.Heaviside, Kept: mat(2, 3)}, {Of: kernels.Tanh, Kept: mat(2, 4)}, {Kept: mat(1, 3), IsSlope: true}} {
		for _, add := range []bool{false, true} {
			if err := plan.BackwardData(mat(2, 4), dx, slope, add); err == nil {
				t.Errorf("BackwardData takes slope %+v", slope)
			}
			report(t, unchanged("dx", dx, dx0))
		}
	}
	if err := plan.BackwardData(mat(2, 4), mat(2, 3), blas.Slope{Of: kernels.Heaviside, Kept: mat(2, 3), IsSlope: true}, false); err != nil {
		t.Errorf("BackwardData with a slope that a step's stage has kept: %v", err)
	}
	before := append([]float32(nil), plan.Parameters()...)
	if err := plan.BackwardWeights(mat(2, 3), mat(2, 4), true, newDescent(plan)); !errors.Is(err, blas.ErrSinkAccumulates) {
		t.Errorf("accumulating into a sink: got %v, want ErrSinkAccumulates", err)
	}
	report(t, sameBits(plan.Parameters(), before))
}

// checkConcurrentForward predicts on many goroutines at once, with batches
// smaller and larger than the plan's.
func checkConcurrentForward(t *testing.T, be blas.Backend, precision blas.Precision) {
	l := layer{in: 37, out: 41, maxBatch: 16, act: kernels.Sigmoid, slack: 1, atEnd: true, precision: precision}
	plan, w, err := l.plan(be, rand.New(rand.NewPCG(19, 20)))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			d, err := newDesk(2, 200*50)
			if err != nil {
				t.Error(err)
				return
			}
			defer d.free()
			rng := rand.New(rand.NewPCG(21, uint64(g)))
			for i := range 8 {
				x := d[0].matrix(1+(g+i)*7%53+i/7*140, l.in, 2, true)
				fill(x, uniform(rng))
				if err := l.checkForward(plan, w, x, d[1]); err != nil {
					t.Errorf("goroutine %d: %v", g, err)
				}
			}
		})
	}
	wg.Wait()
}

// idle is a sink that leaves everything as it is.
type idle struct{}

func (*idle) Update(int, int, []float32, []float32) {}

func (*idle) State() [][]float32 { return nil }

// checkAllocations counts what a step allocates, for a layer that is worth
// sharing among workers and one that is not.
func checkAllocations(t *testing.T, be blas.Backend) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for _, l := range []layer{
		{in: 13, out: 10, batch: 7, maxBatch: 8, act: kernels.ReLU, previous: kernels.Tanh},
		{in: 40, out: 70, batch: 17, maxBatch: 17, noBias: true, act: kernels.Sigmoid, previous: kernels.Identity},
		{in: 300, out: 260, batch: 128, maxBatch: 128, act: kernels.Tanh, previous: kernels.ReLU},
	} {
		rng := rand.New(rand.NewPCG(23, 24))
		plan, _, err := l.plan(be, rng)
		if err != nil {
			t.Fatal(err)
		}
		mat := func(rows, cols int) blas.Matrix {
			m := blas.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
			fill(m, uniform(rng))
			return m
		}
		x, y := mat(l.batch, l.in), mat(l.batch, l.out)
		dx, dz := mat(l.batch, l.in), mat(l.batch, l.out)
		sink := &idle{}
		for _, pass := range []struct {
			name string
			call func() error
		}{
			{"Forward", func() error { return plan.Forward(x, y) }},
			{"ForwardSlope", func() error { return plan.ForwardSlope(x, y, dz, double) }},
			{"BackwardData", func() error { return plan.BackwardData(dz, dx, blas.Slope{Of: l.previous, Kept: x}, false) }},
			{"BackwardData, adding, with a kept slope", func() error {
				return plan.BackwardData(dz, dx, blas.Slope{Kept: x, IsSlope: true}, true)
			}},
			{"BackwardWeights", func() error { return plan.BackwardWeights(x, dz, false, nil) }},
			{"BackwardWeights, accumulating", func() error { return plan.BackwardWeights(x, dz, true, nil) }},
			{"BackwardWeights into a sink", func() error { return plan.BackwardWeights(x, dz, false, sink) }},
			{"Refresh", func() error { plan.Refresh(); return nil }},
		} {
			allocs := testing.AllocsPerRun(3, func() {
				if err := pass.call(); err != nil {
					t.Fatal(err)
				}
			})
			if allocs != 0 {
				t.Errorf("%v: %s allocates %v times", l, pass.name, allocs)
			}
		}
	}
}

// double is f(z) = 2z.
func double(y, slope, z []float32) {
	for i, v := range z {
		y[i], slope[i] = 2*v, 2
	}
}
