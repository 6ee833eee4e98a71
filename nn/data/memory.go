package data

import (
	"io"
	"sync"
	"sync/atomic"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// MemoryOption is a choice for FromMemory.
type MemoryOption func(*memorySource) error

// Shuffled makes every epoch have an order of its own, which depends on nothing but the
// seed, the epoch's number and how many rows there are. Batches are then copies.
func Shuffled(seed uint64) MemoryOption {
	return func(s *memorySource) error {
		s.shuffled, s.seed = true, seed
		return nil
	}
}

// OnWorkers has the rows of large batches copied by several workers: run is a blas.Backend's
// Run, or what does the same. It is called by who calls Next.
func OnWorkers(run func(job blas.Job, tasks int) error) MemoryOption {
	return func(s *memorySource) error {
		if run == nil {
			return fault.Nil("source", "run", "the Run of a backend")
		}
		s.run = run
		return nil
	}
}

// FromMemory is the source of a Set, checked once, with options. Neither x nor what t has is changed,
// nor may they be while streams are open. Without Shuffled rows come as they are, and
// batches are views of them: nothing is copied.
//
// Parts that do not fit together are a *MismatchError; no samples are ErrEmpty.
func FromMemory(x tensor.Matrix, t Target, opts ...MemoryOption) (Source, error) {
	s := &memorySource{set: Set{x, t}}
	if err := s.set.check(); err != nil {
		return nil, err
	}
	for i, opt := range opts {
		if opt == nil {
			return nil, fault.Option("source", i)
		}
		if err := opt(s); err != nil {
			return nil, err
		}
	}
	s.info = s.set.describe()
	s.info.Fingerprint = sync.OnceValue(s.set.fingerprint)
	return s, nil
}

// memorySource has all of its samples in memory.
type memorySource struct {
	info     Info
	set      Set
	shuffled bool
	seed     uint64
	run      func(job blas.Job, tasks int) error

	idle atomic.Pointer[ordering] // of a stream that is closed, for the next one
}

func (s *memorySource) Info() Info { return s.info }

// Samples implements InMemory.
func (s *memorySource) Samples() Set { return s.set }

// Shuffled implements Shuffler. A seed and workers of its own stay.
func (s *memorySource) Shuffled(seed uint64, run func(job blas.Job, tasks int) error) (Source, error) {
	c := &memorySource{info: s.info, set: s.set, shuffled: true, seed: seed, run: run}
	if s.shuffled {
		c.seed = s.seed
	}
	if s.run != nil {
		c.run = s.run
	}
	return c, nil
}

func (s *memorySource) Open(epoch, rank, ranks int) (Stream, error) {
	p := part{epoch, rank, ranks}
	if err := p.check(); err != nil {
		return nil, err
	}
	stream := &memoryStream{source: s, part: p}
	if s.shuffled {
		stream.ordering = s.shuffle(epoch)
	}
	return stream, nil
}

// shuffle draws the order of the samples in an epoch: always from the same start, so that it
// depends on nothing but the seed and the epoch's number.
func (s *memorySource) shuffle(epoch int) *ordering {
	o := s.idle.Swap(nil)
	if o == nil {
		o = &ordering{order: make([]int, s.set.X.Rows)}
	}
	order := o.order
	for i := range order {
		order[i] = i
	}
	rng := random.New(s.seed, random.Shuffle+uint64(epoch))
	rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	return o
}

// memoryStream is an epoch of a memorySource.
type memoryStream struct {
	source    *memorySource
	part      part
	*ordering     // nil if rows come as they are
	at        int // rows that were read or skipped
	closed    bool
}

// ordering is what a stream needs whose rows are copied.
type ordering struct {
	order     []int // of the samples
	x, values copyJob
}

func (s *memoryStream) Next(b *Batch, rows int) error {
	if err := checkNext(b, rows); err != nil {
		return err
	}
	if s.closed {
		return ErrClosed
	}
	whole := min(rows, s.source.set.X.Rows-s.at)
	if whole == 0 {
		return io.EOF
	}
	lo, hi := s.part.share(whole)
	if err := s.fill(b, s.at+lo, s.at+hi); err != nil {
		return err
	}
	s.at += whole
	return nil
}

// fill makes b the samples lo to hi-1 of the epoch.
func (s *memoryStream) fill(b *Batch, lo, hi int) error {
	from := s.source
	if s.ordering == nil {
		b.view(&from.info, from.set.X, from.set.Target, lo, hi)
		return nil
	}
	if err := b.reserve(&from.info, hi-lo, 0); err != nil {
		return err
	}
	indices := s.order[lo:hi]
	if err := s.x.gather(from.run, b.X, from.set.X, indices); err != nil {
		return err
	}
	for i := range b.Target.Labels {
		b.Target.Labels[i] = from.set.Target.Labels[indices[i]]
	}
	for i := range b.Target.Weights {
		b.Target.Weights[i] = from.set.Target.Weights[indices[i]]
	}
	if from.info.Target != ValueTarget {
		return nil
	}
	return s.values.gather(from.run, b.Target.Values, from.set.Target.Values, indices)
}

func (s *memoryStream) Skip(rows int64) error {
	if err := checkSkip(rows); err != nil {
		return err
	}
	if s.closed {
		return ErrClosed
	}
	left := s.source.set.X.Rows - s.at
	if rows > int64(left) {
		s.at += left
		return io.EOF
	}
	s.at += int(rows)
	return nil
}

func (s *memoryStream) Close() error {
	if !s.closed && s.ordering != nil {
		s.x, s.values = copyJob{}, copyJob{} // a batch's memory is not the source's
		s.source.idle.Store(s.ordering)
	}
	s.closed = true
	return nil
}
