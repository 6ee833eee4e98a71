package layer_test

import (
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/internal/familytest"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// bench is a builder that gives a stage away, with memory for its tensors.
type bench struct {
	layer.Builder
	backend blas.Backend
	stage   layer.Stage
}

func (b *bench) Env() *layer.Env { return &layer.Env{Backend: b.backend, Seed: 7} }

func (b *bench) Stage(x layer.Value, s layer.Stage) (layer.Value, error) {
	b.stage = s
	return x, nil
}

// atWork is a stage with what it keeps.
type atWork struct {
	layer.Stage
	tensors []*tensor.Tensor
	pass    layer.Pass
}

// work makes the stage of l for rows of width features.
func work(t *testing.T, l layer.Layer, rows, width int) *atWork {
	t.Helper()
	backend, err := backends.Open("gonum", backends.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { backend.Close() })
	b := &bench{backend: backend}
	if _, err := l.Build(b, layer.Value{Shape: tensor.Shape{width}}); err != nil {
		t.Fatal(err)
	}
	w := &atWork{Stage: b.stage, tensors: b.stage.Tensors()}
	for _, p := range w.tensors {
		p.Value, p.Grad = make([]float32, p.Size()), make([]float32, p.Size())
		for i := range p.Value {
			p.Value[i] = 1 + float32(i%5)/8
		}
	}
	kept, scratch := w.Need(rows, true)
	w.pass = layer.Pass{Training: true, Step: 3, Rows: rows, Kept: make([]float32, kept), Scratch: make([]float32, scratch), Run: parallelRun}
	return w
}

func parallelRun(job blas.Job, tasks int) error { return parallel.Alone(job, tasks) }

// ranks adds up what as many goroutines as it is told bring.
type ranks struct {
	mu      sync.Mutex
	arrived *sync.Cond
	n       int
	brought [][]float64
	round   int
}

func newRanks(n int) *ranks {
	r := &ranks{n: n, brought: make([][]float64, n)}
	r.arrived = sync.NewCond(&r.mu)
	return r
}

// sum is Pass.Sum of a rank.
func (r *ranks) sum(rank int) func(v []float64) error {
	return func(v []float64) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		round := r.round
		r.brought[rank] = v
		for _, b := range r.brought {
			if b == nil {
				for round == r.round {
					r.arrived.Wait()
				}
				return nil
			}
		}
		for i := range v { // the last one to come adds for all
			total := 0.0
			for _, b := range r.brought {
				total += b[i]
			}
			for _, b := range r.brought {
				b[i] = total
			}
		}
		clear(r.brought)
		r.round++
		r.arrived.Broadcast()
		return nil
	}
}

// TestBatchNormOfRanks: a batch that two ranks share, in uneven parts, gives what it gives
// whole: outputs, gradients at inputs, running statistics; and the sum of the ranks' gradients is the whole's.
func TestBatchNormOfRanks(t *testing.T) {
	const rows, width, cut = 11, 37, 4
	rng := rand.New(rand.NewPCG(1, 2))
	random := func() tensor.Matrix {
		m := tensor.Matrix{Rows: rows, Cols: width, Stride: width + 3, Data: make([]float32, rows*(width+3))}
		for i := range m.Data {
			m.Data[i] = float32(rng.NormFloat64()) + 2
		}
		return m
	}
	x, dy := random(), random()
	run := func(w *atWork, lo, hi int, y, dx tensor.Matrix) {
		w.pass.Row, w.pass.Rows = lo, rows
		if err := w.Forward(&w.pass, tensor.Rows(x, lo, hi), tensor.Rows(y, lo, hi)); err != nil {
			t.Error(err)
		}
		dz := tensor.Rows(dy, lo, hi)
		if err := w.Backward(&w.pass, tensor.Rows(x, lo, hi), tensor.Rows(y, lo, hi), dz, tensor.Rows(dx, lo, hi)); err != nil {
			t.Error(err)
		}
		w.Stage.(layer.Committer).Commit(&w.pass)
	}
	whole := work(t, layer.BatchNorm(), rows, width)
	wantY, wantDx := random(), random()
	run(whole, 0, rows, wantY, wantDx)

	parts := []*atWork{work(t, layer.BatchNorm(), rows, width), work(t, layer.BatchNorm(), rows, width)}
	y, dx := random(), random()
	r := newRanks(2)
	var running sync.WaitGroup
	for i, p := range parts {
		p.pass.Sum = r.sum(i)
		running.Go(func() { run(p, []int{0, cut}[i], []int{cut, rows}[i], y, dx) })
	}
	running.Wait()
	// Sums of a few rows are rounded to float32, and of other rows: results differ by some roundings of
	// what they are summed from, which is about 4.
	near := func(what string, got, want []float32) {
		t.Helper()
		for i := range want {
			if d := math.Abs(float64(got[i]) - float64(want[i])); !(d <= 8*0x1p-24*(4+math.Abs(float64(want[i])))) {
				t.Fatalf("%s [%d] is %v, want %v", what, i, got[i], want[i])
			}
		}
	}
	near("output", familytest.Elements(y), familytest.Elements(wantY))
	near("gradient at the input", familytest.Elements(dx), familytest.Elements(wantDx))
	for k, want := range whole.tensors {
		for _, p := range parts {
			near(want.Name, p.tensors[k].Value, want.Value)
		}
		if want.Role == tensor.Buffer {
			continue
		}
		sum := make([]float32, len(want.Grad))
		for i := range sum {
			sum[i] = parts[0].tensors[k].Grad[i] + parts[1].tensors[k].Grad[i]
		}
		for i := range sum {
			if d := math.Abs(float64(sum[i]) - float64(want.Grad[i])); !(d <= 8*0x1p-24*rows*4) {
				t.Fatalf("gradient of %s [%d] is %v, want %v", want.Name, i, sum[i], want.Grad[i])
			}
		}
	}
}

// TestRowsKnowTheirPlace: a part of a batch drops what these rows of the whole drop, and its way
// back too.
func TestRowsKnowTheirPlace(t *testing.T) {
	const rows, width, from = 40, 17, 5
	x := familytest.Numbers(rows, width, 9)
	for i := range x.Data {
		x.Data[i]++ // no zeros of their own
	}
	whole, part := familytest.Numbers(rows, width, 9), familytest.Numbers(rows, width, 9)
	back := familytest.Numbers(rows, width, 9)
	w := work(t, layer.Dropout(0.5), rows, width)
	if err := w.Forward(&w.pass, x, whole); err != nil {
		t.Fatal(err)
	}
	w.pass.Row = from
	if err := w.Forward(&w.pass, tensor.Rows(x, from, rows), tensor.Rows(part, from, rows)); err != nil {
		t.Fatal(err)
	}
	if err := w.Backward(&w.pass, tensor.Rows(x, from, rows), tensor.Rows(part, from, rows), tensor.Rows(x, from, rows), tensor.Rows(back, from, rows)); err != nil {
		t.Fatal(err)
	}
	dropped := 0
	for i := from; i < rows; i++ {
		for j, v := range tensor.Row(whole, i) {
			if v == 0 {
				dropped++
			}
			if got := tensor.Row(part, i)[j]; got != v {
				t.Fatalf("row %d of the whole: %v, want %v", i, got, v)
			}
			if got := tensor.Row(back, i)[j]; got != v {
				t.Fatalf("row %d of the whole, on the way back: %v, want %v", i, got, v)
			}
		}
	}
	if dropped == 0 {
		t.Error("nothing was dropped")
	}
}
