package optim

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// muon is the rule that Muon returns.
type muon struct {
	rate       float64
	momentum   float64
	plain      bool // no Nesterov
	iterations int
	matchAdamW bool
	decay      float64
	on         string // patterns with spaces between them; empty for the hidden weights
	odd        bool   // a pattern is none
	others     Rule   // of the other tensors; nil for the rule of those that Muon takes
	err        error  // of an option that was nil
}

// MuonOption is an option of Muon.
type MuonOption interface{ applyMuon(*muon) }

// Muon takes steps along the nearest orthogonal matrix to a mean of the gradients (Jordan et al.,
// "Muon: an optimizer for hidden layers in neural networks", 2024), as PyTorch computes it
// (torch.optim.Muon), but in float32 where PyTorch iterates in bfloat16. For a weight
// matrix p [out][in]
//
//	b = momentum·b + (1-momentum)·g
//	u = (1-momentum)·g + momentum·b                b without Nesterov
//	X = u/max(‖u‖, 1e-7)
//	X = 3.4445·X - 4.775·(XXᵀ)X + 2.0315·(XXᵀ)²X   so many iterations
//	p = (1 - lr·decay)·p - lr·√max(1, out/in)·X
//
// Momentum is 0.95 and Nesterov's, there are 5 iterations and no decay, unless options say
// otherwise. The slot is "mean", PyTorch's momentum_buffer. A good rate is 0.02.
//
// It is for weights of hidden layers: it takes all matrices of the role Weight but the first and
// the last of the network, or those that On names, and another rule takes the rest, AdamW(1e-3)
// unless Others says which:
//
//	optim.Muon(0.02, optim.Others(optim.AdamW(3e-4, optim.NoDecay(tensor.Bias))))
//
// A schedule scales the rates of both. All gradients are gathered before a step.
func Muon(rate float64, opts ...MuonOption) Rule {
	r := muon{rate: rate, momentum: muonMomentum, iterations: muonIterations, others: AdamW(muonOthers)}
	for i, o := range opts {
		if o == nil {
			r.err = fault.Option("muon", i)
			continue
		}
		o.applyMuon(&r)
	}
	return r
}

const (
	muonMomentum   = 0.95
	muonIterations = 5
	muonEpsilon    = 1e-7
	muonOthers     = 1e-3 // AdamW's own default rate
	// The coefficients of a quintic whose iteration takes singular values from
	// almost nothing to about 1, between 0.7 and 1.2, as fast as it can.
	muonA, muonB, muonC = 3.4445, -4.7750, 2.0315
)

type othersOption struct{ rule Rule }

func (o othersOption) applyMuon(r *muon) {
	if r.others = o.rule; o.rule == nil {
		r.err = fault.Nil("muon", "rule of the others", "one such as AdamW, or no Others")
	}
}

// Others is the rule of the tensors that Muon does not take.
func Others(rule Rule) MuonOption { return othersOption{rule} }

type onOption []string

func (o onOption) applyMuon(r *muon) {
	r.on, r.odd = joined(o)
	r.odd = r.odd || len(o) == 0
}

// On says which tensors Muon takes, by patterns of their names as in ByName.
func On(patterns ...string) MuonOption { return onOption(patterns) }

type plainOption struct{}

func (plainOption) applyMuon(r *muon) { r.plain = true }

// NoNesterov makes Muon follow the mean of the gradients as it is.
func NoNesterov() MuonOption { return plainOption{} }

type iterationsOption int

func (o iterationsOption) applyMuon(r *muon) { r.iterations = int(o) }

// Iterations sets how many times Muon iterates to an orthogonal matrix, from 1 to 100.
func Iterations(n int) MuonOption { return iterationsOption(n) }

type matchOption struct{}

func (matchOption) applyMuon(r *muon) { r.matchAdamW = true }

// MatchAdamW makes Muon's steps as long as AdamW's usually are, so that rates of AdamW
// serve: lr·0.2·√max(out, in) in place of lr·√max(1, out/in) (Liu et al., "Muon is scalable
// for LLM training", 2025).
func MatchAdamW() MuonOption { return matchOption{} }

