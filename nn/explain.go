package nn

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/internal/roof"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Explanation says how a network does the products of a training step, and
// how fast.
type Explanation struct {
	Backend string  `json:"backend"`
	Library string  `json:"library"`
	ISA     string  `json:"isa"`
	Workers int     `json:"workers"`
	Batch   int     `json:"batch"`
	Peak    float64 `json:"peak"` // FLOP/s: the FMA loop on random numbers, on all workers at once

	Precision blas.Precision `json:"precision"`               // how products are done
	Asked     blas.Precision `json:"asked_precision"`         // how they should have been
	Why       string         `json:"precision_why,omitempty"` // the reason, if that is not the same

	// Chain is set for a network that a trainer takes through forward pass,
	// loss and backward pass in one call, unless it has a loss of its own. Its
	// blocks are what Forward, Backward and Predict run.
	Chain  *ProductExplanation `json:"chain,omitempty"`
	Blocks []BlockExplanation  `json:"blocks"`
}

// BlockExplanation is a Dense layer with its activation, or any other layer,
// which has no products.
type BlockExplanation struct {
	Name     string               `json:"name"` // "dense 784→512 + relu"
	Products []ProductExplanation `json:"products,omitempty"`
}

// ProductExplanation is a product [M×K]·[K×N]. Rates are in FLOP/s.
type ProductExplanation struct {
	Name      string  `json:"name"` // "forward", "backward data", "backward weights"
	M         int     `json:"m"`
	N         int     `json:"n"`
	K         int     `json:"k"`
	Path      string  `json:"path"`
	Kernel    string  `json:"kernel"`
	Workers   int     `json:"workers"`
	Why       string  `json:"why"`
	Predicted float64 `json:"predicted,omitempty"` // what the choice of workers expects; 0 if none was to be made
	Measured  float64 `json:"measured"`
	Roof      float64 `json:"roof"`  // the most that so many workers can reach
	Bound     string  `json:"bound"` // what the roof is: "FMA", the unit that multiplies bf16, or the level of memory that holds the operands
}

// Share is the fraction of its roof that the product reaches.
func (p *ProductExplanation) Share() float64 { return p.Measured / p.Roof }

// Explain says for each block and product of a training step on batch rows
// which path and kernel it takes, on how many workers and why, at what rate
// and under which roof. Path and workers follow from shapes and options. The
// rates are measured there and then, on random numbers, for a few milliseconds
// each: nothing else should run. An update that is fused into a product is
// not part of it. The network itself is only read: it is safe from many
// goroutines, and a training step that comes meanwhile waits.
func (n *Network) Explain(batch int) (*Explanation, error) {
	if err := n.made(); err != nil {
		return nil, err
	}
	if most := n.mostTried(); batch < 1 || batch > most {
		return nil, fault.Value("explain", "batch", float64(batch), fmt.Sprintf("at least 1 and at most %d rows, which take %d MiB in this network", most, maxTried>>18))
	}
	// For as long as it takes: a larger batch replaces plans, and Close ends the
	// backend.
	n.weights.RLock()
	defer n.weights.RUnlock()
	if n.closed {
		return nil, ErrClosed
	}
	set := n.backend.Kernels()
	e := &Explanation{
		Backend: n.backend.Name(), Library: n.backend.Library(), ISA: set.ISA,
		Workers: n.backend.Workers(), Batch: batch,
		Precision: n.precision, Asked: n.asked, Why: n.why,
	}
	x := explainer{backend: n.backend, batch: batch, rng: rand.New(rand.NewPCG(n.seed, random.Explain)), roofs: map[int]roof.Roof{}, units: map[int]float64{}}
	for _, b := range n.blocks {
		x.most = max(x.most, 4*float64(b.in*b.out+batch*(b.in+b.out)))
	}
	e.Peak = x.roof(e.Workers).FLOPs
	blocks := n.blocks
	for _, node := range n.nodes {
		explained := BlockExplanation{Name: node.desc}
		if len(blocks) > 0 && blocks[0].node == node {
			var err error
			b := blocks[0]
			blocks = blocks[1:]
			if explained.Products, err = x.products(b, n.values[node.in[0]].wanted); err != nil {
				return nil, node.wrap(err)
			}
		}
		e.Blocks = append(e.Blocks, explained)
	}
	var err error
	e.Chain, err = x.chain(n)
	return e, err
}

