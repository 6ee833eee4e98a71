package data_test

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
)

var errDisk = errors.New("disk on fire")

// item is what a sequence yields.
type item struct {
	batch data.Batch
	err   error
}

func itemsOf(items ...item) func(int) iter.Seq2[data.Batch, error] {
	return func(int) iter.Seq2[data.Batch, error] {
		return func(yield func(data.Batch, error) bool) {
			for _, i := range items {
				if !yield(i.batch, i.err) {
					return
				}
			}
		}
	}
}

// What a sequence does wrong is an error in its place, after all batches before it, and stays;
// read ahead as well.
func TestSequenceErrors(t *testing.T) {
	labels := samples{10, data.LabelTarget, false}
	weighted := samples{10, data.ValueTarget, true}
	short := func(cut func(b *data.Batch)) item {
		b := labels.batch(5, 8)
		cut(&b)
		return item{batch: b}
	}
	for _, c := range []struct {
		name string
		of   samples
		item item // after rows 0 to 4
		want string
	}{
		{"an error", labels, item{err: errDisk}, "data: sequence at row 5: disk on fire"},
		{"an error with a batch", labels, item{labels.batch(5, 10), errDisk}, "data: sequence at row 5: disk on fire"},
		{"a file cut off", labels, item{err: fmt.Errorf("record 6: %w", io.EOF)}, "data: sequence at row 5: unexpected EOF (record 6: EOF)"},
		{"a batch of nothing", labels, item{}, "data: x from row 5 on: got no rows, want at least one"},
		{"no rows", labels, short(func(b *data.Batch) { b.X.Rows = 0 }), "data: x from row 5 on: got no rows, want at least one"},
		{"negative rows", labels, short(func(b *data.Batch) { b.X.Rows = -1 }), "data: x from row 5 on: got -1×3"},
		{"a column less", labels, short(func(b *data.Batch) { b.X.Cols-- }), "data: x from row 5 on: got 2 columns, want 3"},
		{"a column more", labels, short(func(b *data.Batch) { b.X.Cols++ }), "data: x from row 5 on: got 4 columns, want 3"},
		{"no x", labels, short(func(b *data.Batch) { b.X.Data = nil }), "data: x from row 5 on: got 3×3 in 0 elements with stride 5, want rows of 3 elements"},
		{"no stride", labels, short(func(b *data.Batch) { b.X.Stride = 0 }), "data: x from row 5 on: got 3×3 in 15 elements with stride 0"},
		{"no target", labels, short(func(b *data.Batch) { b.Target = data.Target{} }), "data: labels from row 5 on: got 0 labels, want 3, one for each row of x"},
		{"a label less", labels, short(func(b *data.Batch) { b.Target.Labels = b.Target.Labels[1:] }), "data: labels from row 5 on: got 2 labels, want 3"},
		{"weights", labels, short(func(b *data.Batch) { b.Target.Weights = make([]float32, 3) }), "data: weights from row 5 on: got 3 weights, want none"},
		{"values for labels", labels, item{batch: samples{10, data.ValueTarget, false}.batch(5, 8)}, "data: values from row 5 on: got 3×2 in 9 elements with stride 3, want labels"},
		{"labels for values", weighted, item{batch: samples{10, data.LabelTarget, true}.batch(5, 8)}, "data: labels from row 5 on: got 3 labels, want values"},
		{"other values", weighted, item{batch: data.Batch{X: labels.batch(5, 8).X, Target: data.Target{Values: matrix(3, 1, 1, valueOf), Weights: make([]float32, 3)}}}, "data: values from row 5 on: got 3×1 in 3 elements with stride 1, want 3×2"},
		{"a row of values less", weighted, item{batch: data.Batch{X: labels.batch(5, 8).X, Target: data.Target{Values: matrix(2, 2, 2, valueOf), Weights: make([]float32, 3)}}}, "data: values from row 5 on: got 2×2"},
		{"no weights", weighted, item{batch: samples{10, data.ValueTarget, false}.batch(5, 8)}, "data: weights from row 5 on: got 0 weights, want 3"},
		{"too many rows", labels, item{batch: labels.batch(0, 6)}, "data: sequence from row 5 on: got 6 rows more, want 10 rows in all"},
		{"too few rows", labels, item{batch: labels.batch(5, 9)}, "data: sequence from row 9 on: got its end, want 10 rows"},
	} {
		source := data.FromSeq(c.of.info(), itemsOf(item{batch: c.of.batch(0, 2)}, item{batch: c.of.batch(2, 5)}, c.item))
		for name, source := range map[string]data.Source{"": source, ", read ahead": data.Prefetch(source, 4)} {
			before := runtime.NumGoroutine()
			good := 5 // rows before the error
			if strings.Contains(c.name, "few") {
				good = 9
			}
			failed := func(err error) {
				t.Helper()
				if err == nil || !strings.HasPrefix(err.Error(), c.want) || errors.Is(err, io.EOF) {
					t.Errorf("%s%s: %v, want %q", c.name, name, err, c.want)
				}
				mismatch := new(data.MismatchError)
				if errors.Is(err, errDisk) != (c.item.err == errDisk) || errors.As(err, &mismatch) != (c.item.err == nil) {
					t.Errorf("%s%s: %T", c.name, name, err)
				}
			}
			stream := open(t, source, 1, 0, 1)
			var b data.Batch
			for lo := 0; lo+2 <= good; lo += 2 {
				if err := stream.Next(&b, 2); err != nil {
					t.Fatalf("%s%s: %v after %d rows", c.name, name, err, lo)
				}
				c.of.check(t, &b, []int{lo, lo + 1})
			}
			failed(stream.Next(&b, 2))
			failed(stream.Next(&b, 3))
			failed(stream.Skip(1))
			closeStream(t, stream)

			stream = open(t, source, 1, 0, 1)
			if err := stream.Skip(int64(good)); err != nil {
				t.Errorf("%s%s: %v in %d rows skipped", c.name, name, err, good)
			}
			failed(stream.Skip(1))
			failed(stream.Next(&b, 2))
			closeStream(t, stream)
			noGoroutines(t, before)
		}
	}
}

