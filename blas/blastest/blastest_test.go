package blastest

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// cuts are sizes at which the flawed backends might cut products.
var cuts = Options{Depths: []int{256}, Heights: []int{128}}

// naive is a backend that is right by being simple: float64 sums, one
// goroutine. A flaw, if it has one, spoils what it does.
type naive struct {
	set  *kernels.Set
	flaw flaw
}

// flaw is something that a backend may do wrong.
type flaw string

func (naive) Name() string            { return "naive" }
func (naive) Library() string         { return "naive" }
func (naive) Workers() int            { return 1 }
func (n naive) Kernels() *kernels.Set { return n.set }
func (naive) Close() error            { return nil }

func (n naive) Run(job blas.Job, tasks int) (err error) {
	defer func() {
		if v := recover(); v != nil && n.flaw != "hides panics" {
			err = &blas.PanicError{Value: v}
		}
	}()
	for i := range tasks {
		job.Task(i, 0)
	}
	return nil
}

func (n naive) Gemm(tA, tB blas.Transpose, alpha float32, a, b blas.Matrix, beta float32, c blas.Matrix) error {
	rows, cols, k, err := blas.GemmShape(tA, tB, a, b, c)
	if err != nil {
		if n.flaw == "touches C before it checks" {
			clear(c.Data)
		}
		return err
	}
	if n.flaw == "takes 'C' for 'N'" && tB == 'C' && b.Rows == b.Cols {
		tB = blas.NoTrans
	}
	opA, opB := op(tA, a), op(tB, b)
	for i := range rows {
		for j := range cols {
			n.element(i, j, k, alpha, opA, opB, beta, c)
		}
	}
	switch {
	case n.flaw == "writes into slack" && cols > 0 && rows > 1 && c.Stride > cols:
		c.Data[cols] = 0
	case n.flaw == "scales A in place" && alpha != 1:
		n.set.Scale(alpha, a.Data[:min(1, len(a.Data))])
	case n.flaw == "packs B in place" && len(b.Data) > 1:
		b.Data[0], b.Data[1] = b.Data[1], b.Data[0]
	}
	return nil
}

// element computes C[i][j].
func (n naive) element(i, j, k int, alpha float32, a, b operand, beta float32, c blas.Matrix) {
	var sum float64
	if alpha != 0 || n.flaw == "reads A and B when alpha is 0" {
		for p := range k {
			x, y := float64(a.data[i*a.row+p*a.col]), float64(b.data[p*b.row+j*b.col])
			switch n.flaw {
			case "skips zeros":
				if x == 0 {
					continue
				}
			case "loses the last of many":
				if p == 256 {
					continue
				}
			case "rounds operands to bf16":
				x, y = bf16(x), bf16(y)
			}
			sum += x * y
		}
		sum *= float64(alpha)
	}
	z := &c.Data[i*c.Stride+j]
	if beta != 0 || n.flaw == "reads C when beta is 0" {
		if n.flaw == "takes beta for 1" {
			beta = 1
		}
		sum += float64(beta) * float64(*z)
	}
	if n.flaw == "forgets one element of large results" && i == 129 && j == 200 {
		return
	}
	*z = float32(sum)
	if n.flaw == "reads past a row of B" && j == c.Cols-1 && alpha != 0 && k > 1 && b.col == 1 && b.row > c.Cols {
		*z += 0 * b.data[c.Cols] // slack is NaN
	}
}

// bf16 keeps the upper 16 bits of a float32.
func bf16(x float64) float64 {
	return float64(math.Float32frombits(math.Float32bits(float32(x)) &^ 0xffff))
}

func (n naive) Dense(spec blas.DenseSpec) (blas.Dense, error) {
	plan, err := blas.NewComposed(n, spec)
	if err != nil || n.flaw == "" {
		return plan, err
	}
	return flawedPlan{plan, n.flaw}, nil
}

// flawedPlan is a plan that may do something wrong.
type flawedPlan struct {
	blas.Dense
	flaw flaw
}

func (p flawedPlan) Forward(x, y blas.Matrix) error {
	if p.flaw == "padding is not zero" && p.Spec().NoBias {
		p.Parameters()[len(p.Parameters())-1] = 1
	}
	err := p.Dense.Forward(x, y)
	if p.flaw == "cuts off negatives" {
		for i := range y.Rows {
			for j := range y.Cols {
				y.Data[i*y.Stride+j] = float32(math.Max(0, float64(at(y, i, j))))
			}
		}
	}
	return err
}

