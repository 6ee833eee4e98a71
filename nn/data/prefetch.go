package data

import (
	"errors"
	"fmt"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/nn/fault"
)

// maxAhead is how many batches may be read ahead.
const maxAhead = 1024

// Prefetch is source with up to so many batches, 1 to 1024, read ahead by a goroutine while
// who calls Next is busy with others. Batches and errors are those of source, in the same order;
// a panic of its streams is an error of the call, a *blas.PanicError. Batches lie in
// memory of their own, one more than are read ahead, which is handed back and forth: nothing is
// copied.
//
// Reading ahead starts with the first Next, whose rows it goes by. A Next of other rows, or
// a Skip later on, drops what was read, opens source anew and skips to where the stream
// is. Close waits until a Next of source that is under way returns, and leaves no goroutine.
func Prefetch(source Source, batches int) Source { return &prefetchSource{source, batches} }

type prefetchSource struct {
	source  Source
	batches int
}

func (s *prefetchSource) Info() Info {
	if s.source == nil {
		return Info{}
	}
	return s.source.Info()
}

// Shuffled implements Shuffler: if the source is one, it is shuffled. What there is to copy is
// copied by the goroutine that reads ahead, without workers that others wait for.
func (s *prefetchSource) Shuffled(seed uint64, _ func(job blas.Job, tasks int) error) (Source, error) {
	shuffler, ok := s.source.(Shuffler)
	if !ok {
		return s, nil
	}
	source, err := shuffler.Shuffled(seed, nil)
	if err != nil {
		return nil, err
	}
	return Prefetch(source, s.batches), nil
}

func (s *prefetchSource) Open(epoch, rank, ranks int) (Stream, error) {
	if s.source == nil {
		return nil, fault.Nil("prefetch", "source", "one to read")
	}
	if s.batches < 1 || s.batches > maxAhead {
		return nil, fault.Value("prefetch", "batches", float64(s.batches), fmt.Sprintf("at least 1 and at most %d", maxAhead))
	}
	p := part{epoch, rank, ranks}
	if err := p.check(); err != nil {
		return nil, err
	}
	stream := &prefetchStream{source: s, part: p}
	if err := stream.open(); err != nil {
		return nil, err
	}
	return stream, nil
}

// prefetchStream is an epoch of a prefetchSource.
type prefetchStream struct {
	source *prefetchSource
	part   part
	reader *reader
	rows   int   // of the batches that are read ahead; 0 while none are
	at     int64 // rows that were handed out or skipped
	err    error // what has ended the stream
	closed bool
}

// open opens the source, from its start.
func (s *prefetchStream) open() error {
	inner, err := s.source.source.Open(s.part.epoch, s.part.rank, s.part.ranks)
	if err != nil {
		return err
	}
	if inner == nil {
		return fault.Nil("prefetch", "stream", "what Open of a source returns")
	}
	s.reader, s.rows = newReader(inner, s.source.batches), 0
	return nil
}

func (s *prefetchStream) Next(b *Batch, rows int) error {
	if err := checkNext(b, rows); err != nil {
		return err
	}
	if s.err != nil {
		return s.err
	}
	if s.rows != 0 && s.rows != rows {
		if s.err = s.reopen(); s.err != nil {
			return s.err
		}
	}
	if s.rows == 0 {
		s.rows = rows
		s.reader.ask(request{rows: rows})
	}
	ahead, err := s.reader.receive()
	if err != nil {
		s.err = err
		return err
	}
	*b, *ahead = *ahead, *b
	s.reader.empty <- ahead
	s.at = after(s.at, int64(rows))
	return nil
}

func (s *prefetchStream) Skip(rows int64) error {
	if err := checkSkip(rows); err != nil {
		return err
	}
	if s.closed {
		return ErrClosed
	}
	if rows == 0 {
		return nil
	}
	if s.err != nil {
		return s.err
	}
	if s.rows != 0 {
		if s.err = s.reopen(); s.err != nil {
			return s.err
		}
	}
	s.err = s.reader.skip(rows)
	s.at = after(s.at, rows)
	return s.err
}

// reopen goes back from what was read ahead to where the stream is.
func (s *prefetchStream) reopen() error {
	if err := s.reader.close(); err != nil {
		return err
	}
	if err := s.open(); err != nil {
		return err
	}
	return s.reader.skip(s.at)
}

func (s *prefetchStream) Close() error {
	if s.closed {
		return nil
	}
	s.closed, s.err = true, ErrClosed
	return s.reader.close()
}

// reader is a goroutine that reads a stream, and the only one to use it. It starts with
// the first request.
type reader struct {
	stream   Stream
	requests chan request
	empty    chan *Batch // for the reader to fill
	full     chan answer // has room for all there can be: the reader never waits for who takes them
	quit     chan struct{}
	started  bool
	ended    bool  // by close
	closed   error // what closing the stream has returned; read when full is closed
}

// request is what a reader is asked for: to skip rows, or to read batches of rows until
// nothing is left.
type request struct {
	skip int64
	rows int
}

// answer is a batch, or what came instead.
type answer struct {
	batch *Batch
	err   error
}

// errExit reports a stream that has ended the goroutine that read it, with runtime.Goexit.
var errExit = errors.New("data: the source has ended the goroutine that read ahead")

func newReader(stream Stream, batches int) *reader {
	r := &reader{
		stream:   stream,
		requests: make(chan request, 1),
		empty:    make(chan *Batch, batches),
		full:     make(chan answer, batches+1),
		quit:     make(chan struct{}),
	}
	for range batches {
		r.empty <- &Batch{}
	}
	return r
}

// ask makes a request.
func (r *reader) ask(q request) {
	if !r.started {
		r.started = true
		go r.run()
	}
	r.requests <- q
}

// receive returns a batch, or what came instead. A skip that went well is neither.
func (r *reader) receive() (*Batch, error) {
	a, ok := <-r.full
	if !ok {
		return nil, errExit
	}
	return a.batch, a.err
}

// skip has the stream skip rows.
func (r *reader) skip(rows int64) error {
	r.ask(request{skip: rows})
	_, err := r.receive()
	return err
}

// close ends the goroutine and closes the stream.
func (r *reader) close() error {
	if r.ended {
		return nil
	}
	r.ended = true
	if !r.started {
		return closed(r.stream)
	}
	close(r.quit)
	for range r.full { // until run closes it
	}
	return r.closed
}

// run is the goroutine.
func (r *reader) run() {
	defer close(r.full)
	defer func() { r.closed = closed(r.stream) }()
	for {
		select {
		case q := <-r.requests:
			if q.rows > 0 {
				r.read(q.rows)
				return
			}
			err := skipped(r.stream, q.skip)
			r.full <- answer{err: err}
			if err != nil {
				return
			}
		case <-r.quit:
			return
		}
	}
}

// read fills batches as they come back, until the stream ends or nobody wants more.
func (r *reader) read(rows int) {
	for {
		select { // to quit comes first
		case <-r.quit:
			return
		default:
		}
		select {
		case b := <-r.empty:
			err := filled(r.stream, b, rows)
			r.full <- answer{b, err}
			if err != nil {
				return
			}
		case <-r.quit:
			return
		}
	}
}

// filled, skipped and closed are the methods of a stream, whose panics are errors here.
func filled(s Stream, b *Batch, rows int) (err error) {
	defer parallel.Recover(&err)
	return s.Next(b, rows)
}

func skipped(s Stream, rows int64) (err error) {
	defer parallel.Recover(&err)
	return s.Skip(rows)
}

func closed(s Stream) (err error) {
	defer parallel.Recover(&err)
	return s.Close()
}