func muonPart() catalog.Part[Rule] {
	return catalog.Part[Rule]{
		Name: "muon",
		Params: []catalog.Param{
			rateParam("0.02"),
			{Name: "momentum", Kind: catalog.Number, Default: fmt.Sprint(muonMomentum), Range: catalog.Fraction(), Help: "how slowly the mean of the gradients forgets"},
			{Name: "nesterov", Kind: catalog.Bool, Default: "true", Help: "looks ahead along the mean"},
			{Name: "iterations", Kind: catalog.Integer, Default: fmt.Sprint(muonIterations), Range: catalog.Between(1, 100), Help: "to an orthogonal matrix"},
			{Name: "match_adamw", Kind: catalog.Bool, Default: "false", Help: "steps as long as AdamW's"},
			decayParam("0"),
			{Name: "on", Kind: catalog.Text, Optional: true, Help: "patterns of the names of what it takes; hidden weights by default"},
			{Name: "others", Kind: catalog.OnePart, Default: "adamw", Help: "the rule of the rest"},
		},
		Help: "steps along orthogonal matrices, for hidden weights", Formula: "p -= lr·√max(1, out/in)·UVᵀ, where USVᵀ is the mean of the gradients", Torch: "torch.optim.Muon",
		Example: "muon(lr=0.01)",
		New: func(a catalog.Args) (Rule, error) {
			r := muon{
				rate: a.Float("lr"), momentum: a.Float("momentum"), plain: !a.Bool("nesterov"), iterations: a.Int("iterations"),
				matchAdamW: a.Bool("match_adamw"), decay: a.Float("decay"), others: catalog.One[Rule](a, "others"),
			}
			if a.Has("on") {
				On(strings.Fields(a.Text("on"))...).applyMuon(&r)
			}
			return valid(r)
		},
	}
}

func (r muon) String() string {
	s := muonPart().Spell().Float("lr", r.rate).Float("momentum", r.momentum).Bool("nesterov", !r.plain).Int("iterations", r.iterations).
		Bool("match_adamw", r.matchAdamW).Float("decay", r.decay)
	if r.on != "" {
		s = s.Text("on", r.on)
	}
	if r.others != nil {
		s = s.Part("others", r.others.String())
	}
	return s.String()
}

func (r muon) Rate() float64 { return r.rate }

func (r muon) Validate() error {
	if r.err != nil {
		return r.err
	}
	if err := fault.NonNegative("muon", "lr", r.rate); err != nil {
		return err
	}
	if err := fault.Fraction("muon", "momentum", r.momentum); err != nil {
		return err
	}
	if r.iterations < 1 || r.iterations > 100 {
		return fault.Value("muon", "iterations", float64(r.iterations), "from 1 to 100")
	}
	if err := checkDecay("muon", r.decay); err != nil {
		return err
	}
	switch {
	case r.odd:
		return fmt.Errorf("muon: on is %q, want patterns that are not empty, without spaces", r.on)
	case r.others != nil:
		return r.others.Validate()
	}
	return nil
}

// WithDecay implements Decayer.
func (r muon) WithDecay(d float64) (Rule, error) {
	r.decay = d
	return r, nil
}

// Assign implements Assigner.
func (r muon) Assign(tensors []tensor.Tensor) ([]Assignment, error) {
	alone := r
	alone.on, alone.others = "", nil
	own := alike(alone, tensors)
	if r.others == nil {
		return own, nil
	}
	list, err := Assign(r.others, tensors)
	if err != nil {
		return nil, err
	}
	takes, err := r.takes(tensors)
	if err != nil {
		return nil, fmt.Errorf("muon: %w", err)
	}
	for i := range own {
		if !takes[i] {
			own[i] = list[i]
		}
	}
	return own, nil
}

// takes returns for each tensor whether Muon takes it.
func (r muon) takes(tensors []tensor.Tensor) ([]bool, error) {
	if r.on != "" {
		return matching(r.on, tensors)
	}
	is := make([]bool, len(tensors))
	var weights []int
	for i, t := range tensors {
		if t.Role == tensor.Weight && len(t.Dims) == 2 {
			weights = append(weights, i)
		}
	}
	if len(weights) < 3 {
		return nil, fmt.Errorf("the network has %d weight matrices, none between the first and the last, which it is for: want another hidden layer, On (on=\"PATTERNS\") that names others, or another rule", len(weights))
	}
	for _, i := range weights[1 : len(weights)-1] {
		is[i] = true
	}
	return is, nil
}

func (r muon) Slots() []Slot { return []Slot{{Name: "mean"}} }

func (r muon) Stepper() Stepper { return &muonStepper{rule: r} }

