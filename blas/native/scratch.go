package native

import (
	"sync"

	"github.com/neurona-ml/neurona/internal/arena"
)

// scratches keeps scratch memory between products, so that a product in steady
// state allocates nothing.
type scratches struct {
	mu   sync.Mutex
	free []*scratch
}

// scratch is memory that one task or product uses and gives back.
type scratch struct {
	mem      []float32
	part     part     // of the task that has it,
	prefetch prefetch // and what its tiles fetch
	worker   int      // who had it last
}

// floats is the memory of x, which may be nil.
func (x *scratch) floats() []float32 {
	if x == nil {
		return nil
	}
	return x.mem
}

// get returns a scratch of at least n floats with undefined contents, for a worker:
// one that it had before, if there is one, is in its core's caches, and writing to lines
// that are in another's takes some 5 ns each. Of no floats it is nil.
func (s *scratches) get(n, worker int) *scratch {
	if n == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	best := -1
	for i, x := range s.free {
		if len(x.mem) >= n && (best < 0 || !s.free[best].suitsBetter(x, worker)) {
			best = i
		}
	}
	if best >= 0 {
		x := s.free[best]
		s.free = append(s.free[:best], s.free[best+1:]...)
		x.worker = worker
		return x
	}
	// None is large enough: let the newest grow instead of adding one.
	if last := len(s.free) - 1; last >= 0 {
		x := s.free[last]
		s.free = s.free[:last]
		x.mem, x.worker = arena.Float32(n), worker
		return x
	}
	return &scratch{mem: arena.Float32(n), worker: worker}
}

// suitsBetter reports whether a worker takes x rather than y, which was given back
// later: if it alone is the worker's, or else if it is smaller, which leaves large ones
// to whom needs them.
func (x *scratch) suitsBetter(y *scratch, worker int) bool {
	if mine := x.worker == worker; mine != (y.worker == worker) {
		return mine
	}
	return len(x.mem) < len(y.mem)
}

// reserve makes sure that count scratches of at least n floats are there, so
// that tasks that will run at the same time allocate nothing, whichever of the
// workers gets to them first.
func (s *scratches) reserve(count, n int) {
	if n == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.free {
		if len(x.mem) >= n {
			count--
		}
	}
	for _, x := range s.free {
		if count > 0 && len(x.mem) < n {
			x.mem = arena.Float32(n)
			count--
		}
	}
	for ; count > 0; count-- {
		s.free = append(s.free, &scratch{mem: arena.Float32(n)})
	}
}

// put gives x, which may be nil, back.
func (s *scratches) put(x *scratch) {
	if x == nil {
		return
	}
	x.part = part{} // it would keep what it names alive
	if x.prefetch.count > 0 {
		x.prefetch = prefetch{}
	}
	s.mu.Lock()
	s.free = append(s.free, x)
	s.mu.Unlock()
}