// explainer measures products on plans of its own.
type explainer struct {
	backend blas.Backend
	batch   int
	rng     *rand.Rand
	most    float64           // bytes that the largest product touches
	roofs   map[int]roof.Roof // by workers
	units   map[int]float64   // FLOP/s of the unit that multiplies bf16, by workers
}

func (x *explainer) roof(workers int) roof.Roof {
	if _, ok := x.roofs[workers]; !ok {
		x.roofs[workers] = roof.Measure(x.backend.Kernels(), workers, x.most)
	}
	return x.roofs[workers]
}

// pairs is the rate of a unit that multiplies bf16.
func (x *explainer) pairs(u *kernels.Pairs, workers int) float64 {
	if _, ok := x.units[workers]; !ok {
		x.units[workers] = roof.PeakPairs(u, workers)
	}
	return x.units[workers]
}

// products explains the products of a block. A block below which nothing is
// trained has none for the gradient of its input.
func (x *explainer) products(node *block, data bool) ([]ProductExplanation, error) {
	plan, err := x.randomCopy(node)
	if err != nil {
		return nil, err
	}
	in, out := x.random(node.in), x.random(node.out)
	dx, y := x.random(node.in), x.random(node.out)
	all := []struct {
		which   blas.Which
		m, n, k int
		do      func() error
	}{
		{blas.ForwardProduct, x.batch, node.out, node.in, func() error { return plan.Forward(in, y) }},
		{blas.DataProduct, x.batch, node.in, node.out, func() error { return plan.BackwardData(out, dx, blas.Slope{}, false) }},
		{blas.WeightsProduct, node.in, node.out, x.batch, func() error { return plan.BackwardWeights(in, out, false, nil) }},
	}
	var list []ProductExplanation
	for _, p := range all {
		if p.which == blas.DataProduct && !data {
			continue
		}
		e := ProductExplanation{Name: string(p.which), M: p.m, N: p.n, K: p.k, Workers: x.backend.Workers()}
		flops := 2 * float64(p.m) * float64(p.n) * float64(p.k)
		var how blas.How
		if explains, ok := plan.(blas.Explainer); ok {
			how = explains.Explain(p.which, x.batch)
			e.Path, e.Kernel, e.Why, e.Workers = how.Path, how.Kernel, how.Why, how.Workers
			if how.Nanos > 0 {
				e.Predicted = flops / how.Nanos * 1e9
			}
		}
		compute := x.roof(e.Workers).FLOPs
		if how.Unit != nil {
			compute = x.pairs(how.Unit, e.Workers) / float64(how.Terms)
		}
		bytes := 4 * (float64(p.m)*float64(p.k) + float64(p.k)*float64(p.n) + float64(p.m)*float64(p.n))
		if err := x.measure(&e, how.Unit, compute, flops, bytes, p.do); err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// randomCopy is a plan like the node's, with random weights.
func (x *explainer) randomCopy(node *block) (blas.Dense, error) {
	spec := node.plan.Spec()
	spec.MaxBatch = max(spec.MaxBatch, x.batch)
	plan, err := x.backend.Dense(spec)
	if err != nil {
		return nil, err
	}
	w := tensor.Matrix{Rows: node.in, Cols: node.out, Stride: node.out, Data: roof.RandomFloats(x.rng, node.in*node.out)}
	return plan, blas.SetWeights(plan, w, roof.RandomFloats(x.rng, node.out))
}

// random is a batch of random rows, at the stride that networks use.
func (x *explainer) random(cols int) tensor.Matrix {
	stride := arena.Stride(cols)
	return tensor.Matrix{Rows: x.batch, Cols: cols, Stride: stride, Data: roof.RandomFloats(x.rng, x.batch*stride)}
}

// chain explains what a trainer does with a network that is small enough for
// a chain, and is nil for others.
func (x *explainer) chain(n *Network) (*ProductExplanation, error) {
	chainer, ok := n.backend.(blas.Chainer)
	if !ok || n.inputGradient {
		return nil, nil
	}
	if n.chainPlans() == nil {
		return nil, nil
	}
	var plans []blas.Dense
	var flops, bytes float64
	for i, node := range n.blocks {
		plan, err := x.randomCopy(node)
		if err != nil {
			return nil, node.wrap(err)
		}
		plans = append(plans, plan)
		products := 3.0
		if i == 0 {
			products = 2
		}
		flops += products * 2 * float64(x.batch) * float64(node.in) * float64(node.out)
		bytes += 4 * float64((node.in+1)*node.out)
	}
	chain := chainer.Chain(plans, kernels.ChainSquaredError)
	if chain == nil {
		return nil, nil
	}
	in, target := x.random(n.inputs), x.random(n.outputs)
	e := &ProductExplanation{
		Name: "forward, loss and backward", M: x.batch, N: n.outputs, K: n.inputs,
		Path:    "the whole network in one kernel, a sample in each lane",
		Kernel:  x.backend.Kernels().ISA + " chain",
		Workers: 1,
		Why:     fmt.Sprintf("%d parameters in layers of a panel at most: nothing leaves L1", n.NumParameters()),
	}
	if n.precision != blas.Float32 {
		e.Why += "; in float32, as so few gain nothing from " + string(n.precision)
	}
	bytes += 4 * float64(x.batch) * float64(n.inputs+n.outputs)
	return e, x.measure(e, nil, x.roof(1).FLOPs, flops, bytes, func() error {
		_, err := chain.Loss(in, target, tensor.Matrix{}, 1)
		chain.Gradients(false)
		return err
	})
}

const (
	explainSamples = 5
	explainSample  = time.Millisecond // the least time of a sample
)

// measure fills in the least time of a few samples, and the roof, under which
// the FMA rate or that of unit is compute FLOP/s.
func (x *explainer) measure(e *ProductExplanation, unit *kernels.Pairs, compute, flops, bytes float64, do func() error) error {
	if err := do(); err != nil { // warm up
		return err
	}
	best := 0.0
	for range explainSamples {
		calls := 0
		start := time.Now()
		for calls == 0 || time.Since(start) < explainSample {
			if err := do(); err != nil {
				return err
			}
			calls++
		}
		best = max(best, flops*float64(calls)/max(time.Since(start), 1).Seconds())
	}
	e.Measured = best
	top := x.roof(e.Workers)
	top.FLOPs = compute
	seconds, bound := top.Seconds(flops, bytes)
	if unit != nil && bound == roof.FMA {
		bound = unit.Unit
	}
	e.Roof, e.Bound = flops/seconds, bound
	return nil
}

// String is a table for people, rates in GFLOP/s. Below each product stands
// its path, and why.
func (e *Explanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, %d worker(s), batch %d; the FMA loop does %.0f GFLOP/s\n", e.Backend, e.Library, e.Workers, e.Batch, e.Peak/1e9)
	fmt.Fprint(&b, describePrecision(e.Precision, e.Asked, e.Why))
	fmt.Fprintln(&b)
	const line = "  %-26s %-16s %7s %9s %8s %11s %6s  %s\n"
	fmt.Fprintf(&b, line, "GFLOP/s", "m×n×k", "workers", "predicted", "measured", "roof", "%roof", "kernel")
	row := func(p *ProductExplanation) {
		predicted := "–"
		if p.Predicted > 0 {
			predicted = fmt.Sprintf("%.0f", p.Predicted/1e9)
		}
		fmt.Fprintf(&b, line, p.Name, fmt.Sprintf("%d×%d×%d", p.M, p.N, p.K), fmt.Sprint(p.Workers), predicted,
			fmt.Sprintf("%.1f", p.Measured/1e9), fmt.Sprintf("%.0f %s", p.Roof/1e9, p.Bound), fmt.Sprintf("%.0f", 100*p.Share()), p.Kernel)
		fmt.Fprintf(&b, "      %s: %s\n", p.Path, p.Why)
	}
	if e.Chain != nil {
		fmt.Fprintln(&b, "all of it, in training")
		row(e.Chain)
	}
	for _, block := range e.Blocks {
		fmt.Fprintln(&b, block.Name)
		for i := range block.Products {
			row(&block.Products[i])
		}
	}
	return b.String()
}
