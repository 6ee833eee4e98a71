package nn

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// matrix is a tensor that a Matrixwise rule changes. A step is taken on copies in the layout of
// files, [out][in], and written once it is known that all of it is finite.
type matrix struct {
	owner      *trainable
	index      int // among its members
	group      *group
	backend    blas.Backend
	rows, cols int

	param []float32                 // after the step to come
	slots [optim.MaxSlots][]float32 // the state
	next  [optim.MaxSlots][]float32 // that after the step to come
	road  *road                     // shared by all matrices, as what follows is
	grad  *[]float32                // as long as the largest of them
	work  *[]float32                // what the rule asks for
}

// road is memory to take tensors from the layout of plans to that of files, and back.
type road struct{ w, b []float32 }

// reserve makes memory for the tensors of a trainable.
func (r *road) reserve(t *trainable) {
	if t.param == nil {
		r.w, r.b = larger(r.w, t.block.in*t.block.out), larger(r.b, t.block.out)
	}
}

// larger returns mem, or memory of length n if that is more.
func larger(mem []float32, n int) []float32 {
	if len(mem) >= n {
		return mem
	}
	return arena.Float32(n)
}

// unpack returns the weight [in][out] and bias of flat, which has the layout of a block's
// parameters.
func (r *road) unpack(n *block, flat []float32) (w tensor.Matrix, b []float32, err error) {
	w = tensor.Matrix{Rows: n.in, Cols: n.out, Stride: n.out, Data: r.w[:n.in*n.out]}
	if !n.plan.Spec().NoBias {
		b = r.b[:n.out]
	}
	return w, b, n.wrap(n.plan.Unpack(flat, w, b))
}

// read writes member i of flat, which has the layout of t's parameters, to dst in the layout of
// files.
func (r *road) read(t *trainable, i int, flat, dst []float32) error {
	if t.param != nil {
		copy(dst, flat)
		return nil
	}
	w, b, err := r.unpack(t.block, flat)
	if err != nil {
		return err
	}
	if i == 1 {
		copy(dst, b)
		return nil
	}
	transpose(dst, w.Data, w.Rows, w.Cols)
	return nil
}

// write is the way back: it writes src to member i of flat.
func (r *road) write(t *trainable, i int, flat, src []float32) error {
	if t.param != nil {
		copy(flat, src)
		return nil
	}
	w, b, err := r.unpack(t.block, flat)
	if err != nil {
		return err
	}
	if i == 1 {
		copy(b, src)
	} else {
		transpose(w.Data, src, w.Cols, w.Rows)
	}
	return t.node.wrap(t.block.plan.Pack(flat, w, b))
}

// transpose writes the transpose of src [rows][cols] to dst, square by square: of either, few
// lines are in use at once.
func transpose(dst, src []float32, rows, cols int) {
	const side = 32
	for i0 := 0; i0 < rows; i0 += side {
		for j0 := 0; j0 < cols; j0 += side {
			for i := i0; i < min(i0+side, rows); i++ {
				for j := j0; j < min(j0+side, cols); j++ {
					dst[j*rows+i] = src[i*cols+j]
				}
			}
		}
	}
}

// addMatrix plans the memory for member i of t, if its rule is Matrixwise.
func (o *Optimizer) addMatrix(t *trainable, i int) {
	m := t.members[i]
	g := m.group
	if g == nil || g.matrices == nil {
		return
	}
	x := &matrix{owner: t, index: i, group: g, backend: o.net.backend, rows: m.tensor.Dims[0], cols: m.tensor.Dims[1]}
	n := x.rows * x.cols
	if len(o.matrices) == 0 {
		x.road, x.grad, x.work = new(road), new([]float32), new([]float32)
	} else {
		first := o.matrices[0]
		x.road, x.grad, x.work = first.road, first.grad, first.work
	}
	x.road.reserve(t)
	*x.grad = larger(*x.grad, n)
	*x.work = larger(*x.work, g.matrices.Scratch(x.rows, x.cols))
	x.param = arena.Float32(n)
	for s, slot := range g.slots {
		x.slots[s], x.next[s] = startOf(slot, n), arena.Float32(n)
	}
	m.matrix = x
	o.matrices = append(o.matrices, x)
}

// prepareMatrices takes the steps of all matrices on copies, with gradients times coefficient, and
// returns a *NonFiniteError if anything would not be finite.
func (o *Optimizer) prepareMatrices(coefficient float32) error {
	for _, x := range o.matrices {
		if err := x.prepare(coefficient, o.steps+1); err != nil {
			return err
		}
	}
	return nil
}

func (x *matrix) prepare(coefficient float32, step int) error {
	t, g := x.owner, x.group
	n := x.rows * x.cols
	grad := (*x.grad)[:n]
	if err := x.road.read(t, x.index, t.gradients(), grad); err != nil {
		return err
	}
	if err := x.road.read(t, x.index, t.values(), x.param); err != nil {
		return err
	}
	if coefficient != 1 {
		t.kernels.Scale(coefficient, grad)
	}
	if !(t.largest(grad) <= math.MaxFloat32) {
		return x.nonFinite(step, "gradient of "+x.place(grad), grad)
	}
	var slots [optim.MaxSlots]tensor.Matrix
	for s := range g.slots {
		copy(x.next[s], x.slots[s])
		slots[s] = x.view(x.next[s])
	}
	scratch := (*x.work)[:g.matrices.Scratch(x.rows, x.cols)]
	if err := g.matrices.UpdateMatrix(x.view(x.param), x.view(grad), slots, scratch, x.backend); err != nil {
		return fmt.Errorf("step %d: %w", step, t.node.wrap(fmt.Errorf("%s: %w", g.rule, err)))
	}
	if !(t.largest(x.param) <= math.MaxFloat32) {
		return x.nonFinite(step, afterStep(g, -1, x.place(x.param)), x.param)
	}
	for s := range g.slots {
		if !(t.largest(x.next[s]) <= math.MaxFloat32) {
			return x.nonFinite(step, afterStep(g, s, x.place(x.next[s])), x.next[s])
		}
	}
	return nil
}

func (x *matrix) view(data []float32) tensor.Matrix {
	return tensor.Matrix{Rows: x.rows, Cols: x.cols, Stride: x.cols, Data: data}
}

// place is where the first number of values is that is not finite, as in other errors: a block's
// weight has its inputs first.
func (x *matrix) place(values []float32) string {
	at := slices.IndexFunc(values, func(v float32) bool { return !isFinite(v) })
	i, j := at/x.cols, at%x.cols
	if x.owner.param != nil {
		return fmt.Sprintf("%s [%d][%d]", x.owner.param.Name, i, j)
	}
	return fmt.Sprintf("weight [%d][%d]", j, i)
}

func (x *matrix) nonFinite(step int, what string, values []float32) error {
	at := slices.IndexFunc(values, func(v float32) bool { return !isFinite(v) })
	return x.owner.nonFiniteError(step, what, float64(values[at]))
}

// writeMatrices writes what prepareMatrices has prepared. The caller holds the weights, and refreshes what is made of them.
func (o *Optimizer) writeMatrices() error {
	for _, x := range o.matrices {
		if err := x.road.write(x.owner, x.index, x.owner.values(), x.param); err != nil {
			return err
		}
		x.slots, x.next = x.next, x.slots
	}
	return nil
}
