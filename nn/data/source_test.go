package data_test

import (
	"errors"
	"io"
	"math"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
)

// Rows come in the order of the epoch, whatever the size of batches, to ranks their shares.
func TestEveryRowOnce(t *testing.T) {
	for _, rows := range []int{1, 2, 37} {
		eachSource(t, rows, func(t *testing.T, s samples, source namedSource) {
			for _, batch := range []int{1, 2, 5, 36, 37, 38, 1000, math.MaxInt} {
				for ranks := 1; ranks <= 3; ranks++ {
					for rank := range ranks {
						for _, epoch := range []int{0, 1, 2} {
							stream := open(t, source.source, epoch, rank, ranks)
							s.rest(t, stream, source.order(epoch), batch, rank, ranks)
							closeStream(t, stream)
						}
					}
				}
			}
		})
	}
}

// What follows a Skip is as if its rows had been read, from every position and after every other.
func TestSkip(t *testing.T) {
	const rows, batch = 23, 4
	eachSource(t, rows, func(t *testing.T, s samples, source namedSource) {
		order := source.order(1)
		for read := 0; read <= rows; read += batch {
			for skipped := 0; read+skipped <= rows; skipped++ {
				for ranks := 1; ranks <= 2; ranks++ {
					stream := open(t, source.source, 1, ranks-1, ranks)
					var b data.Batch
					for range read / batch {
						if err := stream.Next(&b, batch); err != nil {
							t.Fatal(err)
						}
					}
					for _, n := range []int{skipped / 2, skipped - skipped/2} {
						if err := stream.Skip(int64(n)); err != nil {
							t.Fatalf("%d of %d rows skipped after %d: %v", n, skipped, read, err)
						}
					}
					s.rest(t, stream, order[read+skipped:], batch, ranks-1, ranks)
					closeStream(t, stream)
				}
			}
		}
		for _, beyond := range []int64{rows + 1, math.MaxInt64} {
			stream := open(t, source.source, 1, 0, 1)
			if err := stream.Skip(beyond); err != io.EOF {
				t.Errorf("%d of %d rows skipped: %v, want io.EOF", beyond, rows, err)
			}
			s.rest(t, stream, nil, batch, 0, 1)
			closeStream(t, stream)
		}

		// A position beyond all numbers is the end, and no overflow.
		stream := open(t, source.source, 1, 0, 1)
		if err := stream.Skip(2); err != nil {
			t.Fatal(err)
		}
		var b data.Batch
		if err := stream.Next(&b, math.MaxInt); err != nil {
			t.Fatal(err)
		}
		s.check(t, &b, order[2:])
		s.rest(t, stream, nil, batch, 0, 1)
		closeStream(t, stream)
	})
}

// Batches may be of another size every time.
func TestOtherSizes(t *testing.T) {
	const rows = 37
	eachSource(t, rows, func(t *testing.T, s samples, source namedSource) {
		for ranks := 1; ranks <= 3; ranks++ {
			stream := open(t, source.source, 3, ranks-1, ranks)
			order := source.order(3)
			var b data.Batch
			for _, n := range []int{5, 5, 1, 9, 2, 2} {
				if err := stream.Next(&b, n); err != nil {
					t.Fatal(err)
				}
				lo, hi := data.Share(n, ranks-1, ranks)
				s.check(t, &b, order[lo:hi])
				order = order[n:]
			}
			s.rest(t, stream, order, 100, ranks-1, ranks)
			closeStream(t, stream)
		}
	})
}

// What a batch holds stays while others are filled, by this stream and by those of other epochs.
func TestBatchesStay(t *testing.T) {
	const rows, size = 37, 6
	eachSource(t, rows, func(t *testing.T, s samples, source namedSource) {
		streams := []data.Stream{open(t, source.source, 1, 0, 1), open(t, source.source, 2, 0, 1), open(t, source.source, 2, 0, 1)}
		kept := make([][]data.Batch, len(streams))
		for range rows/size + 1 {
			for i, stream := range streams {
				kept[i] = append(kept[i], data.Batch{})
				if err := stream.Next(&kept[i][len(kept[i])-1], size); err != nil {
					t.Fatal(err)
				}
			}
		}
		for i, epoch := range []int{1, 2, 2} {
			order := source.order(epoch)
			for k := range kept[i] {
				s.check(t, &kept[i][k], order[k*size:min(k*size+size, rows)])
			}
			closeStream(t, streams[i])
		}
	})
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
