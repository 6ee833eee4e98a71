package data_test

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Orders of 11 samples as Trainer.Fit drew them before there were sources.
func TestOrder(t *testing.T) {
	for _, c := range []struct {
		seed  uint64
		epoch int
		want  []int
	}{
		{1, 1, []int{5, 7, 1, 2, 3, 8, 0, 4, 6, 10, 9}},
		{1, 2, []int{1, 3, 4, 8, 6, 5, 2, 10, 7, 9, 0}},
		{1, 1000, []int{8, 1, 2, 3, 0, 5, 9, 10, 7, 6, 4}},
		{0xfedcba9876543210, 1, []int{2, 5, 6, 9, 4, 10, 8, 3, 1, 0, 7}},
		{0xfedcba9876543210, 2, []int{9, 6, 2, 10, 3, 8, 0, 4, 5, 7, 1}},
		{0xfedcba9876543210, 1000, []int{5, 0, 3, 4, 1, 9, 7, 8, 10, 6, 2}},
	} {
		s := samples{len(c.want), data.LabelTarget, false}
		b := s.batch(0, s.rows)
		source, err := data.FromMemory(b.X, b.Target, data.Shuffled(c.seed))
		if err != nil {
			t.Fatal(err)
		}
		stream := open(t, source, c.epoch, 0, 1)
		s.rest(t, stream, c.want, 4, 0, 1)
		closeStream(t, stream)
		if got := shuffled(c.seed, s.rows)(c.epoch); !slices.Equal(got, c.want) {
			t.Errorf("the tests' order of epoch %d is %v, want %v", c.epoch, got, c.want)
		}
	}
}

// Without an order of their own, batches are views of the samples.
func TestViews(t *testing.T) {
	s := samples{9, data.ValueTarget, true}
	all := s.batch(0, s.rows)
	for _, opts := range [][]data.MemoryOption{nil, {data.Shuffled(1)}} {
		source, err := data.FromMemory(all.X, all.Target, opts...)
		if err != nil {
			t.Fatal(err)
		}
		for _, source := range []data.Source{source, data.Prefetch(source, 2)} {
			stream := open(t, source, 1, 1, 2)
			var b data.Batch
			if err := stream.Next(&b, 4); err != nil {
				t.Fatal(err)
			}
			view := &b.X.Data[0] == &all.X.Data[2*all.X.Stride] && &b.Target.Values.Data[0] == &all.Target.Values.Data[2*all.Target.Values.Stride] &&
				&b.Target.Weights[0] == &all.Target.Weights[2]
			if view != (opts == nil) {
				t.Errorf("with %d options a batch is a view of the samples: %t", len(opts), view)
			}
			closeStream(t, stream)
		}
	}
}

// Large batches are copied by workers, small ones are not.
func TestOnWorkers(t *testing.T) {
	const rows, cols = 100, 1024
	x := matrix(rows, cols, cols+1, func(i, j int) float32 { return float32(i*cols + j) })
	y := matrix(rows, 1, 1, func(i, _ int) float32 { return float32(i) })
	var runs atomic.Int32
	var failure error
	workers := func(job blas.Job, tasks int) error {
		runs.Add(1)
		var w sync.WaitGroup
		for i := range tasks {
			w.Go(func() { job.Task(i, i) })
		}
		w.Wait()
		return failure
	}
	source, err := data.FromMemory(x, data.Values(y), data.Shuffled(3), data.OnWorkers(workers))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		batch int
		runs  int32
	}{{31, 0}, {33, 1}, {rows, 1}} {
		runs.Store(0)
		stream := open(t, source, 2, 0, 1)
		var b data.Batch
		if err := stream.Next(&b, c.batch); err != nil {
			t.Fatal(err)
		}
		for i, row := range shuffled(3, rows)(2)[:c.batch] {
			if !slices.Equal(tensor.Row(b.X, i), tensor.Row(x, row)) || tensor.Row(b.Target.Values, i)[0] != float32(row) {
				t.Fatalf("row %d of %d is not sample %d", i, c.batch, row)
			}
		}
		if runs.Load() != c.runs {
			t.Errorf("workers have copied %d times for %d rows, want %d", runs.Load(), c.batch, c.runs)
		}
		closeStream(t, stream)
	}
	failure = errors.New("no workers")
	stream := open(t, source, 2, 0, 1)
	if err := stream.Next(new(data.Batch), 50); err != failure {
		t.Errorf("workers that fail: %v", err)
	}
	failure = nil
	var b data.Batch
	if err := stream.Next(&b, 50); err != nil || !slices.Equal(tensor.Row(b.X, 0), tensor.Row(x, shuffled(3, rows)(2)[0])) {
		t.Errorf("after workers that failed: %v, or another row", err)
	}
	closeStream(t, stream)
}

