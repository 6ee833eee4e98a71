package data_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/nntest"
)

// Every source keeps the promises of the package comment.
func TestPromises(t *testing.T) {
	for _, rows := range []int{1, 2, 37} {
		eachSource(t, rows, func(t *testing.T, _ samples, source namedSource) {
			if err := nntest.CheckSource(source.source); err != nil {
				t.Error(err)
			}
		})
	}
}

// Rows come in the order of the epoch.
func TestEveryRowOnce(t *testing.T) {
	for _, rows := range []int{1, 2, 37} {
		eachSource(t, rows, func(t *testing.T, s samples, source namedSource) {
			for _, batch := range []int{1, 7, 1000} {
				for _, epoch := range []int{0, 1, 2} {
					stream := open(t, source.source, epoch, 0, 1)
					s.rest(t, stream, source.order(epoch), batch, 0, 1)
					closeStream(t, stream)
				}
			}
		})
	}
}

// A stream that is closed before its end leaves nothing behind; nor does one that nobody read.
func TestClosedEarly(t *testing.T) {
	eachSource(t, 37, func(t *testing.T, s samples, source namedSource) {
		for read := range 3 {
			stream := open(t, source.source, 1, 0, 1)
			for range read {
				if err := stream.Next(new(data.Batch), 2); err != nil {
					t.Fatal(err)
				}
			}
			closeStream(t, stream)
		}
		stream := open(t, source.source, 1, 0, 1)
		if err := stream.Skip(3); err != nil {
			t.Fatal(err)
		}
		closeStream(t, stream)
	})
}

// Batches allocate nothing once there was one of their size in every memory.
func TestBatchesAllocateNothing(t *testing.T) {
	const rows, size, runs = 2000, 16, 20
	eachSource(t, rows, func(t *testing.T, s samples, source namedSource) {
		stream := open(t, source.source, 1, 0, 1)
		var b data.Batch
		next := func() {
			if err := stream.Next(&b, size); err != nil {
				t.Fatal(err)
			}
		}
		for range 40 {
			next()
		}
		if n := testing.AllocsPerRun(runs, next); n != 0 {
			t.Errorf("a batch allocates %v times", n)
		}
		closeStream(t, stream)
	})
}

func TestArguments(t *testing.T) {
	eachSource(t, 5, func(t *testing.T, s samples, source namedSource) {
		for _, c := range []struct {
			epoch, rank, ranks int
			name               string
		}{
			{-1, 0, 1, "epoch"}, {math.MinInt, 0, 1, "epoch"},
			{1, 0, 0, "ranks"}, {1, 0, -1, "ranks"}, {1, 0, math.MinInt, "ranks"},
			{1, -1, 2, "rank"}, {1, 2, 2, "rank"}, {1, math.MaxInt, 3, "rank"},
		} {
			stream, err := source.source.Open(c.epoch, c.rank, c.ranks)
			if e := new(fault.HyperparameterError); stream != nil || !errors.As(err, &e) || e.Name != c.name {
				t.Errorf("Open(%d, %d, %d): %v", c.epoch, c.rank, c.ranks, err)
			}
		}
		stream := open(t, source.source, 1, 0, 1)
		var b data.Batch
		wrong := func() {
			t.Helper()
			for name, err := range map[string]error{
				"rows":  stream.Next(&b, 0),
				"batch": stream.Next(nil, 1),
			} {
				if e := new(fault.HyperparameterError); !errors.As(err, &e) || e.Name != name {
					t.Errorf("%s of Next: %v", name, err)
				}
			}
			for _, n := range []int{-1, math.MinInt} {
				if e := new(fault.HyperparameterError); !errors.As(stream.Next(&b, n), &e) || !errors.As(stream.Skip(int64(n)), &e) {
					t.Errorf("%d rows are no error", n)
				}
			}
		}
		wrong()
		if err := stream.Next(&b, 2); err != nil {
			t.Fatal(err)
		}
		wrong()
		s.rest(t, stream, source.order(1)[2:], 2, 0, 1) // as if nothing had been
		closeStream(t, stream)

		// The last rank of very many has nothing, in as many batches as others.
		stream = open(t, source.source, 1, math.MaxInt-1, math.MaxInt)
		s.rest(t, stream, source.order(1), 2, math.MaxInt-1, math.MaxInt)
		closeStream(t, stream)
	})
}

