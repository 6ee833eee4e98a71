package data

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/neurona-ml/neurona/internal/parallel"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// FromSeq is the source of what a function yields: samples that are generated, or read from a
// file, batch by batch. f returns an epoch's sequence, the same one whenever it is called with
// the same number; rows are in the order in which they are to be trained on.
//
// Batches may have any number of rows, at least one, and are cut anew to what Next is asked
// for. They are copied before the sequence goes on, so it may use their memory again. What is not as
// info says, in columns, kinds or the number of rows, is a *MismatchError that names the
// row; an epoch without any row is ErrEmpty. An error that the sequence yields ends
// the stream; Next and Skip return it, wrapped with its row, in place of the batch that it was
// to be part of. So they do a panic in the sequence, as a *blas.PanicError.
//
// Skip runs through the rows that it skips. Each of several ranks runs through the whole
// sequence and leaves out what is not its own. Close ends the sequence: its yield returns
// false.
func FromSeq(info Info, f func(epoch int) iter.Seq2[Batch, error]) Source {
	return &seqSource{info, f}
}

type seqSource struct {
	info Info
	f    func(epoch int) iter.Seq2[Batch, error]
}

func (s *seqSource) Info() Info { return s.info }

func (s *seqSource) Open(epoch, rank, ranks int) (Stream, error) {
	p := part{epoch, rank, ranks}
	if err := p.check(); err != nil {
		return nil, err
	}
	if err := s.info.Check(); err != nil {
		return nil, err
	}
	if s.f == nil {
		return nil, fault.Nil("source", "function", "one that returns an epoch's sequence")
	}
	return &seqStream{source: s, part: p}, nil
}

// seqStream is an epoch of a seqSource.
type seqStream struct {
	source   *seqSource
	part     part
	pull     func() (Batch, error, bool) // nil until the first row is asked for
	stop     func()
	panicked error // what the sequence panicked with

	yielded Batch // last
	used    int   // of its rows
	rows    int64 // yielded so far, the last batch's included
	err     error // what has ended the stream
	closed  bool
}

func (s *seqStream) Next(b *Batch, rows int) error {
	if err := checkNext(b, rows); err != nil {
		return err
	}
	filled := 0
	for filled < rows {
		left, err := s.more()
		if err == io.EOF && filled > 0 {
			break
		}
		if err != nil {
			return err
		}
		n := min(left, rows-filled)
		if err := s.extend(b, filled, n, rows); err != nil {
			return err
		}
		s.used += n
		filled += n
	}
	lo, hi := s.part.share(filled)
	b.view(&s.source.info, b.X, b.Target, lo, hi)
	return nil
}

// extend adds the next n rows of what was yielded to b, which has filled already. Its memory grows as
// rows come, up to the rows that were asked for, which may be more than there are.
func (s *seqStream) extend(b *Batch, filled, n, rows int) error {
	info := &s.source.info
	if err := b.reserve(info, min(max(filled+n, 2*filled), rows), filled); err != nil {
		return err
	}
	b.view(info, b.X, b.Target, 0, filled+n)
	from, t := tensor.Rows(s.yielded.X, s.used, s.used+n), &s.yielded.Target
	for i := range n {
		copy(tensor.Row(b.X, filled+i), tensor.Row(from, i))
	}
	if info.Target == LabelTarget {
		copy(b.Target.Labels[filled:], t.Labels[s.used:])
	}
	if info.Target == ValueTarget {
		for i := range n {
			copy(tensor.Row(b.Target.Values, filled+i), tensor.Row(t.Values, s.used+i))
		}
	}
	if info.Weights {
		copy(b.Target.Weights[filled:], t.Weights[s.used:])
	}
	return nil
}

// more returns how many rows of what was yielded are left, at least one, or what has ended the stream.
func (s *seqStream) more() (int, error) {
	for s.err == nil && s.used == s.yielded.X.Rows {
		s.advance()
	}
	if s.err != nil {
		return 0, s.err
	}
	return s.yielded.X.Rows - s.used, nil
}

// advance takes the next batch of the sequence, or its end.
func (s *seqStream) advance() {
	info := &s.source.info
	if s.pull == nil {
		s.pull, s.stop = iter.Pull2(s.sequence)
	}
	b, err, ok := s.pull()
	switch {
	case s.panicked != nil:
		err = s.panicked
	case !ok && s.rows == 0:
		err = ErrEmpty
	case !ok && info.Rows != Unknown && s.rows != info.Rows:
		err = &MismatchError{"sequence", s.rows, "its end", fmt.Sprintf("%d rows", info.Rows)}
	case !ok:
		err = io.EOF
	case errors.Is(err, io.EOF): // not the end: what it wanted to read is cut off
		err = fmt.Errorf("data: sequence at row %d: %w (%v)", s.rows, io.ErrUnexpectedEOF, err)
	case err != nil:
		err = fmt.Errorf("data: sequence at row %d: %w", s.rows, err)
	default:
		err = checkSamples(info, b.X, &b.Target, s.rows)
		if err == nil && info.Rows != Unknown && int64(b.X.Rows) > info.Rows-s.rows {
			err = &MismatchError{"sequence", s.rows, fmt.Sprintf("%d rows more", b.X.Rows), fmt.Sprintf("%d rows in all", info.Rows)}
		}
	}
	if err != nil {
		s.end(err)
		return
	}
	s.yielded, s.used = b, 0
	s.rows = after(s.rows, int64(b.X.Rows))
}

// sequence is the epoch's, with a panic in it caught where its stack tells who it was.
func (s *seqStream) sequence(yield func(Batch, error) bool) {
	defer func() {
		if v := recover(); v != nil {
			s.panicked = parallel.Caught(v)
		}
	}()
	seq := s.source.f(s.part.epoch)
	if seq == nil {
		yield(Batch{}, fault.Nil("source", fmt.Sprintf("sequence of epoch %d", s.part.epoch), "one that yields batches"))
		return
	}
	seq(yield)
}

// end ends the sequence, if it has begun, and the stream with err and what the sequence
// answers with if that is a panic.
func (s *seqStream) end(err error) {
	s.err = err
	s.yielded, s.used = Batch{}, 0
	if s.stop == nil {
		return
	}
	before := s.panicked
	s.stop()
	if s.panicked != before {
		s.err = errors.Join(err, s.panicked)
	}
}

func (s *seqStream) Skip(rows int64) error {
	if err := checkSkip(rows); err != nil {
		return err
	}
	if s.closed {
		return ErrClosed
	}
	for rows > 0 {
		left, err := s.more()
		if err != nil {
			return err
		}
		n := min(rows, int64(left))
		s.used += int(n)
		rows -= n
	}
	return nil
}

// Close returns a panic with which the sequence answers its end.
func (s *seqStream) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	s.end(nil)
	err := s.err
	s.err = ErrClosed
	return err
}
