package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/internal/arena"
)

// chainNet describes a network to train by Chain, and one batch.
type chainNet struct {
	sizes       []int
	activations []Activation
	loss        ChainLoss
	rows        int
}

func (n chainNet) String() string {
	return fmt.Sprintf("%v %v loss=%d rows=%d", n.sizes, n.activations, n.loss, n.rows)
}

// chainNets are networks with every width that a loop treats apart, every
// activation and every loss.
func chainNets() []chainNet {
	return []chainNet{
		{sizes: []int{1, 1}, activations: []Activation{Identity}},
		{sizes: []int{2, 2, 1}, activations: []Activation{Sigmoid, Sigmoid}},
		{sizes: []int{2, 4, 8, 1}, activations: []Activation{Sigmoid, Sigmoid, Sigmoid}},
		{sizes: []int{5, 7, 3}, activations: []Activation{Tanh, Identity}, loss: ChainLogistic},
		{sizes: []int{3, 16, 13, 16}, activations: []Activation{ReLU, Tanh, Identity}, loss: ChainCrossEntropy},
		{sizes: []int{16, 9, 6, 5}, activations: []Activation{ReLU, ReLU, ReLU}},
		{sizes: []int{4, 3, 2}, activations: []Activation{Identity, Tanh}, loss: ChainCrossEntropy},
		{sizes: []int{1, 12, 1}, activations: []Activation{Sigmoid, Identity}, loss: ChainLogistic},
	}
}

// chainCase is a network with memory that faults beyond its ends.
type chainCase struct {
	chainNet
	pass   ChainPass
	labels []int
}