func TestInfo(t *testing.T) {
	eachSource(t, 5, func(t *testing.T, s samples, source namedSource) {
		got, want := source.source.Info(), s.info()
		if got.Rows == data.Unknown {
			want.Rows = data.Unknown
		}
		got.Fingerprint = nil
		if got.Features != want.Features || got.Target != want.Target || got.Values != want.Values || got.Weights != want.Weights || got.Rows != want.Rows {
			t.Errorf("the source says %+v, want %+v", got, want)
		}
	})
	for _, c := range []struct {
		info data.Info
		name string // of what is wrong; "" if nothing is
	}{
		{data.Info{Features: 1, Rows: 1}, ""},
		{data.Info{Features: 1, Rows: data.Unknown}, ""},
		{data.Info{Features: 1, Rows: math.MaxInt64, Target: data.ValueTarget, Values: 1}, ""},
		{data.Info{Features: 1}, "rows"},
		{data.Info{Features: 1, Rows: -2}, "rows"},
		{data.Info{Rows: 1}, "features"},
		{data.Info{Features: -1, Rows: 1}, "features"},
		{data.Info{Features: math.MaxInt, Rows: 1}, "features"},
		{data.Info{Features: 1, Rows: 1, Target: 3}, "kind of target"},
		{data.Info{Features: 1, Rows: 1, Target: data.ValueTarget}, "columns of values"},
		{data.Info{Features: 1, Rows: 1, Target: data.ValueTarget, Values: math.MaxInt}, "columns of values"},
		{data.Info{Features: 1, Rows: 1, Target: data.LabelTarget, Values: 1}, "columns of values"},
		{data.Info{Features: 1, Rows: 1, Values: 1}, "columns of values"},
	} {
		err := c.info.Check()
		if e := new(fault.HyperparameterError); c.name == "" && err != nil || c.name != "" && (!errors.As(err, &e) || e.Name != c.name) {
			t.Errorf("%+v: %v", c.info, err)
		}
		if err := new(data.Batch).Reserve(c.info, 1); (err == nil) != (c.name == "") {
			t.Errorf("%+v reserved: %v", c.info, err)
		}
	}
	names := []string{"no target", "labels", "values", "kind 3"}
	for i, want := range names {
		if got := data.Kind(i).String(); got != want {
			t.Errorf("kind %d is %q, want %q", i, got, want)
		}
	}
}

// Shares follow each other, and differ by a row at most.
func TestShare(t *testing.T) {
	for rows := range 12 {
		for ranks := 1; ranks < 8; ranks++ {
			var sizes []int
			at := 0
			for rank := range ranks {
				lo, hi := data.Share(rows, rank, ranks)
				if lo != at || hi < lo {
					t.Fatalf("rank %d of %d gets rows %d to %d of %d, want them from %d on", rank, ranks, lo, hi, rows, at)
				}
				at = hi
				sizes = append(sizes, hi-lo)
			}
			if at != rows || slices.Max(sizes)-slices.Min(sizes) > 1 || slices.Max(sizes) != sizes[0] {
				t.Errorf("%d rows are shared out as %v", rows, sizes)
			}
		}
	}
	if lo, hi := data.Share(math.MaxInt, math.MaxInt-1, math.MaxInt); lo != math.MaxInt-1 || hi != math.MaxInt {
		t.Errorf("the last of very many rows is %d to %d", lo, hi)
	}
}

func TestReserve(t *testing.T) {
	info := data.Info{Features: 3, Target: data.LabelTarget, Weights: true, Rows: data.Unknown}
	var b data.Batch
	for _, rows := range []int{4, 0, 2, 9} {
		if err := b.Reserve(info, rows); err != nil {
			t.Fatal(err)
		}
		if b.X.Rows != rows || b.X.Cols != 3 || b.Target.Labels == nil || len(b.Target.Labels) != rows || len(b.Target.Weights) != rows || b.Target.Values.Cols != 0 {
			t.Errorf("%d rows are %+v", rows, b)
		}
	}
	for _, rows := range []int{-1, math.MinInt, math.MaxInt, math.MaxInt / 16} {
		if e := new(fault.HyperparameterError); !errors.As(b.Reserve(info, rows), &e) || e.Name != "rows" {
			t.Errorf("%d rows are no error", rows)
		}
	}
	if err := b.Reserve(data.Info{Features: 2, Target: data.ValueTarget, Values: 1, Rows: data.Unknown}, 5); err != nil {
		t.Fatal(err)
	}
	if b.X.Cols != 2 || b.Target.Labels != nil || b.Target.Weights != nil || b.Target.Values.Rows != 5 {
		t.Errorf("another kind is %+v", b)
	}
}