// An epoch without rows is an error, of Skip too.
func TestEmptySequence(t *testing.T) {
	for _, rows := range []int64{data.Unknown, 3} {
		source := data.FromSeq(data.Info{Features: 1, Rows: rows}, itemsOf())
		for _, source := range []data.Source{source, data.Prefetch(source, 2)} {
			stream := open(t, source, 1, 0, 1)
			if err := stream.Next(new(data.Batch), 2); err != data.ErrEmpty {
				t.Errorf("an epoch without rows: %v", err)
			}
			closeStream(t, stream)
			stream = open(t, source, 1, 0, 1)
			if err := stream.Skip(2); err != data.ErrEmpty {
				t.Errorf("an epoch without rows, skipped: %v", err)
			}
			closeStream(t, stream)
		}
	}
}

func TestSequencesThatAreNone(t *testing.T) {
	info := samples{rows: 3}.info()
	none := func(int) iter.Seq2[data.Batch, error] { return nil }
	e := new(fault.NilError)
	if _, err := data.FromSeq(info, nil).Open(1, 0, 1); !errors.As(err, &e) {
		t.Errorf("no function: %v", err)
	}
	stream := open(t, data.FromSeq(info, none), 6, 0, 1)
	if err := stream.Next(new(data.Batch), 1); !errors.As(err, &e) || e.What != "sequence of epoch 6" {
		t.Errorf("no sequence: %v", err)
	}
	closeStream(t, stream)
	if _, err := data.FromSeq(data.Info{Features: 1}, none).Open(1, 0, 1); err == nil {
		t.Error("a source of no rows has been opened")
	}
	info.Fingerprint = func() string { return "three" }
	if got := data.Prefetch(data.FromSeq(info, none), 1).Info().Fingerprint(); got != "three" {
		t.Errorf("the fingerprint is %q", got)
	}
}