type muonStepper struct {
	rule   muon
	rate   float64 // of the step under way
	shrink float32
}

func (s *muonStepper) Begin(_ int, rate float64) {
	s.rate, s.shrink = rate, float32(1-rate*s.rule.decay)
}

// Momentum implements MomentumStepper.
func (s *muonStepper) Momentum() (own float64, ok bool) { return s.rule.momentum, true }

// Momenta implements MomentumStepper: steps are tried on copies.
func (*muonStepper) Momenta(_, _ float64) {}

// SetMomentum implements MomentumStepper.
func (s *muonStepper) SetMomentum(m float64) { s.rule.momentum = m }

// Scratch implements Matrixwise: two matrices of the parameters' shape and two squares of the
// shorter side.
func (s *muonStepper) Scratch(rows, cols int) int {
	k := min(rows, cols)
	return 2 * (rows*cols + k*k)
}

// UpdateMatrix implements Matrixwise.
func (s *muonStepper) UpdateMatrix(p, grad tensor.Matrix, slots [MaxSlots]tensor.Matrix, scratch []float32, b blas.Backend) error {
	n := p.Rows * p.Cols
	u := tensor.Matrix{Rows: p.Rows, Cols: p.Cols, Stride: p.Cols, Data: scratch[:n]}
	s.direction(u.Data, grad.Data, slots[0].Data)
	o, err := orthogonal(u, s.rule.iterations, scratch[n:], b)
	if err != nil {
		return err
	}
	length := float32(s.rate * s.length(p.Rows, p.Cols))
	for i, w := range p.Data {
		p.Data[i] = float32(s.shrink*w) - float32(length*o.Data[i])
	}
	return nil
}

// direction takes the gradient into the mean, and writes what is to be made orthogonal to u.
func (s *muonStepper) direction(u, grad, mean []float32) {
	momentum, rest := float32(s.rule.momentum), float32(1-s.rule.momentum)
	for i, g := range grad {
		m := float32(momentum*flush(mean[i])) + float32(rest*g)
		mean[i] = m
		if !s.rule.plain {
			m = float32(rest*g) + float32(momentum*m)
		}
		u[i] = m
	}
}

// length is what a step is long for a matrix [rows][cols], in rates.
func (s *muonStepper) length(rows, cols int) float64 {
	if s.rule.matchAdamW {
		return 0.2 * math.Sqrt(float64(max(rows, cols)))
	}
	return math.Sqrt(max(1, float64(rows)/float64(cols)))
}

// orthogonal returns about the nearest orthogonal matrix to u, in u or in scratch, by so many
// iterations of Newton and Schulz. A wide matrix is multiplied by XXᵀ from the
// left, a tall one by XᵀX from the right, which is the same.
func orthogonal(u tensor.Matrix, iterations int, scratch []float32, b blas.Backend) (tensor.Matrix, error) {
	k := min(u.Rows, u.Cols)
	n := len(u.Data)
	square := func(data []float32) tensor.Matrix { return tensor.Matrix{Rows: k, Cols: k, Stride: k, Data: data} }
	x, next := u, tensor.Matrix{Rows: u.Rows, Cols: u.Cols, Stride: u.Stride, Data: scratch[:n]}
	gram, poly := square(scratch[n:n+k*k]), square(scratch[n+k*k:n+2*k*k])
	normalise(x.Data, b.Kernels())
	for range iterations {
		left, right := blas.NoTrans, blas.Trans
		if x.Rows > x.Cols {
			left, right = right, left
		}
		if err := b.Gemm(left, right, 1, x, x, 0, gram); err != nil {
			return x, err
		}
		copy(poly.Data, gram.Data)
		if err := b.Gemm(blas.NoTrans, blas.NoTrans, muonC, gram, gram, muonB, poly); err != nil {
			return x, err
		}
		copy(next.Data, x.Data)
		first, second := poly, x
		if x.Rows > x.Cols {
			first, second = x, poly
		}
		if err := b.Gemm(blas.NoTrans, blas.NoTrans, 1, first, second, muonA, next); err != nil {
			return x, err
		}
		x, next = next, x
	}
	return x, nil
}

// normalise divides x by its Euclidean norm.
func normalise(x []float32, k *kernels.Set) {
	inverse := 1 / max(math.Sqrt(k.SumSquares(x)), muonEpsilon)
	for i, v := range x {
		x[i] = float32(float64(v) * inverse)
	}
}
