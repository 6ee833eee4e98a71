package nn

import (
	"math/rand/v2"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// block is the op of a Dense, which runs as a plan together with a function of the kernels
// behind it.
type block struct {
	*node
	in, out int
	noBias  bool
	init    initial.Initialiser // nil: the network's
	rand    *rand.Rand          // of its place

	plan blas.Dense // a larger batch replaces it, with both of the network's locks held
}

// values implements holder.
func (b *block) values() ([][]float32, error) { return b.numbers(b.plan.Parameters()) }

// gradients implements holder.
func (b *block) gradients() ([][]float32, error) { return b.numbers(b.plan.Gradients()) }

// numbers are the weight [out][in] and the bias, unless there is none, in flat, which has the layout
// of the parameters.
func (b *block) numbers(flat []float32) ([][]float32, error) {
	w, bias, err := b.unpack(flat)
	if err != nil {
		return nil, err
	}
	list := [][]float32{transposed(w.Data, b.in, b.out)}
	if !b.noBias {
		list = append(list, bias)
	}
	return list, nil
}

// set implements holder.
func (b *block) set(values [][]float32) error {
	w := tensor.Matrix{Rows: b.in, Cols: b.out, Stride: b.out, Data: transposed(values[0], b.out, b.in)}
	var bias []float32
	if !b.noBias {
		bias = values[1]
	}
	return b.wrap(blas.SetWeights(b.plan, w, bias))
}

// trainables implements holder.
func (b *block) trainables() ([]*trainable, [][]blas.Segment) {
	return []*trainable{{node: b.node, block: b, members: membersOf(b.tensors())}}, [][]blas.Segment{b.plan.Segments()}
}

// realise makes the plan and its first weights.
func (b *block) realise(c *config) (err error) {
	defer func() { err = b.wrap(err) }()
	defer recovered(&err) // an initialiser may be the user's
	spec := blas.DenseSpec{In: b.in, Out: b.out, MaxBatch: c.maxBatch, NoBias: b.noBias, Precision: c.precision}
	if b.f != nil && !b.slopes() {
		spec.Activation = b.f.Kernel
	}
	if b.plan, err = c.backend.Dense(spec); err != nil {
		return err
	}
	if c.blank {
		return nil
	}
	init := b.init
	if init == nil {
		init = c.init
	}
	if init == nil {
		init = defaultInit()
	}
	w := tensor.Matrix{Rows: b.in, Cols: b.out, Stride: b.out, Data: make([]float32, b.in*b.out)}
	bias := make([]float32, b.out)
	init.Fill(b.rand, b.in, b.out, w.Data, bias) // the weights are the same without a bias
	for _, list := range [][]float32{w.Data, bias} {
		for _, v := range list {
			if v-v != 0 {
				return fault.Value(init.String(), "a first weight", float64(v), "a finite number")
			}
		}
	}
	if b.noBias {
		bias = nil
	}
	return blas.SetWeights(b.plan, w, bias)
}

// tensors lists those of a Dense in PyTorch's names and shapes: the weight is [out][in].
func (b *block) tensors() []tensor.Tensor {
	list := []tensor.Tensor{{Name: tensorName(b.name, "weight"), Role: tensor.Weight, Dims: []int{b.out, b.in}}}
	if !b.noBias {
		list = append(list, tensor.Tensor{Name: tensorName(b.name, "bias"), Role: tensor.Bias, Dims: []int{b.out}})
	}
	return list
}

// size is the number of parameters, padding not counted. It does not look at the
// plan, which a larger batch replaces, so that it needs no lock.
func (b *block) size() int {
	if b.noBias {
		return b.in * b.out
	}
	return (b.in + 1) * b.out
}

// unpack copies flat, which has the layout of the block's parameters. The bias is nil if there
// is none.
func (b *block) unpack(flat []float32) (w tensor.Matrix, bias []float32, err error) {
	w = tensor.Matrix{Rows: b.in, Cols: b.out, Stride: b.out, Data: make([]float32, b.in*b.out)}
	if !b.noBias {
		bias = make([]float32, b.out)
	}
	if err := b.plan.Unpack(flat, w, bias); err != nil {
		return tensor.Matrix{}, nil, b.wrap(err)
	}
	return w, bias, nil
}

func (b *block) takes(*function) bool { return true }

func (b *block) applies(*function) bool { return true }

// keeps: gradients of weights are a product with the input.
func (*block) keeps() (in, out bool) { return true, false }

func (*block) keepsGradient() bool                { return true }
func (*block) need(int, bool) (kept, scratch int) { return 0, 0 }
func (*block) place(*graph, *layout, *node)       {}
func (*block) handsOn(*node) bool                 { return false }
func (*block) bounded() bool                      { return true }

func (b *block) forward(n *node, m *memory) error {
	x, y := m.values[n.in[0]], m.values[n.out]
	switch {
	case m.pass.Training && n.slopes():
		return b.plan.ForwardSlope(x, y, m.slope(n, y), n.f.Slope)
	case m.pass.Training:
		return b.plan.Forward(x, y)
	case n.slopes(): // the plan has no activation
		if err := b.plan.Predict(x, y); err != nil {
			return err
		}
		return m.apply(n.f, y, tensor.Matrix{}, y)
	}
	return b.plan.Predict(x, y)
}

func (b *block) backward(n *node, w *workspace, dz tensor.Matrix) error {
	v := n.in[0]
	if !w.wants(v) {
		return nil
	}
	dx, first, last := w.turn(v)
	var slope blas.Slope
	if last {
		slope, w.derived[v] = w.slopeOf(v), true
	}
	return b.plan.BackwardData(dz, dx, slope, !first)
}

func (b *block) up(n *node, values []float64, param float64) float64 {
	return sumBound(b.in+1, max(values[n.in[0]], 1), param)
}

func (b *block) down(_ *node, dz, param float64) float64 { return sumBound(b.out, dz, param) }