// Close makes yield return false, and a sequence is begun by the first row that is asked for.
func TestCloseEndsTheSequence(t *testing.T) {
	s := samples{10, data.NoTarget, false}
	began, ended := 0, 0
	source := data.FromSeq(s.info(), func(epoch int) iter.Seq2[data.Batch, error] {
		return func(yield func(data.Batch, error) bool) {
			began += epoch
			defer func() { ended += epoch }()
			for lo := 0; lo < s.rows; lo += 5 {
				if !yield(s.batch(lo, lo+5), nil) {
					return
				}
			}
		}
	})
	for _, c := range []struct{ rows, want int }{{0, 0}, {3, 7}, {8, 7}, {10, 7}} {
		for _, source := range []data.Source{source, data.Prefetch(source, 2)} {
			began, ended = 0, 0
			stream := open(t, source, 7, 0, 1)
			if c.rows > 0 {
				if err := stream.Next(new(data.Batch), c.rows); err != nil {
					t.Fatal(err)
				}
			}
			closeStream(t, stream)
			if began != c.want || ended != c.want {
				t.Errorf("after %d rows the sequence has begun and ended %d and %d times in epochs, want %d", c.rows, began, ended, c.want)
			}
		}
	}
}

// cleanup panics when it is told to end.
func cleanup(s samples) func(int) iter.Seq2[data.Batch, error] {
	return func(int) iter.Seq2[data.Batch, error] {
		return func(yield func(data.Batch, error) bool) {
			defer func() { panic(errDisk) }()
			yield(s.batch(0, 5), nil)
		}
	}
}

// A panic in a sequence is an error of the call, which names the sequence's function.
func TestSequencePanics(t *testing.T) {
	s := samples{10, data.NoTarget, false}
	panicked := func(err error, function string) {
		t.Helper()
		if e := new(blas.PanicError); !errors.As(err, &e) || !errors.Is(err, errDisk) || !strings.Contains(e.Func, function) {
			t.Errorf("%v, want a panic in %s", err, function)
		}
	}
	while := data.FromSeq(s.info(), func(int) iter.Seq2[data.Batch, error] {
		return func(yield func(data.Batch, error) bool) {
			if yield(s.batch(0, 5), nil) {
				panic(errDisk)
			}
		}
	})
	first := data.FromSeq(s.info(), func(int) iter.Seq2[data.Batch, error] { panic(errDisk) })
	for _, ahead := range []func(data.Source) data.Source{
		func(s data.Source) data.Source { return s },
		func(s data.Source) data.Source { return data.Prefetch(s, 2) },
	} {
		before := runtime.NumGoroutine()
		var b data.Batch
		stream := open(t, ahead(while), 1, 0, 1)
		if err := stream.Next(&b, 5); err != nil {
			t.Fatal(err)
		}
		s.check(t, &b, []int{0, 1, 2, 3, 4})
		panicked(stream.Next(&b, 5), "TestSequencePanics")
		panicked(stream.Next(&b, 5), "TestSequencePanics")
		panicked(stream.Skip(1), "TestSequencePanics")
		closeStream(t, stream)

		stream = open(t, ahead(first), 1, 0, 1)
		panicked(stream.Skip(1), "TestSequencePanics")
		closeStream(t, stream)

		stream = open(t, ahead(data.FromSeq(s.info(), cleanup(s))), 1, 0, 1)
		if err := stream.Skip(1); err != nil {
			t.Fatal(err)
		}
		panicked(stream.Close(), "cleanup")
		closeStream(t, stream)

		wrong := s.info()
		wrong.Weights = true
		stream = open(t, ahead(data.FromSeq(wrong, cleanup(s))), 1, 0, 1)
		err := stream.Next(&b, 1)
		panicked(err, "cleanup")
		if e := new(data.MismatchError); !errors.As(err, &e) {
			t.Errorf("a panic that follows a mismatch hides it: %v", err)
		}
		closeStream(t, stream)
		noGoroutines(t, before)
	}
}

// A sequence may have no end.
func TestSequenceWithoutEnd(t *testing.T) {
	s := samples{100, data.LabelTarget, false}
	source := data.FromSeq(data.Info{Features: features, Target: s.kind, Rows: data.Unknown}, func(int) iter.Seq2[data.Batch, error] {
		return func(yield func(data.Batch, error) bool) {
			for b := s.batch(0, s.rows); yield(b, nil); {
			}
		}
	})
	for _, source := range []data.Source{source, data.Prefetch(source, 2)} {
		stream := open(t, source, 1, 0, 1)
		if err := stream.Skip(math.MaxInt16*100 + 98); err != nil {
			t.Fatal(err)
		}
		var b data.Batch
		if err := stream.Next(&b, 4); err != nil {
			t.Fatal(err)
		}
		s.check(t, &b, []int{98, 99, 0, 1})
		closeStream(t, stream)
	}
}
