package data_test

import (
	"errors"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
)

// watched is a source of rows 0, 1, … that a test looks into. Its fields are written by the reader
// and read where that waits, or has ended.
type watched struct {
	samples
	next   func(read int) error // called in each Next, with how many there were
	skip   func() error
	close  func() error
	opened int
	open   int
	nexts  int
	skips  []int64
}

func (w *watched) Info() data.Info { return w.info() }

func (w *watched) Open(epoch, rank, ranks int) (data.Stream, error) {
	all := w.batch(0, w.rows)
	inner, err := data.FromMemory(all.X, all.Target)
	if err != nil {
		return nil, err
	}
	stream, err := inner.Open(epoch, rank, ranks)
	w.opened++
	w.open++
	return &watchedStream{w, stream, false}, err
}

type watchedStream struct {
	*watched
	inner  data.Stream
	closed bool
}

func (s *watchedStream) Next(b *data.Batch, rows int) error {
	if s.closed {
		panic("Next after Close")
	}
	s.nexts++
	if s.next != nil {
		if err := s.next(s.nexts - 1); err != nil {
			return err
		}
	}
	return s.inner.Next(b, rows)
}

func (s *watchedStream) Skip(rows int64) error {
	s.skips = append(s.skips, rows)
	if s.skip != nil {
		if err := s.skip(); err != nil {
			return err
		}
	}
	return s.inner.Skip(rows)
}

func (s *watchedStream) Close() error {
	if !s.closed {
		s.closed = true
		s.open--
	}
	if s.watched.close != nil {
		return s.watched.close()
	}
	return s.inner.Close()
}

// So many batches are read ahead, and no more; before the first Next, none. A bubble fails
// if a goroutine in it stays.
func TestReadsAhead(t *testing.T) {
	for _, ahead := range []int{1, 2, 5} {
		synctest.Test(t, func(t *testing.T) {
			w := &watched{samples: samples{100, data.LabelTarget, false}}
			stream := open(t, data.Prefetch(w, ahead), 1, 0, 1)
			if err := stream.Skip(3); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if w.nexts != 0 || !slices.Equal(w.skips, []int64{3}) {
				t.Errorf("before the first batch %d were read and %v rows skipped", w.nexts, w.skips)
			}
			var b data.Batch
			for i := range 4 {
				if err := stream.Next(&b, 2); err != nil {
					t.Fatal(err)
				}
				w.check(t, &b, []int{3 + 2*i, 4 + 2*i})
				synctest.Wait()
				if w.nexts != i+1+ahead {
					t.Errorf("after %d batches %d were read, want %d more than that", i+1, w.nexts, ahead)
				}
			}
			closeStream(t, stream) // while the reader waits for who takes batches
			if w.opened != 1 || w.open != 0 {
				t.Errorf("%d streams were opened, %d of them not closed", w.opened, w.open)
			}
		})
	}
}

// Close waits for a Next that is under way, of which nothing is left then.
func TestCloseWhileReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		w := &watched{samples: samples{100, data.LabelTarget, false}, next: func(read int) error {
			if read == 1 {
				<-release
			}
			return nil
		}}
		stream := open(t, data.Prefetch(w, 3), 1, 0, 1)
		if err := stream.Next(new(data.Batch), 2); err != nil {
			t.Fatal(err)
		}
		done := false
		go func() {
			closeStream(t, stream)
			done = true
		}()
		synctest.Wait()
		if done {
			t.Error("Close has not waited for Next")
		}
		close(release)
		synctest.Wait()
		if !done || w.open != 0 || w.nexts != 2 {
			t.Errorf("closed: %t; %d streams are open after %d batches", done, w.open, w.nexts)
		}
	})
}

// What was read ahead is dropped for a Skip and for batches of another size: the source is opened
// anew, where the stream is.
func TestReopens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &watched{samples: samples{100, data.NoTarget, true}}
		stream := open(t, data.Prefetch(w, 2), 1, 0, 1)
		var b data.Batch
		for _, c := range []struct {
			skip  int64
			rows  int
			first int
			skips []int64 // of the source, up to here
		}{
			{0, 3, 0, nil},
			{0, 3, 3, nil},
			{0, 2, 6, []int64{6}},
			{5, 2, 13, []int64{6, 8, 5}},
			{0, 1, 15, []int64{6, 8, 5, 15}},
		} {
			if err := stream.Skip(c.skip); err != nil {
				t.Fatal(err)
			}
			if err := stream.Next(&b, c.rows); err != nil {
				t.Fatal(err)
			}
			w.check(t, &b, []int{c.first, c.first + 1, c.first + 2}[:c.rows])
			synctest.Wait()
			if !slices.Equal(w.skips, c.skips) || w.open != 1 {
				t.Errorf("at row %d: %d streams are open, skipped were %v, want %v", c.first, w.open, w.skips, c.skips)
			}
		}
		closeStream(t, stream)
		if w.opened != 4 || w.open != 0 {
			t.Errorf("%d streams were opened, %d of them not closed", w.opened, w.open)
		}
	})
}

