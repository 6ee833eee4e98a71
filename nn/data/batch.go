package data

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Batch is samples with what should come out for them. The zero Batch is ready to be
// filled by a Stream, which uses the memory that it owns again: a copy of a Batch is a view
// of the same memory.
type Batch struct {
	X      tensor.Matrix // [samples][features]
	Target Target        // one label or row of values, and one weight if there are any, for each sample

	own memory
}

// memory is what a batch owns. X and Target may be views of it, or of something else.
type memory struct {
	x, values tensor.Matrix
	labels    []int
	weights   []float32
}

// Reserve makes b a batch of so many rows of what info says, in memory that it owns, for a
// Stream to write. Rows hold whatever they held. Once it had the rows of the largest batch, it
// allocates nothing.
func (b *Batch) Reserve(info Info, rows int) error {
	if rows < 0 {
		return fault.Value("batch", "rows", float64(rows), "at least 0")
	}
	if err := info.Check(); err != nil {
		return err
	}
	return b.reserve(&info, rows, 0)
}

// reserve is Reserve, which keeps what is in the first rows.
func (b *Batch) reserve(info *Info, rows, keep int) error {
	widest := max(info.Features, info.Values)
	if most := maxFloats / arena.Stride(widest); rows > most {
		return fault.Value("batch", "rows", float64(rows), fmt.Sprintf("at most %d of %d columns", most, widest))
	}
	m := &b.own
	reserveMatrix(&m.x, rows, info.Features, keep)
	b.X, b.Target = tensor.Rows(m.x, 0, rows), Target{}
	switch info.Target {
	case LabelTarget:
		b.Target.Labels = reserveSlice(&m.labels, rows, keep)
	case ValueTarget:
		reserveMatrix(&m.values, rows, info.Values, keep)
		b.Target.Values = tensor.Rows(m.values, 0, rows)
	}
	if info.Weights {
		b.Target.Weights = reserveSlice(&m.weights, rows, keep)
	}
	return nil
}

// maxFloats bounds a batch's matrix, so that a slip in a number is an error rather than the
// end of the program: 16 GiB, or 1 GiB where an int has 32 bits.
const maxFloats = 1 << (28 + 4*(math.MaxInt>>62))

func reserveMatrix(m *tensor.Matrix, rows, cols, keep int) {
	if m.Rows >= rows && m.Cols == cols {
		return
	}
	stride := arena.Stride(cols)
	grown := tensor.Matrix{Rows: rows, Cols: cols, Stride: stride, Data: arena.Float32(rows * stride)}
	if keep > 0 {
		copy(grown.Data, m.Data[:keep*stride])
	}
	*m = grown
}

// reserveSlice returns so many elements of v, which is not nil any more.
func reserveSlice[T any](v *[]T, n, keep int) []T {
	if *v == nil || len(*v) < n {
		grown := make([]T, n)
		copy(grown, (*v)[:keep])
		*v = grown
	}
	return (*v)[:n]
}

// view makes b the rows lo to hi-1 of samples that somebody else holds, or of itself.
func (b *Batch) view(info *Info, x tensor.Matrix, t Target, lo, hi int) {
	b.X = tensor.Rows(x, lo, hi)
	if info.Target == NoTarget {
		b.Target = Target{}
		if info.Weights {
			b.Target.Weights = t.Weights[lo:hi]
		}
		return
	}
	b.Target = t.Rows(lo, hi)
}

// checkSamples reports, as a *MismatchError, samples that are not what info says. row is the
// first one's.
func checkSamples(info *Info, x tensor.Matrix, t *Target, row int64) error {
	rows := x.Rows
	mismatch := func(what, got, want string) error { return &MismatchError{What: what, Row: row, Got: got, Want: want} }
	switch {
	case rows == 0:
		return mismatch("x", "no rows", "at least one")
	case x.Cols != info.Features:
		return mismatch("x", fmt.Sprintf("%d columns", x.Cols), fmt.Sprintf("%d", info.Features))
	case !blas.Fits(&x, -1, info.Features):
		return mismatch("x", described(x), fmt.Sprintf("rows of %d elements", info.Features))
	case info.Target != LabelTarget && t.Labels != nil:
		return mismatch("labels", fmt.Sprintf("%d labels", len(t.Labels)), info.Target.String())
	case info.Target != ValueTarget && t.Values.Cols != 0:
		return mismatch("values", described(t.Values), info.Target.String())
	case info.Target == LabelTarget && len(t.Labels) != rows:
		return mismatch("labels", fmt.Sprintf("%d labels", len(t.Labels)), fmt.Sprintf("%d, one for each row of x", rows))
	case info.Target == ValueTarget && !blas.Fits(&t.Values, rows, info.Values):
		return mismatch("values", described(t.Values), fmt.Sprintf("%d×%d, a row for each of x", rows, info.Values))
	case !info.Weights && t.Weights != nil:
		return mismatch("weights", fmt.Sprintf("%d weights", len(t.Weights)), "none")
	case info.Weights && len(t.Weights) != rows:
		return mismatch("weights", fmt.Sprintf("%d weights", len(t.Weights)), fmt.Sprintf("%d, one for each row of x", rows))
	}
	return nil
}

// described is a matrix in an error's words.
func described(m tensor.Matrix) string {
	return fmt.Sprintf("%d×%d in %d elements with stride %d", m.Rows, m.Cols, len(m.Data), m.Stride)
}