// Epochs are read at once by many, under one order each.
func TestConcurrentEpochs(t *testing.T) {
	s := samples{37, data.LabelTarget, true}
	for _, source := range s.sources(t) {
		var w sync.WaitGroup
		for epoch := range 4 {
			w.Go(func() {
				for range 3 {
					stream, err := source.source.Open(epoch, 0, 1)
					if err != nil {
						t.Error(err)
						return
					}
					var labels []int
					var b data.Batch
					for err = stream.Next(&b, 5); err == nil; err = stream.Next(&b, 5) {
						labels = append(labels, b.Target.Labels...)
					}
					if err != io.EOF {
						t.Errorf("%s: %v", source.name, err)
					}
					want := source.order(epoch)
					for i, row := range want {
						want[i] = labelOf(row)
					}
					if !slices.Equal(labels, want) {
						t.Errorf("%s: labels of epoch %d are %v, want %v", source.name, epoch, labels, want)
					}
					if err := stream.Close(); err != nil {
						t.Errorf("%s: %v", source.name, err)
					}
				}
			})
		}
		w.Wait()
	}
}

func TestFromMemoryErrors(t *testing.T) {
	x := matrix(3, 2, 2, featureOf)
	y := matrix(3, 1, 1, valueOf)
	for _, c := range []struct {
		name string
		x    tensor.Matrix
		t    data.Target
		want string
	}{
		{"nothing", tensor.Matrix{}, data.Target{}, "data: no samples"},
		{"no rows", tensor.Matrix{Cols: 2, Stride: 2}, data.Labels([]int{1}), "data: no samples"},
		{"no columns", tensor.Matrix{Rows: 3}, data.Target{}, "source: features is 0"},
		{"negative rows", tensor.Matrix{Rows: -1, Cols: 2, Stride: 2}, data.Target{}, "data: x: got -1×2"},
		{"more negative rows", tensor.Matrix{Rows: -2, Cols: 2, Stride: 2}, data.Target{}, "source: rows is -2"},
		{"short", tensor.Matrix{Rows: 3, Cols: 2, Stride: 2, Data: make([]float32, 5)}, data.Target{}, "data: x: got 3×2 in 5 elements with stride 2, want rows of 2 elements"},
		{"huge", tensor.Matrix{Rows: math.MaxInt, Cols: 2, Stride: math.MaxInt, Data: make([]float32, 5)}, data.Target{}, "data: x: got"},
		{"few labels", x, data.Labels([]int{1, 2}), "data: labels: got 2 labels, want 3, one for each row of x"},
		{"many labels", x, data.Labels(make([]int, 4)), "data: labels: got 4 labels"},
		{"empty labels", x, data.Labels([]int{}), "data: labels: got 0 labels"},
		{"few values", x, data.Values(tensor.Rows(y, 0, 2)), "data: values: got 2×1"},
		{"short values", x, data.Values(tensor.Matrix{Rows: 3, Cols: 1, Stride: 1, Data: make([]float32, 2)}), "data: values: got 3×1 in 2 elements"},
		{"both", x, data.Target{Labels: make([]int, 3), Values: y}, "data: values: got 3×1 in 3 elements with stride 1, want labels"},
		{"few weights", x, data.Target{Labels: make([]int, 3), Weights: make([]float32, 2)}, "data: weights: got 2 weights, want 3"},
		{"empty weights", x, data.Target{Weights: []float32{}}, "data: weights: got 0 weights, want 3"},
	} {
		source, err := data.FromMemory(c.x, c.t)
		set := data.Set{X: c.x, Target: c.t}
		stream, errOpen := set.Open(1, 0, 1)
		shuffled, errShuffled := set.Shuffled(1, nil)
		ahead, errAhead := data.Prefetch(set, 1).(data.Shuffler).Shuffled(1, nil)
		if stream != nil || shuffled != nil || ahead != nil || fmt.Sprint(errOpen, errShuffled, errAhead) != fmt.Sprint(err, err, err) {
			t.Errorf("%s: a set has %v, %v, %v, want what FromMemory has, %v", c.name, errOpen, errShuffled, errAhead, err)
		}
		if set.Info().Fingerprint != nil {
			t.Errorf("%s: a set that is none has a fingerprint", c.name)
		}
		if source != nil || err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
			continue
		}
		mismatch, value := new(data.MismatchError), new(fault.HyperparameterError)
		switch {
		case strings.Contains(c.want, "no samples"):
			if err != data.ErrEmpty {
				t.Errorf("%s: %T, want ErrEmpty", c.name, err)
			}
		case !errors.As(err, &value) && (!errors.As(err, &mismatch) || mismatch.Row != -1):
			t.Errorf("%s: %#v", c.name, err)
		}
	}
	for _, opt := range []data.MemoryOption{nil, data.OnWorkers(nil)} {
		if e := new(fault.NilError); !errors.As(second(data.FromMemory(x, data.Values(y), data.Shuffled(1), opt)), &e) {
			t.Errorf("an option that is nil, or of nil, is no error")
		}
	}
}

