package native_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/blastest"
	"github.com/neurona-ml/neurona/blas/native"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/kernels"
)

// chained is a network as plans of its own and as the plans of a chain, with
// the same weights.
type chained struct {
	plans, whole []blas.Dense
	chain        blas.Chain
	loss         kernels.ChainLoss
}

func newBackend(t *testing.T, isa string, workers int) *native.Backend {
	t.Helper()
	be, err := native.Open(native.Options{ISA: isa, Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { be.Close() })
	return be
}

// newPlans makes plans for all layers, with weights that depend on the seed
// only. Hidden layers have the activation.
func newPlans(t *testing.T, be blas.Backend, sizes []int, hidden kernels.Activation, batch int) []blas.Dense {
	t.Helper()
	rng := rand.New(rand.NewPCG(11, 12))
	var plans []blas.Dense
	for l, out := range sizes[1:] {
		spec := blas.DenseSpec{In: sizes[l], Out: out, MaxBatch: batch, Activation: hidden}
		if l == len(sizes)-2 {
			spec.Activation = kernels.Identity
		}
		p, err := be.Dense(spec)
		if err != nil {
			t.Fatal(err)
		}
		if err := blas.SetWeights(p, randomMatrix(rng, spec.In, out), randomMatrix(rng, 1, out).Data); err != nil {
			t.Fatal(err)
		}
		plans = append(plans, p)
	}
	return plans
}

func newChained(t *testing.T, be *native.Backend, sizes []int, hidden kernels.Activation, loss kernels.ChainLoss) *chained {
	t.Helper()
	c := &chained{
		plans: newPlans(t, be, sizes, hidden, 1000),
		whole: newPlans(t, be, sizes, hidden, 1), // a chain takes any batch
		loss:  loss,
	}
	c.chain = be.Chain(c.whole, loss)
	return c
}

// batch returns inputs and targets with slack.
func (c *chained) batch(rng *rand.Rand, rows int) (x, target blas.Matrix) {
	in, out := c.plans[0].Spec().In, c.plans[len(c.plans)-1].Spec().Out
	x = randomMatrix(rng, rows, in+2)
	x.Cols = in
	target = randomMatrix(rng, rows, out+1)
	target.Cols = out
	if c.loss == kernels.ChainCrossEntropy {
		target.Cols = 1
	}
	for i := range target.Data {
		target.Data[i] = (target.Data[i] + 1) / 2
		if c.loss == kernels.ChainCrossEntropy {
			target.Data[i] = float32(int(target.Data[i] * float32(out)))
		}
	}
	return x, target
}

// lossOf is the loss of outputs y, and its gradient, in float64.
func (c *chained) lossOf(y, target blas.Matrix, scale float64) (loss float64, dy blas.Matrix) {
	dy = blas.Matrix{Rows: y.Rows, Cols: y.Cols, Stride: y.Cols, Data: make([]float32, y.Rows*y.Cols)}
	for r := range y.Rows {
		row, d := y.Data[r*y.Stride:][:y.Cols], dy.Data[r*y.Cols:][:y.Cols]
		sum := 0.0
		for _, z := range row {
			sum += math.Exp(float64(z))
		}
		for o, v := range row {
			z := float64(v)
			switch c.loss {
			case kernels.ChainSquaredError:
				e := z - float64(target.Data[r*target.Stride+o])
				loss += e * e
				d[o] = float32(scale * e)
			case kernels.ChainLogistic:
				t := float64(target.Data[r*target.Stride+o])
				loss += math.Max(z, 0) - z*t + math.Log1p(math.Exp(-math.Abs(z)))
				d[o] = float32(scale * (1/(1+math.Exp(-z)) - t))
			case kernels.ChainCrossEntropy:
				p := math.Exp(z) / sum
				if o == int(target.Data[r*target.Stride]) {
					loss -= math.Log(p)
					p--
				}
				d[o] = float32(scale * p)
			}
		}
	}
	return loss, dy
}

// byPlans does what the chain does plan by plan. magnitudes are the largest
// sum of magnitudes that is a gradient of each plan.
func (c *chained) byPlans(t *testing.T, x, target blas.Matrix, scale float64) (loss float64, y blas.Matrix, magnitudes []float64) {
	t.Helper()
	acts := []blas.Matrix{x}
	for _, p := range c.plans {
		y := blas.Matrix{Rows: x.Rows, Cols: p.Spec().Out, Stride: p.Spec().Out, Data: make([]float32, x.Rows*p.Spec().Out)}
		if err := p.Forward(acts[len(acts)-1], y); err != nil {
			t.Fatal(err)
		}
		acts = append(acts, y)
	}
	loss, dz := c.lossOf(acts[len(acts)-1], target, scale)
	magnitudes = make([]float64, len(c.plans))
	for l := len(c.plans) - 1; l >= 0; l-- {
		p, in := c.plans[l], acts[l]
		largest := 1.0 // the bias counts as an input of 1
		for r := range in.Rows {
			for _, v := range in.Data[r*in.Stride:][:in.Cols] {
				largest = max(largest, math.Abs(float64(v)))
			}
		}
		for o := range dz.Cols {
			sum := 0.0
			for r := range dz.Rows {
				sum += math.Abs(float64(dz.Data[r*dz.Stride+o]))
			}
			magnitudes[l] = max(magnitudes[l], sum*largest)
		}
		dx := blas.Matrix{Rows: in.Rows, Cols: in.Cols, Stride: in.Cols, Data: make([]float32, in.Rows*in.Cols)}
		if l > 0 {
			if err := p.BackwardData(dz, dx, blas.Slope{Of: c.plans[l-1].Spec().Activation, Kept: in}, false); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.BackwardWeights(in, dz, false, nil); err != nil {
			t.Fatal(err)
		}
		dz = dx
	}
	return loss, acts[len(acts)-1], magnitudes
}

// tolerance is by how much sums over rows samples may differ, relative to
// the magnitude of their terms: each side rounds once a term, and each term
// comes out of some 200 roundings, of sums of at most 33 terms in each of three
// layers there and back.
func tolerance(rows int) float64 { return float64(rows+200) * 0x1p-24 }

// chainBatches has every way to cut a batch into parts, and parts that end in
// a vector.
func chainBatches() []int {
	return []int{1, 4, 8, 9, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 95, 96, 97, 128, 191, 192, 193, 385, 400, 416, 417, 500, 769, 1000}
}

// TestChain compares chains with their plans one by one, for every loss and
// batch.
func TestChain(t *testing.T) {
	blastest.EachISA(t, func(t *testing.T, isa string) {
		be := newBackend(t, isa, 1)
		for _, loss := range []kernels.ChainLoss{kernels.ChainSquaredError, kernels.ChainLogistic, kernels.ChainCrossEntropy} {
			for _, sizes := range [][]int{{2, 2, 1}, {2, 4, 8, 1}, {12, 11, 12, 9}, {5, 3}} {
				for _, hidden := range []kernels.Activation{kernels.Sigmoid, kernels.Tanh, kernels.ReLU} {
					t.Run(fmt.Sprintf("%v/%v/loss=%d", sizes, hidden, loss), func(t *testing.T) {
						c := newChained(t, be, sizes, hidden, loss)
						if c.chain == nil {
							if be.Kernels().Chains[0].Width > 1 {
								t.Fatal("no chain")
							}
							t.Skip("the " + be.Kernels().ISA + " kernels have no vectors, and so make no chains")
						}
						rng := rand.New(rand.NewPCG(13, 14))
						for _, rows := range chainBatches() {
							x, target := c.batch(rng, rows)
							c.compare(t, x, target)
						}
					})
				}
			}
		}
	})
}

func (c *chained) compare(t *testing.T, x, target blas.Matrix) {
	t.Helper()
	const scale = 0.3
	loss, y, magnitudes := c.byPlans(t, x, target, scale)
	outputs := blas.Matrix{Rows: y.Rows, Cols: y.Cols, Stride: y.Cols + 1, Data: make([]float32, y.Rows*(y.Cols+1))}
	got, err := c.chain.Loss(x, target, outputs, scale)
	if err != nil {
		t.Fatal(err)
	}
	tol := tolerance(x.Rows)
	if diff := math.Abs(got - loss); !(diff <= tol*(math.Abs(loss)+float64(x.Rows))) {
		t.Errorf("%d rows: loss %v, want %v", x.Rows, got, loss)
	}
	for r := range y.Rows {
		for o := range y.Cols {
			if got, want := outputs.Data[r*outputs.Stride+o], y.Data[r*y.Stride+o]; !(math.Abs(float64(got-want)) <= tol*(math.Abs(float64(want))+1)) {
				t.Fatalf("%d rows: output %d of row %d is %v, want %v", x.Rows, o, r, got, want)
			}
		}
		if slack := outputs.Data[r*outputs.Stride+y.Cols]; slack != 0 {
			t.Fatalf("%d rows: row %d of the outputs is followed by %v", x.Rows, r, slack)
		}
	}
	for times := 1; times <= 2; times++ {
		c.chain.Gradients(times == 2)
		for l, p := range c.whole {
			for i, want := range c.plans[l].Gradients() {
				if diff := math.Abs(float64(p.Gradients()[i]) - float64(times)*float64(want)); !(diff <= 2*tol*magnitudes[l]) {
					t.Fatalf("%d rows, %d times: gradient %d of layer %d is %v, want %v: off by %.2g of %v", x.Rows, times, i, l, p.Gradients()[i], want, diff, magnitudes[l])
				}
			}
		}
		if times == 1 {
			if _, err := c.chain.Loss(x, target, blas.Matrix{}, scale); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestChainForgets takes a batch of which nobody asks for the gradients: they
// are not in those of the next, nor has anybody seen them.
func TestChainForgets(t *testing.T) {
	blastest.EachISA(t, func(t *testing.T, isa string) {
		be := newBackend(t, isa, 1)
		c := newChained(t, be, []int{3, 5, 2}, kernels.Tanh, kernels.ChainSquaredError)
		needsChain(t, be, c.chain != nil)
		rng := rand.New(rand.NewPCG(15, 16))
		for _, rows := range []int{7, 40, 3, 100} {
			x, target := c.batch(rng, rows)
			before := slices.Clone(c.whole[0].Gradients())
			x.Data[0] = float32(math.NaN())
			if loss, err := c.chain.Loss(x, target, blas.Matrix{}, 1); err != nil || loss == loss {
				t.Fatalf("loss %v, %v; want NaN", loss, err)
			}
			if !slices.Equal(c.whole[0].Gradients(), before) {
				t.Fatal("Loss wrote the gradients")
			}
			x.Data[0] = 1
			c.compare(t, x, target)
		}
	})
}

// TestChainIsRepeatable expects the same bits from run to run, from any
// address and for any number of workers.
func TestChainIsRepeatable(t *testing.T) {
	blastest.EachISA(t, func(t *testing.T, isa string) {
		var want []float32
		var wantLoss float64
		for run := range 3 {
			be := newBackend(t, isa, 1+run)
			c := newChained(t, be, []int{4, 7, 3}, kernels.Sigmoid, kernels.ChainCrossEntropy)
			needsChain(t, be, c.chain != nil)
			x, target := c.batch(rand.New(rand.NewPCG(17, 18)), 333)
			moved := arena.Float32(len(x.Data) + run)[run:]
			copy(moved, x.Data)
			x.Data = moved
			loss, err := c.chain.Loss(x, target, blas.Matrix{}, 0.5)
			if err != nil {
				t.Fatal(err)
			}
			c.chain.Gradients(false)
			got := append(slices.Clone(c.whole[0].Gradients()), c.whole[1].Gradients()...)
			if run == 0 {
				want, wantLoss = got, loss
			}
			if !slices.Equal(got, want) || loss != wantLoss {
				t.Errorf("run %d differs", run)
			}
		}
	})
}

// TestChainRefuses lists what no chain is made of.
func TestChainRefuses(t *testing.T) {
	be := newBackend(t, "", 1)
	if be.Kernels().Chains[0].Width == 1 {
		t.Skip("the " + be.Kernels().ISA + " kernels have no vectors, and so make no chains")
	}
	small := func(sizes ...int) []blas.Dense { return newPlans(t, be, sizes, kernels.ReLU, 1) }
	bare, err := be.Dense(blas.DenseSpec{In: 2, Out: 3, MaxBatch: 1, NoBias: true})
	if err != nil {
		t.Fatal(err)
	}
	for name, plans := range map[string][]blas.Dense{
		"nothing":             nil,
		"a wide layer":        small(2, 200, 1),
		"a wide input":        small(200, 2),
		"many parameters":     small(12, 12, 12, 12, 12, 12, 12, 12, 12),
		"no bias":             append([]blas.Dense{bare}, small(3, 1)...),
		"a gap":               append(small(2, 3), small(4, 1)...),
		"a stranger":          newPlans(t, newBackend(t, "", 1), []int{2, 1}, kernels.ReLU, 1),
		"without derivatives": newPlans(t, be, []int{2, 2, 1}, kernels.Heaviside, 1),
	} {
		if be.Chain(plans, kernels.ChainSquaredError) != nil {
			t.Errorf("%s is chained", name)
		}
	}
	if be.Chain(small(2, 3, 1), kernels.ChainSquaredError) == nil {
		t.Error("a small network is not chained")
	}
}

// TestChainErrors passes operands that do not fit.
func TestChainErrors(t *testing.T) {
	be := newBackend(t, "", 1)
	c := newChained(t, be, []int{3, 2}, kernels.ReLU, kernels.ChainSquaredError)
	needsChain(t, be, c.chain != nil)
	m := func(rows, cols int) blas.Matrix {
		return blas.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
	}
	short := m(4, 3)
	short.Data = short.Data[:11]
	for _, tt := range []struct {
		x, t, y blas.Matrix
		want    string
	}{
		{m(4, 2), m(4, 2), blas.Matrix{}, "forward: x is 4×2, want 3 columns"},
		{short, m(4, 2), blas.Matrix{}, "forward: x is 4×3 with stride 3 but has only 11 elements"},
		{m(4, 3), m(3, 2), blas.Matrix{}, "forward: t is 3×2, want 4×2"},
		{m(4, 3), m(4, 3), blas.Matrix{}, "forward: t is 4×3, want 4×2"},
		{m(4, 3), m(4, 2), m(5, 2), "forward: y is 5×2, want 4×2"},
	} {
		_, err := c.chain.Loss(tt.x, tt.t, tt.y, 1)
		var shape *blas.ShapeError
		if !errors.As(err, &shape) || err.Error() != tt.want {
			t.Errorf("got %v, want the *ShapeError %q", err, tt.want)
		}
	}
}

// needsChain skips a test on kernels without vectors, which make no chains,
// and fails it if others make none.
func needsChain(t *testing.T, be blas.Backend, made bool) {
	t.Helper()
	if made {
		return
	}
	if be.Kernels().Chains[0].Width > 1 {
		t.Fatalf("the %s kernels make no chain", be.Kernels().ISA)
	}
	t.Skip("the " + be.Kernels().ISA + " kernels have no vectors, and so make no chains")
}
