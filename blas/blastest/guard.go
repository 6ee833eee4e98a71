package blastest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/arena"
)

// sentinelBits is a NaN that no arithmetic produces: it marks what must stay
// as it is.
const sentinelBits = 0x7fc0beef

// memory is a region between two unmapped pages. A matrix stands at its
// start or at its end, so that a read or write past that side faults.
type memory struct {
	all  []float32
	free func()
}

// pageFloats is a multiple of every page size in use (up to 64 KiB), in
// float32: a region of such a size touches both of its guards.
const pageFloats = 64 << 10 / 4

func newMemory(floats int) (memory, error) {
	n := max(1, (floats+pageFloats-1)/pageFloats) * pageFloats
	all, free, err := arena.Guarded(n, true)
	return memory{all, free}, err
}

// matrix returns a rows×cols matrix with slack unused elements after each row
// but the last, at the end of the region or at its start. Slack elements are
// sentinels, which are NaN to whoever reads them; so are the elements.
func (m memory) matrix(rows, cols, slack int, atEnd bool) blas.Matrix {
	stride := cols + slack
	n := 0
	if rows > 0 && cols > 0 {
		n = (rows-1)*stride + cols
	}
	data := m.all[:n:n]
	if atEnd {
		data = m.all[len(m.all)-n:]
	}
	for i := range data {
		data[i] = math.Float32frombits(sentinelBits)
	}
	return blas.Matrix{Rows: rows, Cols: cols, Stride: stride, Data: data}
}

// desk is the memory of one check's operands.
type desk []memory

// newDesk returns operands regions of floats elements each.
func newDesk(operands, floats int) (desk, error) {
	var d desk
	for range operands {
		m, err := newMemory(floats)
		if err != nil {
			d.free()
			return nil, fmt.Errorf("guarded memory: %w", err)
		}
		d = append(d, m)
	}
	return d, nil
}

func (d desk) free() {
	for _, m := range d {
		m.free()
	}
}

func at(m blas.Matrix, i, j int) float32 { return m.Data[i*m.Stride+j] }

// fill sets the elements of m, not its slack, to value().
func fill(m blas.Matrix, value func() float32) {
	for i := range m.Rows {
		for j := range m.Cols {
			m.Data[i*m.Stride+j] = value()
		}
	}
}

// uniform returns numbers in [-1, 1), a zero now and then.
func uniform(rng *rand.Rand) func() float32 {
	return func() float32 {
		x := rng.Float32()
		if x < 1.0/64 {
			return 0
		}
		return 2*x - 1
	}
}

// clone returns m with data of its own.
func clone(m blas.Matrix) blas.Matrix {
	m.Data = slices.Clone(m.Data)
	return m
}

// unchanged reports a bit of m, slack included, that differs from before.
func unchanged(name string, m, before blas.Matrix) error {
	for i := range m.Data {
		if got, want := math.Float32bits(m.Data[i]), math.Float32bits(before.Data[i]); got != want {
			return fmt.Errorf("%s was changed: element %d of its data is %#08x, was %#08x", name, i, got, want)
		}
	}
	return nil
}

// slackUnchanged reports an element between m's rows that is no sentinel any
// more.
func slackUnchanged(name string, m blas.Matrix) error {
	if m.Cols == 0 {
		return nil
	}
	for i := range m.Rows - 1 {
		for j := m.Cols; j < m.Stride; j++ {
			if math.Float32bits(at(m, i, j)) != sentinelBits {
				return fmt.Errorf("%s: wrote %v after row %d, at column %d of %d", name, at(m, i, j), i, j, m.Cols)
			}
		}
	}
	return nil
}

// sameBits reports the first element in which two slices differ.
func sameBits(got, want []float32) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d elements, want %d", len(got), len(want))
	}
	for i := range got {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
			return fmt.Errorf("element %d is %v (%#08x), want %v (%#08x)", i, got[i], math.Float32bits(got[i]), want[i], math.Float32bits(want[i]))
		}
	}
	return nil
}