func second(_ data.Source, err error) error { return err }

// A fingerprint is the same for the same numbers wherever they lie, and another if one of
// them is, or if the same numbers mean something else.
func TestFingerprint(t *testing.T) {
	of := func(x tensor.Matrix, target data.Target, opts ...data.MemoryOption) string {
		t.Helper()
		source, err := data.FromMemory(x, target, opts...)
		if err != nil {
			t.Fatal(err)
		}
		text := data.Prefetch(source, 1).Info().Fingerprint
		if first := text(); first != text() || first != (data.Set{X: x, Target: target}).Info().Fingerprint() {
			t.Error("a fingerprint changes")
		}
		return text()
	}
	s := samples{3, data.LabelTarget, true}
	first := s.batch(0, 3)

	// By Python: hashlib.sha256(struct.pack("<5q9f3q3f", 3, 3, 1, 0, 1,
	// 0, 1, 2, 10, 11, 12, 20, 21, 22, 1, 4, 7, .5, 1.5, 2.5)).
	const want = "sha256:602e7a88bbf90552450fa8589e974c63bab3370ae3c2b7301686fff02e094586"
	if got := of(first.X, first.Target); got != want {
		t.Errorf("the fingerprint is %s, want %s", got, want)
	}
	dense := matrix(3, features, features, featureOf)
	if got := of(dense, first.Target, data.Shuffled(4)); got != want {
		t.Errorf("without gaps and in another order the fingerprint is %s, want %s", got, want)
	}

	seen := map[string]string{want: "the first"}
	differs := func(name string, x tensor.Matrix, target data.Target) {
		t.Helper()
		text := of(x, target)
		if other, known := seen[text]; known {
			t.Errorf("%s has the fingerprint of %s", name, other)
		}
		seen[text] = name
	}
	changed := s.batch(0, 3)
	changed.X.Data[2*changed.X.Stride+2] = math.Nextafter32(22, 23)
	differs("another feature", changed.X, changed.Target)
	changed = s.batch(0, 3)
	changed.Target.Labels[2]++
	differs("another label", changed.X, changed.Target)
	changed = s.batch(0, 3)
	changed.Target.Weights[0] = 0
	differs("another weight", changed.X, changed.Target)
	differs("no weights", first.X, data.Labels(first.Target.Labels))
	differs("weights alone", first.X, data.Target{Weights: first.Target.Weights})
	differs("x alone", first.X, data.Target{})
	differs("fewer rows", tensor.Rows(first.X, 0, 2), first.Target.Rows(0, 2))
	differs("values", first.X, data.Values(matrix(3, 2, 2, valueOf)))
	differs("other values", first.X, data.Values(matrix(3, 2, 2, featureOf)))
	differs("values for weights", first.X, data.Values(matrix(3, 1, 1, func(i, _ int) float32 { return weightOf(i) })))
	flat := make([]float32, 9)
	for i := range flat {
		flat[i] = featureOf(i/3, i%3)
	}
	differs("one row", tensor.Matrix{Rows: 1, Cols: 9, Stride: 9, Data: flat}, data.Target{})
	differs("one column", tensor.Matrix{Rows: 9, Cols: 1, Stride: 1, Data: flat}, data.Target{})

	// More numbers than are hashed at a time: each counts.
	const rows, cols = 700, 5
	long := matrix(rows, cols, cols, func(i, j int) float32 { return float32(i + j) })
	differs("many numbers", long, data.Target{})
	for _, i := range []int{0, 1023, 1024, rows*cols - 1} {
		long.Data[i]++
		differs(fmt.Sprintf("number %d of many", i), long, data.Target{})
		long.Data[i]--
	}
}