func (p flawedPlan) ForwardSlope(x, y, slope blas.Matrix, f func(y, slope, z []float32)) error {
	switch p.flaw {
	case "forgets the slope":
		return p.Dense.ForwardSlope(x, y, clone(slope), f)
	case "bends what is bent":
		if err := p.Dense.Forward(x, y); err != nil {
			return err
		}
		for i := range y.Rows {
			row := y.Data[i*y.Stride : i*y.Stride+y.Cols]
			f(row, slope.Data[i*slope.Stride:i*slope.Stride+y.Cols], row)
		}
		return nil
	}
	return p.Dense.ForwardSlope(x, y, slope, f)
}

func (p flawedPlan) BackwardData(dz, dx blas.Matrix, slope blas.Slope, add bool) error {
	before := clone(dx)
	switch p.flaw {
	case "ignores the derivative":
		if !slope.IsSlope {
			slope = blas.Slope{}
		}
	case "ignores a kept slope":
		if slope.IsSlope {
			slope = blas.Slope{}
		}
	case "takes a kept slope for an output":
		if slope.IsSlope {
			slope.Of, slope.IsSlope = kernels.Sigmoid, false
		}
	case "never adds to dx":
		add = false
	case "adds after the derivative":
		add = false
	}
	err := p.Dense.BackwardData(dz, dx, slope, add)
	if p.flaw == "adds after the derivative" {
		for i := range dx.Rows {
			for j := range dx.Cols {
				if b := at(before, i, j); b == b {
					dx.Data[i*dx.Stride+j] += b
				}
			}
		}
	}
	return err
}

func (p flawedPlan) BackwardWeights(x, dz blas.Matrix, accumulate bool, sink blas.Sink) error {
	switch p.flaw {
	case "never accumulates":
		accumulate = false
	case "always accumulates":
		accumulate = sink == nil
	case "leaves out a sample":
		if x.Rows > 1 {
			x.Rows--
			dz.Rows--
		}
	case "updates twice", "updates half", "takes biases for weights":
		if sink != nil {
			sink = flawedSink{sink, p.flaw}
		}
	}
	err := p.Dense.BackwardWeights(x, dz, accumulate, sink)
	bias := p.Spec().In * p.Spec().Out
	switch {
	case p.flaw == "hides panics":
		return nil
	case p.flaw == "updates padding" && p.Spec().NoBias && sink != nil:
		sink.Update(bias, 0, p.Parameters()[bias:], p.Gradients()[bias:])
	case p.flaw == "padding has a gradient" && p.Spec().NoBias && sink == nil:
		p.Gradients()[bias] = 1
	}
	return err
}

// flawedSink passes on more, or less, than it should.
type flawedSink struct {
	blas.Sink
	flaw flaw
}

func (s flawedSink) Update(lo, weights int, params, grads []float32) {
	switch s.flaw {
	case "updates half":
		params, grads = params[:len(params)/2+1], grads[:len(grads)/2+1]
		weights = min(weights, len(params))
	case "updates twice":
		s.Sink.Update(lo, min(weights, 1), params[:1], grads[:1])
	case "takes biases for weights":
		weights = len(params)
	}
	s.Sink.Update(lo, weights, params, grads)
}