// Whatever a source does to the reader comes out in the place of the batch that it was to be,
// after those before it; the reader has ended then.
func TestReaderFailures(t *testing.T) {
	fails := func() error { return errDisk }
	panics := func() error { panic(errDisk) }
	exits := func() error { runtime.Goexit(); return nil }
	for _, c := range []struct {
		name              string
		next, skip, close func() error
		is                error // nil: that the goroutine was ended
		panics            bool
	}{
		{"Next fails", fails, nil, nil, errDisk, false},
		{"Next panics", panics, nil, nil, errDisk, true},
		{"Next exits", exits, nil, nil, nil, false},
		{"Skip fails", nil, fails, nil, errDisk, false},
		{"Skip panics", nil, panics, nil, errDisk, true},
		{"Skip exits", nil, exits, nil, nil, false},
		{"Close fails", nil, nil, fails, errDisk, false},
		{"Close panics", nil, nil, panics, errDisk, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				failed := func(err error) {
					t.Helper()
					e := new(blas.PanicError)
					if err == nil || err == io.EOF || c.is != nil && !errors.Is(err, c.is) || errors.As(err, &e) != c.panics ||
						c.is == nil && !strings.Contains(err.Error(), "ended the goroutine") {
						t.Errorf("%v (a panic: %t)", err, errors.As(err, &e))
					}
				}
				const good = 4
				w := &watched{samples: samples{100, data.LabelTarget, false}, skip: c.skip, close: c.close}
				if c.next != nil {
					w.next = func(read int) error {
						if read == good {
							return c.next()
						}
						return nil
					}
				}
				stream := open(t, data.Prefetch(w, 3), 1, 0, 1)
				if c.skip != nil {
					failed(stream.Skip(1))
					failed(stream.Skip(1))
				} else {
					var b data.Batch
					for i := range good {
						if err := stream.Next(&b, 1); err != nil {
							t.Fatalf("batch %d: %v", i, err)
						}
						w.check(t, &b, []int{i})
						synctest.Wait()
					}
				}
				if c.close != nil {
					failed(stream.Close())
				} else {
					failed(stream.Next(new(data.Batch), 1))
					failed(stream.Next(new(data.Batch), 2))
					failed(stream.Skip(1))
				}
				closeStream(t, stream)
				if w.open != 0 {
					t.Errorf("%d streams are not closed", w.open)
				}
			})
		})
	}
}

// A source that cannot be opened again, or closed, ends the stream with its error.
func TestReopenFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &watched{samples: samples{100, data.LabelTarget, false}}
		stream := open(t, data.Prefetch(w, 3), 1, 0, 1)
		if err := stream.Next(new(data.Batch), 2); err != nil {
			t.Fatal(err)
		}
		w.rows = 0
		for range 2 {
			if err := stream.Next(new(data.Batch), 3); err != data.ErrEmpty {
				t.Errorf("a source that has become empty: %v", err)
			}
		}
		closeStream(t, stream)

		w = &watched{samples: samples{100, data.LabelTarget, false}}
		stream = open(t, data.Prefetch(w, 3), 1, 0, 1)
		if err := stream.Next(new(data.Batch), 2); err != nil {
			t.Fatal(err)
		}
		w.close = func() error { return errDisk }
		for range 2 {
			if err := stream.Skip(1); err != errDisk {
				t.Errorf("a stream that cannot be closed: %v", err)
			}
		}
		closeStream(t, stream)
	})
}

// refusing is a source that opens nothing.
type refusing struct{ err error }

func (refusing) Info() data.Info { return data.Info{} }

func (r refusing) Open(int, int, int) (data.Stream, error) { return nil, r.err }

func TestPrefetchArguments(t *testing.T) {
	s := samples{3, data.NoTarget, false}
	source := data.FromSeq(s.info(), s.sequence)
	for _, batches := range []int{0, -1, math.MinInt, 1025, math.MaxInt} {
		_, err := data.Prefetch(source, batches).Open(1, 0, 1)
		if e := new(fault.HyperparameterError); !errors.As(err, &e) || e.Name != "batches" {
			t.Errorf("%d batches ahead: %v", batches, err)
		}
	}
	stream := open(t, data.Prefetch(source, 1024), 1, 0, 1)
	s.rest(t, stream, asTheyAre(3)(1), 2, 0, 1)
	closeStream(t, stream)

	e := new(fault.NilError)
	if _, err := data.Prefetch(nil, 1).Open(1, 0, 1); !errors.As(err, &e) || data.Prefetch(nil, 1).Info().Check() == nil {
		t.Errorf("no source: %v", err)
	}
	if _, err := data.Prefetch(refusing{}, 1).Open(1, 0, 1); !errors.As(err, &e) {
		t.Errorf("no stream: %v", err)
	}
	if _, err := data.Prefetch(refusing{errDisk}, 1).Open(1, 0, 1); err != errDisk {
		t.Errorf("a source that cannot be opened: %v", err)
	}
}
