package data_test

import (
	"io"
	"iter"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// samples are rows that say by each of their numbers which one they are.
type samples struct {
	rows   int
	kind   data.Kind
	weight bool
}

const features, values = 3, 2

func featureOf(row, col int) float32 { return float32(10*row + col) }
func valueOf(row, col int) float32   { return float32(row) + 0.25*float32(col) }
func labelOf(row int) int            { return 3*row + 1 }
func weightOf(row int) float32       { return float32(row) + 0.5 }

func (s samples) info() data.Info {
	info := data.Info{Features: features, Target: s.kind, Weights: s.weight, Rows: int64(s.rows)}
	if s.kind == data.ValueTarget {
		info.Values = values
	}
	return info
}

// matrix has NaN between its rows.
func matrix(rows, cols, stride int, at func(i, j int) float32) tensor.Matrix {
	m := tensor.Matrix{Rows: rows, Cols: cols, Stride: stride, Data: make([]float32, rows*stride)}
	for i := range m.Data {
		m.Data[i] = float32(math.NaN())
	}
	for i := range rows {
		for j := range cols {
			m.Data[i*stride+j] = at(i, j)
		}
	}
	return m
}

// batch is rows lo to hi-1, in new memory.
func (s samples) batch(lo, hi int) data.Batch {
	b := data.Batch{X: matrix(hi-lo, features, 5, func(i, j int) float32 { return featureOf(lo+i, j) })}
	switch s.kind {
	case data.LabelTarget:
		b.Target.Labels = make([]int, hi-lo)
		for i := range b.Target.Labels {
			b.Target.Labels[i] = labelOf(lo + i)
		}
	case data.ValueTarget:
		b.Target.Values = matrix(hi-lo, values, 3, func(i, j int) float32 { return valueOf(lo+i, j) })
	}
	if s.weight {
		b.Target.Weights = make([]float32, hi-lo)
		for i := range b.Target.Weights {
			b.Target.Weights[i] = weightOf(lo + i)
		}
	}
	return b
}

// check compares a batch with the rows that it should have.
func (s samples) check(t *testing.T, b *data.Batch, want []int) {
	t.Helper()
	targets := map[data.Kind]int{data.NoTarget: 0, data.LabelTarget: len(b.Target.Labels), data.ValueTarget: b.Target.Values.Rows}[s.kind]
	if b.X.Rows != len(want) || b.X.Cols != features || s.kind != data.NoTarget && targets != len(want) || s.weight && len(b.Target.Weights) != len(want) {
		t.Fatalf("a batch of %d×%d with %d targets and %d weights, want %d rows of %d", b.X.Rows, b.X.Cols, targets, len(b.Target.Weights), len(want), features)
	}
	if s.kind != data.LabelTarget && b.Target.Labels != nil || s.kind == data.LabelTarget && b.Target.Labels == nil ||
		s.kind != data.ValueTarget && b.Target.Values.Cols != 0 || s.weight != (b.Target.Weights != nil) {
		t.Fatalf("targets are %+v, want %v", b.Target, s.kind)
	}
	for i, row := range want {
		for j, v := range tensor.Row(b.X, i) {
			if v != featureOf(row, j) {
				t.Fatalf("x[%d][%d] is %v, want %v, of sample %d", i, j, v, featureOf(row, j), row)
			}
		}
		if s.kind == data.LabelTarget && b.Target.Labels[i] != labelOf(row) {
			t.Fatalf("label %d is %d, want %d, of sample %d", i, b.Target.Labels[i], labelOf(row), row)
		}
		if s.kind == data.ValueTarget {
			for j, v := range tensor.Row(b.Target.Values, i) {
				if v != valueOf(row, j) {
					t.Fatalf("value [%d][%d] is %v, want %v, of sample %d", i, j, v, valueOf(row, j), row)
				}
			}
		}
		if s.weight && b.Target.Weights[i] != weightOf(row) {
			t.Fatalf("weight %d is %v, want %v, of sample %d", i, b.Target.Weights[i], weightOf(row), row)
		}
	}
}

// sequence yields the samples in batches of sizes that fit to nothing, in memory that it
// uses again.
func (s samples) sequence(int) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		sizes := []int{1, 7, 2, 19, 3}
		all := s.batch(0, s.rows)
		b := data.Batch{X: matrix(19, features, 4, featureOf)}
		if err := b.Reserve(s.info(), 19); err != nil {
			yield(b, err)
			return
		}
		whole := b
		for lo, k := 0, 0; lo < s.rows; k++ {
			hi := min(lo+sizes[k%len(sizes)], s.rows)
			b.X, b.Target = tensor.Rows(whole.X, 0, hi-lo), data.Target{}
			for i := range hi - lo {
				copy(tensor.Row(b.X, i), tensor.Row(all.X, lo+i))
			}
			switch s.kind {
			case data.LabelTarget:
				b.Target.Labels = append(whole.Target.Labels[:0], all.Target.Labels[lo:hi]...)
			case data.ValueTarget:
				b.Target.Values = tensor.Rows(whole.Target.Values, 0, hi-lo)
				for i := range hi - lo {
					copy(tensor.Row(b.Target.Values, i), tensor.Row(all.Target.Values, lo+i))
				}
			}
			if s.weight {
				b.Target.Weights = append(whole.Target.Weights[:0], all.Target.Weights[lo:hi]...)
			}
			goes := yield(b, nil)
			for i := range whole.X.Data {
				whole.X.Data[i] = float32(math.NaN())
			}
			clear(whole.Target.Labels)
			clear(whole.Target.Weights)
			clear(whole.Target.Values.Data)
			if !goes {
				return
			}
			lo = hi
		}
	}
}