func generic(t *testing.T) *kernels.Set {
	t.Helper()
	set, err := kernels.Select("generic", "")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// The suite passes what is right ...
func TestNaivePasses(t *testing.T) {
	Run(t, func(testing.TB, int) blas.Backend { return naive{set: generic(t)} }, Options{})
}

// ... and finds what is wrong.
func TestFlawsInProductsAreFound(t *testing.T) {
	for _, f := range []flaw{
		"takes 'C' for 'N'", "writes into slack", "scales A in place", "packs B in place",
		"reads A and B when alpha is 0", "loses the last of many", "rounds operands to bf16",
		"reads C when beta is 0", "takes beta for 1", "reads past a row of B",
	} {
		t.Run(string(f), func(t *testing.T) {
			be := naive{generic(t), f}
			k := be.set.Product
			products := append(append(edgeProducts(k), scalarProducts(k)...), cutProducts(k, cuts)...)
			expectFlaw(t, len(products), func(d desk, rng *rand.Rand, i int) error {
				products[i].atEnd = i%2 == 0
				return products[i].check(be, d, rng)
			})
		})
	}
}

// expectFlaw fails unless one of n checks does.
func expectFlaw(t *testing.T, n int, check func(d desk, rng *rand.Rand, i int) error) {
	t.Helper()
	d, err := newDesk(5, 300*1030)
	if err != nil {
		t.Fatal(err)
	}
	defer d.free()
	rng := rand.New(rand.NewPCG(41, 42))
	for i := range n {
		if err := check(d, rng, i); err != nil {
			t.Logf("found: %v", err)
			return
		}
	}
	t.Errorf("none of %d checks found it", n)
}

func TestFlawsInLargeProductsAreFound(t *testing.T) {
	p := product{tA: blas.NoTrans, tB: blas.Trans, m: 131, n: 257, k: 300, alpha: 1, beta: 1}
	for _, f := range []flaw{"forgets one element of large results", "loses the last of many"} {
		t.Run(string(f), func(t *testing.T) {
			expectFlaw(t, 1, func(d desk, rng *rand.Rand, _ int) error { return p.checkProjection(naive{generic(t), f}, d, rng) })
		})
	}
	t.Run("rounds operands to bf16", func(t *testing.T) {
		expectFlaw(t, 1, func(d desk, rng *rand.Rand, _ int) error {
			return p.checkSamples(naive{generic(t), "rounds operands to bf16"}, d, rng)
		})
	})
}

func TestSkippedZerosAreFound(t *testing.T) {
	be := naive{generic(t), "skips zeros"}
	if err := checkNonFinite(be, Options{}); err == nil {
		t.Error("a product that skips zeros passes")
	}
	if err := checkNonFinite(be, Options{SkipsZeros: true}); err != nil {
		t.Errorf("a product that says it skips zeros fails: %v", err)
	}
}

func TestFlawsInPlansAreFound(t *testing.T) {
	for _, f := range []flaw{
		"cuts off negatives", "ignores the derivative", "forgets the slope", "bends what is bent", "ignores a kept slope", "takes a kept slope for an output",
		"never adds to dx", "adds after the derivative", "never accumulates", "always accumulates",
		"leaves out a sample", "updates twice", "updates half",
		"takes biases for weights", "updates padding", "padding has a gradient", "padding is not zero",
	} {
		t.Run(string(f), func(t *testing.T) {
			be := naive{generic(t), f}
			all := layers(be.set.Product, cuts)
			expectFlaw(t, len(all), func(d desk, rng *rand.Rand, i int) error { return all[i].check(be, d, rng) })
		})
	}
}

// Segments changes what the plan says, one way or another.
func (p flawedPlan) Segments() []blas.Segment {
	right := p.Dense.Segments()
	wrong := slices.Clone(right)
	last := len(wrong) - 1
	switch p.flaw {
	case "segments are made anew":
	case "segments leave out an element":
		wrong[last].Hi--
	case "segments overlap":
		wrong[last].Lo--
	case "a segment is empty":
		wrong = append(wrong, blas.Segment{Lo: wrong[last].Hi, Hi: wrong[last].Hi})
	case "segments reach too far":
		wrong[last].Hi++
	case "segments descend":
		slices.Reverse(wrong)
	case "weights and biases are exchanged":
		for i := range wrong {
			wrong[i].Bias = !wrong[i].Bias
		}
	default:
		return right
	}
	return wrong
}

func TestFlawsInSegmentsAreFound(t *testing.T) {
	spec := blas.DenseSpec{In: 3, Out: 2, MaxBatch: 1}
	for _, f := range []flaw{
		"", "segments are made anew", "segments leave out an element", "segments overlap", "a segment is empty",
		"segments reach too far", "segments descend", "weights and biases are exchanged",
	} {
		plan, err := naive{generic(t), f}.Dense(spec)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkSegments(plan); (err == nil) != (f == "") {
			t.Errorf("flaw %q: %v", f, err)
		}
	}
}

func TestHiddenPanicsAreFound(t *testing.T) {
	right, wrong := naive{set: generic(t)}, naive{generic(t), "hides panics"}
	l := layer{in: 3, out: 2, batch: 4, maxBatch: 4}
	report(t, checkPanickingJobs(right))
	report(t, l.checkPanickingSink(right))
	if err := checkPanickingJobs(wrong); err == nil {
		t.Error("a backend that hides the panics of jobs passes")
	}
	if err := l.checkPanickingSink(wrong); err == nil {
		t.Error("a plan that hides the panics of sinks passes")
	}
}

func TestLeakedGoroutinesAreFound(t *testing.T) {
	end := make(chan struct{})
	defer close(end)
	err := checkUnclosed(t, func(testing.TB, int) blas.Backend {
		go func() { <-end }()
		return naive{set: generic(t)}
	}, 50*time.Millisecond)
	if err == nil {
		t.Error("a backend that leaves a goroutine passes")
	}
}