// chainMemory returns n floats that end at an unmapped page.
func chainMemory(t testing.TB, n int) []float32 {
	t.Helper()
	mem, free, err := arena.Guarded(n, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(free)
	return mem
}

// newChainCase makes n with room for the largest number of rows, at random.
func newChainCase(t testing.TB, chain *Chain, n chainNet, rng *rand.Rand, memory func(t testing.TB, n int) []float32) *chainCase {
	width := chain.Width * chain.Vectors
	c := &chainCase{chainNet: n}
	x := memory(t, n.sizes[0]*width)
	for l, out := range n.sizes[1:] {
		in := n.sizes[l]
		size := (in + 1) * out
		layer := ChainLayer{
			In: in, Out: out, Activation: int(n.activations[l]),
			Params: memory(t, size), Grads: memory(t, size), Sums: memory(t, (size+3)*chain.Width),
			X: x, Y: memory(t, out*width), DY: memory(t, out*width),
		}
		x = layer.Y
		for i := range layer.Params {
			layer.Params[i] = 2*rng.Float32() - 1
		}
		for _, poison := range [][]float32{layer.Grads, layer.X, layer.Y, layer.DY} {
			fill(poison, nan32)
		}
		c.pass.Layers = append(c.pass.Layers, layer)
	}
	const slack = 3
	c.pass.LDX, c.pass.Scale, c.pass.Loss, c.pass.Rows = n.sizes[0]+slack, 0.37, n.loss, n.rows
	c.pass.X = memory(t, n.rows*c.pass.LDX-slack)
	c.setTargets(t, rng, memory)
	for i := range c.pass.X {
		c.pass.X[i] = nan32
		if i%c.pass.LDX < n.sizes[0] {
			c.pass.X[i] = 4*rng.Float32() - 2
		}
	}
	return c
}

func (c *chainCase) setTargets(t testing.TB, rng *rand.Rand, memory func(t testing.TB, n int) []float32) {
	outputs := c.sizes[len(c.sizes)-1]
	if c.loss == ChainCrossEntropy {
		c.pass.LDT = 2
		c.pass.T = memory(t, 2*c.rows-1)
		for r := range c.rows {
			c.labels = append(c.labels, rng.IntN(outputs))
			c.pass.T[2*r] = float32(c.labels[r])
		}
		return
	}
	c.pass.LDT = outputs + 1
	c.pass.T = memory(t, c.rows*c.pass.LDT-1)
	for i := range c.pass.T {
		c.pass.T[i] = rng.Float32()
	}
}

// run does a pass from nothing and returns the loss. It sees that Reduce returns the
// largest gradient.
func (c *chainCase) run(chain *Chain, pass func(*ChainPass), accumulate bool) float64 {
	c.pass.Sum, c.pass.Products = 0, [16]float64{}
	for i := range chain.Width {
		c.pass.Products[i] = 1
	}
	pass(&c.pass)
	got, want := chain.Reduce(&c.pass, accumulate), float32(0)
	for _, layer := range c.pass.Layers {
		want = max(want, maxAbsGeneric(layer.Grads))
	}
	if got != want && (got == got || want == want) {
		panic(fmt.Sprintf("the largest gradient is said to be %v, want %v", got, want))
	}
	return c.lossOf(chain)
}

func (c *chainCase) lossOf(chain *Chain) float64 {
	loss := c.pass.Sum
	for _, product := range c.pass.Products[:chain.Width] {
		loss += math.Log(product)
	}
	return loss
}

// inexact is a number v that float32 arithmetic may be off by e.
type inexact struct{ v, e float64 }

// rounded adds n relative roundings.
func (a inexact) rounded(n float64) inexact {
	return inexact{a.v, a.e + n*unit*(math.Abs(a.v)+a.e) + tiny}
}

func (a inexact) times(b inexact) inexact {
	return inexact{a.v * b.v, math.Abs(a.v)*b.e + math.Abs(b.v)*a.e + a.e*b.e}.rounded(1)
}

func (a inexact) minus(b inexact) inexact { return inexact{a.v - b.v, a.e + b.e}.rounded(1) }

// total is a sum in any order.
func total(terms []inexact) inexact {
	sum, magnitude := inexact{}, 0.0
	for _, t := range terms {
		sum.v += t.v
		sum.e += t.e
		magnitude += math.Abs(t.v) + t.e
	}
	sum.e += float64(len(terms)) * unit * magnitude
	return sum
}

// exact turns numbers into inexact ones without an error.
func exact(x []float32) []inexact {
	all := make([]inexact, len(x))
	for i, v := range x {
		all[i] = inexact{v: float64(v)}
	}
	return all
}

// activated is f(z); bounds on f' carry the error of z over.
func activated(f Activation, z inexact) inexact {
	switch f {
	case Sigmoid:
		return inexact{1 / (1 + math.Exp(-z.v)), z.e / 4}.rounded(5)
	case Tanh:
		return inexact{math.Tanh(z.v), z.e}.rounded(5.2)
	case ReLU:
		return inexact{max(z.v, 0), z.e}
	}
	return z
}

// slope is f'(z) by y = f(z).
func slope(f Activation, y inexact) inexact {
	one := inexact{v: 1}
	switch f {
	case Sigmoid:
		return y.times(one.minus(y))
	case Tanh:
		return one.minus(y.times(y))
	case ReLU:
		switch {
		case y.v > y.e:
			return one
		case y.v > 0:
			return inexact{0.5, 0.5} // 0 or 1
		}
		return inexact{} // unless z is 0 up to rounding, which no z here is
	}
	return one
}

// oracle returns the loss and the gradients of all layers.
func (c *chainCase) oracle() (loss inexact, grads [][]inexact) {
	last := len(c.pass.Layers) - 1
	terms := make([][][]inexact, last+1) // [layer][parameter]: one term for each sample
	for l, layer := range c.pass.Layers {
		terms[l] = make([][]inexact, len(layer.Params))
	}
	var losses []inexact
	for r := range c.rows {
		acts := [][]inexact{exact(c.pass.X[r*c.pass.LDX:][:c.sizes[0]])}
		for l, layer := range c.pass.Layers {
			acts = append(acts, layer.exactForward(acts[l]))
		}
		value, dy := c.exactLoss(r, acts[last+1])
		losses = append(losses, value...)
		for l := last; l >= 0; l-- {
			dy = c.pass.Layers[l].exactBackward(acts[l], acts[l+1], dy, terms[l])
		}
	}
	for l := range terms {
		grads = append(grads, nil)
		for _, t := range terms[l] {
			grads[l] = append(grads[l], total(t))
		}
	}
	return total(losses), grads
}

func (l *ChainLayer) exactForward(x []inexact) []inexact {
	w, y := exact(l.Params), make([]inexact, l.Out)
	for o := range y {
		terms := []inexact{w[l.In*l.Out+o]}
		for i := range x {
			terms = append(terms, x[i].times(w[i*l.Out+o]))
		}
		y[o] = activated(Activation(l.Activation), total(terms))
	}
	return y
}

func (l *ChainLayer) exactBackward(x, y, dy []inexact, terms [][]inexact) (dx []inexact) {
	w := exact(l.Params)
	dx = make([]inexact, l.In)
	back := make([][]inexact, l.In)
	for o := range y {
		dz := dy[o].times(slope(Activation(l.Activation), y[o]))
		for i := range x {
			terms[i*l.Out+o] = append(terms[i*l.Out+o], x[i].times(dz))
			back[i] = append(back[i], w[i*l.Out+o].times(dz))
		}
		terms[l.In*l.Out+o] = append(terms[l.In*l.Out+o], dz)
	}
	for i := range dx {
		dx[i] = total(back[i])
	}
	return dx
}

// exactLoss returns the terms of row r's loss and its gradient at y.
func (c *chainCase) exactLoss(r int, y []inexact) (terms, dy []inexact) {
	scale := inexact{v: float64(c.pass.Scale)}
	switch c.loss {
	case ChainCrossEntropy:
		var sum, errors float64
		for _, z := range y {
			sum += math.Exp(z.v)
			errors = max(errors, z.e)
		}
		n := float64(len(y))
		terms = append(terms, inexact{math.Log(sum) - y[c.labels[r]].v, 2*errors + (n+4)*unit*(1+math.Abs(y[c.labels[r]].v))})
		for o, z := range y {
			// e^(z-max)/Σ: each exponent is off by twice the error of a z and a rounding of
			// a difference of at most a few, Σ by n roundings.
			p := math.Exp(z.v) / sum
			hit := inexact{}
			if o == c.labels[r] {
				hit.v = 1
			}
			dy = append(dy, scale.times(inexact{p, p * 4 * errors}.rounded(n+16).minus(hit)))
		}
	default:
		for o, z := range y {
			t := inexact{v: float64(c.pass.T[r*c.pass.LDT+o])}
			if c.loss == ChainSquaredError {
				d := z.minus(t)
				terms = append(terms, d.times(d))
				dy = append(dy, scale.times(d))
				continue
			}
			terms = append(terms, inexact{max(z.v, 0) - z.v*t.v + math.Log1p(math.Exp(-math.Abs(z.v))), z.e}.rounded(2))
			dy = append(dy, scale.times(activated(Sigmoid, z).minus(t)))
		}
	}
	return terms, dy
}

// check compares with the oracle; times is how often gradients were added up.
func (c *chainCase) check(t *testing.T, loss, times float64) {
	t.Helper()
	wantLoss, wantGrads := c.oracle()
	if diff := math.Abs(loss - wantLoss.v); !(diff <= wantLoss.e+1e-12*math.Abs(wantLoss.v)) {
		t.Errorf("%v: loss %v, want %v ± %.2g", c, loss, wantLoss.v, wantLoss.e)
	}
	for l, layer := range c.pass.Layers {
		for i, want := range wantGrads[l] {
			want = inexact{times * want.v, times * want.e}.rounded(times - 1)
			if !agree(layer.Grads[i], want.v, want.e) {
				t.Fatalf("%v: gradient %d of layer %d is %v, want %v ± %.2g", c, i, l, layer.Grads[i], want.v, want.e)
			}
		}
	}
}

// eachPass runs a subtest for every pass of every set.
func eachPass(t *testing.T, test func(t *testing.T, chain *Chain, pass func(*ChainPass))) {
	eachSet(t, func(t *testing.T, s *Set) {
		for i := range s.Chains {
			chain := &s.Chains[i]
			t.Run(fmt.Sprintf("width=%d/pass=narrow", chain.Width), func(t *testing.T) { test(t, chain, chain.Narrow) })
			t.Run(fmt.Sprintf("width=%d/pass=wide", chain.Width), func(t *testing.T) { test(t, chain, chain.Wide) })
		}
	})
}

// chainRowCounts is every number of rows up to two and a half vectors of the widest
// ISA, the groups of four of them, and the most that there may be.
func chainRowCounts(chain *Chain) []int {
	var all []int
	for rows := range 41 {
		if rows <= ChainRows*chain.Width {
			all = append(all, rows)
		}
	}
	for _, rows := range []int{63, 64, 65, 129, ChainRows * chain.Width} {
		if rows <= ChainRows*chain.Width {
			all = append(all, rows)
		}
	}
	return all
}

// TestChain compares every network on every number of rows with float64, in
// memory that faults at its end.
func TestChain(t *testing.T) {
	eachPass(t, func(t *testing.T, chain *Chain, pass func(*ChainPass)) {
		rng := rand.New(rand.NewPCG(7, 8))
		for _, n := range chainNets() {
			for i, rows := range chainRowCounts(chain) {
				n.rows = rows
				if n.rows == 0 || len(n.sizes) > 3 && i%3 != 0 && n.rows > 20 {
					continue
				}
				c := newChainCase(t, chain, n, rng, chainMemory)
				params := slices.Clone(c.pass.Layers[0].Params)
				loss := c.run(chain, pass, false)
				c.check(t, loss, 1)
				if !sameBits(params, c.pass.Layers[0].Params) {
					t.Fatalf("%v: parameters were written", c)
				}
			}
		}
	})
}

// TestChainAccumulate adds the gradients of a second pass to the first's.
func TestChainAccumulate(t *testing.T) {
	eachPass(t, func(t *testing.T, chain *Chain, pass func(*ChainPass)) {
		for _, n := range chainNets() {
			n.rows = 19
			c := newChainCase(t, chain, n, rand.New(rand.NewPCG(9, 1)), chainMemory)
			c.run(chain, pass, false)
			c.check(t, c.run(chain, pass, true), 2)
		}
	})
}

// TestChainOutputs sees where outputs are put, that the rest of a vector is
// never a sample of its own, and that keeping them changes nothing else.
func TestChainOutputs(t *testing.T) {
	eachPass(t, func(t *testing.T, chain *Chain, pass func(*ChainPass)) {
		size := chain.Width // samples at a time
		if strings.HasSuffix(t.Name(), "wide") {
			size *= chain.Vectors
		}
		for _, n := range chainNets() {
			n.rows = 19
			c := newChainCase(t, chain, n, rand.New(rand.NewPCG(2, 1)), chainMemory)
			loss := c.run(chain, pass, false)
			grads := slices.Clone(c.pass.Layers[0].Grads)
			outputs := n.sizes[len(n.sizes)-1]
			c.pass.Outputs = chainMemory(t, (n.rows+size-1)/size*size*outputs)
			if again := c.run(chain, pass, false); again != loss || !sameBits(grads, c.pass.Layers[0].Grads) {
				t.Fatalf("%v: loss %v with outputs, %v without, or other gradients", c, again, loss)
			}
			for r := range n.rows {
				y := exact(c.pass.X[r*c.pass.LDX:][:n.sizes[0]])
				for l := range c.pass.Layers {
					y = c.pass.Layers[l].exactForward(y)
				}
				for o, want := range y {
					got := c.pass.Outputs[(r/size*outputs+o)*size+r%size]
					if !agree(got, want.v, want.e) {
						t.Fatalf("%v: output %d of row %d is %v, want %v ± %.2g", c, o, r, got, want.v, want.e)
					}
				}
			}
		}
	})
}

// TestChainNaN puts a NaN into one sample: the loss and the gradients that
// the sample takes part in become NaN.
func TestChainNaN(t *testing.T) {
	eachPass(t, func(t *testing.T, chain *Chain, pass func(*ChainPass)) {
		for _, n := range chainNets() {
			if n.activations[0] == ReLU {
				continue // it may hide a NaN: its derivative is decided by a comparison
			}
			n.rows = 13
			for _, where := range []string{"input", "bias"} {
				c := newChainCase(t, chain, n, rand.New(rand.NewPCG(3, 1)), chainMemory)
				layer := &c.pass.Layers[0]
				if where == "input" {
					c.pass.X[(n.rows-1)*c.pass.LDX] = nan32
				} else {
					layer.Params[layer.In*layer.Out] = nan32
				}
				if loss := c.run(chain, pass, false); loss == loss {
					t.Errorf("%v: NaN in the %s makes the loss %v", c, where, loss)
				}
				if g := layer.Grads[0]; g == g {
					t.Errorf("%v: NaN in the %s makes the first gradient %v", c, where, g)
				}
			}
		}
	})
}

// TestChainOfNothing runs a pass without rows.
func TestChainOfNothing(t *testing.T) {
	eachPass(t, func(t *testing.T, chain *Chain, pass func(*ChainPass)) {
		c := newChainCase(t, chain, chainNets()[1], rand.New(rand.NewPCG(4, 1)), func(t testing.TB, n int) []float32 { return make([]float32, max(n, 1)) })
		if loss := c.run(chain, pass, false); loss != 0 {
			t.Errorf("the loss is %v", loss)
		}
		for l, layer := range c.pass.Layers {
			for i, g := range layer.Grads {
				if g != 0 {
					t.Fatalf("gradient %d of layer %d is %v", i, l, g)
				}
			}
		}
	})
}

// TestChainSaturate drives logits far from 0: nothing overflows, and the loss
// of a sample that is right by far is right to some 1e-15.
func TestChainSaturate(t *testing.T) {
	eachPass(t, func(t *testing.T, chain *Chain, pass func(*ChainPass)) {
		for _, z := range []float32{0, 20, -20, 60, -60, 100, -100, 1e4, -1e4} {
			n := chainNet{sizes: []int{1, 1}, activations: []Activation{Identity}, loss: ChainLogistic, rows: 2}
			c := newChainCase(t, chain, n, rand.New(rand.NewPCG(5, 1)), chainMemory)
			c.pass.Layers[0].Params[0], c.pass.Layers[0].Params[1] = z, 0
			for r := range n.rows {
				c.pass.X[r*c.pass.LDX] = 1
				c.pass.T[r*c.pass.LDT] = 0
				if z > 0 {
					c.pass.T[r*c.pass.LDT] = 1 // right, and so the loss is about e^-|z|
				}
			}
			want := 2 * math.Log1p(math.Exp(-math.Abs(float64(z))))
			if got := c.run(chain, pass, false); !(math.Abs(got-want) <= 4*unit*want+1e-15) {
				t.Errorf("z=%v: loss %v, want %v", z, got, want)
			}
			if g := c.pass.Layers[0].Grads[1]; !(math.Abs(float64(g)) <= 2*math.Abs(float64(c.pass.Scale))) {
				t.Errorf("z=%v: gradient %v", z, g)
			}
		}
	})
}