// shuffled is the order of an epoch; TestOrder has some of them as Fit draws them.
func shuffled(seed uint64, rows int) func(epoch int) []int {
	return func(epoch int) []int {
		order := asTheyAre(rows)(epoch)
		random.New(seed, random.Shuffle+uint64(epoch)).Shuffle(rows, func(i, j int) { order[i], order[j] = order[j], order[i] })
		return order
	}
}

func asTheyAre(rows int) func(int) []int {
	return func(int) []int {
		order := make([]int, rows)
		for i := range order {
			order[i] = i
		}
		return order
	}
}

// alone is a backend's Run without workers.
func alone(job blas.Job, tasks int) error {
	for i := tasks - 1; i >= 0; i-- {
		job.Task(i, 0)
	}
	return nil
}

type namedSource struct {
	name   string
	source data.Source
	order  func(epoch int) []int
}

// sources are all ways to get at s.
func (s samples) sources(t *testing.T) []namedSource {
	t.Helper()
	memory := func(opts ...data.MemoryOption) data.Source {
		t.Helper()
		b := s.batch(0, s.rows)
		source, err := data.FromMemory(b.X, b.Target, opts...)
		if err != nil {
			t.Fatal(err)
		}
		return source
	}
	endless := s.info()
	endless.Rows = data.Unknown
	const seed = 7
	set := data.Set{X: s.batch(0, s.rows).X, Target: s.batch(0, s.rows).Target}
	ordered := func(of data.Source, run func(blas.Job, int) error) data.Source {
		t.Helper()
		source, err := of.(data.Shuffler).Shuffled(seed, run)
		if err != nil {
			t.Fatal(err)
		}
		return source
	}
	plain := []namedSource{
		{"set", set, asTheyAre(s.rows)},
		{"shuffled set", ordered(set, nil), shuffled(seed, s.rows)},
		{"memory that is shuffled", ordered(memory(), alone), shuffled(seed, s.rows)},
		{"shuffled memory that is shuffled", ordered(memory(data.Shuffled(seed+1)), alone), shuffled(seed+1, s.rows)},
		{"prefetch that is shuffled", ordered(data.Prefetch(data.Prefetch(set, 2), 1), alone), shuffled(seed, s.rows)},
		{"sequence that is not shuffled", ordered(data.Prefetch(data.FromSeq(s.info(), s.sequence), 1), alone), asTheyAre(s.rows)},
		{"memory", memory(), asTheyAre(s.rows)},
		{"shuffled", memory(data.Shuffled(seed)), shuffled(seed, s.rows)},
		{"shuffled on workers", memory(data.Shuffled(seed), data.OnWorkers(alone)), shuffled(seed, s.rows)},
		{"sequence", data.FromSeq(s.info(), s.sequence), asTheyAre(s.rows)},
		{"sequence of unknown length", data.FromSeq(endless, s.sequence), asTheyAre(s.rows)},
	}
	all := plain
	for _, p := range plain {
		all = append(all,
			namedSource{p.name + ", 1 ahead", data.Prefetch(p.source, 1), p.order},
			namedSource{p.name + ", 3 ahead", data.Prefetch(p.source, 3), p.order})
	}
	last := all[len(all)-1]
	return append(all, namedSource{last.name + ", 2 ahead", data.Prefetch(last.source, 2), last.order})
}

// eachSource calls test for all sources of samples of all kinds, and looks for goroutines
// that are left.
func eachSource(t *testing.T, rows int, test func(*testing.T, samples, namedSource)) {
	for _, s := range []samples{
		{rows, data.LabelTarget, false},
		{rows, data.ValueTarget, true},
		{rows, data.NoTarget, true},
		{rows, data.NoTarget, false},
	} {
		for _, source := range s.sources(t) {
			t.Run(s.kind.String()+", "+source.name, func(t *testing.T) {
				before := runtime.NumGoroutine()
				test(t, s, source)
				noGoroutines(t, before)
			})
		}
	}
}

// noGoroutines reports goroutines that do not end: those that are about to, once Close has
// returned, get time for it.
func noGoroutines(t *testing.T, before int) {
	t.Helper()
	for range 1000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	stacks := make([]byte, 1<<16)
	t.Errorf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
}

// open opens an epoch that the test's end closes, if nothing does before.
func open(t *testing.T, s data.Source, epoch, rank, ranks int) data.Stream {
	t.Helper()
	stream, err := s.Open(epoch, rank, ranks)
	if err != nil {
		t.Fatal(err)
	}
	return stream
}

func closeStream(t *testing.T, s data.Stream) {
	t.Helper()
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if err := s.Next(new(data.Batch), 1); err != data.ErrClosed {
		t.Errorf("Next after Close: %v", err)
	}
	if err := s.Skip(1); err != data.ErrClosed {
		t.Errorf("Skip after Close: %v", err)
	}
}

// rest reads an epoch to its end, in batches of rows, and compares it with the order of
// what is left of it.
func (s samples) rest(t *testing.T, stream data.Stream, order []int, rows, rank, ranks int) {
	t.Helper()
	var b data.Batch
	for len(order) > 0 {
		whole := order[:min(rows, len(order))]
		order = order[len(whole):]
		if err := stream.Next(&b, rows); err != nil {
			t.Fatalf("%d rows before the end: %v", len(whole)+len(order), err)
		}
		lo, hi := data.Share(len(whole), rank, ranks)
		s.check(t, &b, whole[lo:hi])
	}
	for range 2 {
		if err := stream.Next(&b, rows); err != io.EOF {
			t.Fatalf("after the last row: %v, want io.EOF", err)
		}
	}
	if err := stream.Skip(0); err != nil {
		t.Errorf("no rows skipped at the end: %v", err)
	}
	if err := stream.Skip(1); err != io.EOF {
		t.Errorf("a row skipped at the end: %v, want io.EOF", err)
	}
}
