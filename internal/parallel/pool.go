// Package parallel runs the tasks of one product or pass on a fixed set of
// goroutines. A backend owns one pool; whoever finds it busy works alone.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// A Job is work cut into numbered tasks that may run in any order and at the
// same time. What a task computes must not depend on who runs it: that is how
// results stay the same for any number of workers.
type Job interface {
	// Task does task number i. worker is in [0, Workers) and differs between
	// tasks that run at the same time: an index for private scratch.
	Task(i, worker int)
}

// Pool is a set of workers that share the tasks of one job at a time. The
// goroutine that calls Run is worker 0, so a pool of one has no goroutines.
type Pool struct {
	workers int
	busy    sync.Mutex // held by whoever runs a job
	helpers []*helper
	done    sync.WaitGroup // helpers that have ended, for Close
	closed  bool           // guarded by busy
	solos   atomic.Int32   // who keep the helpers out: see Solo

	job      Job
	shares   []share                    // of the current job, one for each who takes part
	panicked atomic.Pointer[PanicError] // the first panic of the current job

	alone   atomic.Bool // the owner of a job shares none: see stalled
	until   time.Time   // when that ends
	backoff time.Duration
}

// share is a run of tasks that one worker begins with. The same tasks of the
// same job fall to the same worker time after time, so that what they read and
// wrote is still in its core's caches; whoever is done helps the others. It is
// padded to two lines, since processors fetch lines in pairs.
type share struct {
	next atomic.Int64 // the first task nobody has taken
	end  int64
	_    [112]byte
}

// helper is one goroutine of the pool. It is padded to two lines, as a
// share is.
type helper struct {
	state  atomic.Uint32 // idle, offered, joined or ended
	parked atomic.Bool   // it waits on wake rather than spins
	wake   chan struct{}
	_      [104]byte
}

// A helper is offered each job, and joins it when it sees the offer. Whoever offered
// it takes back, once all tasks are taken, what nobody has seen: a helper that is
// still waking up, or not running because the machine has other work, holds
// nobody up.
const (
	idle uint32 = iota
	offered
	joined
	ended
)

// spins is how often an idle helper looks for a job before it parks. One look
// costs about 90 ns with its pause; a parked helper takes 10 to 15 µs to
// start, a spinning one 0.3 µs. 600 looks (about 50 µs) bridge the stretches of a
// training step that one worker does alone: on two cores a step of 784-128-10
// takes 73 µs at batch 32 and 253 at batch 128, with 100 looks 96 and 364, with
// 2000 no less.
const spins = 600

// New returns a pool of the given number of workers, at least 1.
func New(workers int) *Pool {
	p := &Pool{workers: max(workers, 1)}
	p.shares = make([]share, p.workers)
	for w := 1; w < p.workers; w++ {
		h := &helper{wake: make(chan struct{}, 1)}
		p.helpers = append(p.helpers, h)
		p.done.Add(1)
		go p.serve(h, w)
	}
	return p
}

// Workers returns how many tasks may run at the same time.
func (p *Pool) Workers() int { return p.workers }

// Awake reports whether a helper is at work or looking for work, and would join
// a job without being woken. It may have changed its mind by then.
func (p *Pool) Awake() bool {
	return len(p.helpers) > 0 && !p.helpers[0].parked.Load()
}

// Wake makes up to limit parked helpers look for work again, for a job that may
// come soon. It costs a system call for each.
func (p *Pool) Wake(limit int) {
	if p.alone.Load() {
		return
	}
	for _, h := range p.helpers[:min(limit, len(p.helpers))] {
		h.unpark()
	}
}

// unpark wakes the helper if it is parked.
func (h *helper) unpark() {
	if h.parked.CompareAndSwap(true, false) {
		h.wake <- struct{}{}
	}
}

// TryAcquire reserves the pool for the caller, who must Release it. It
// reports false, and reserves nothing, if the pool is busy, closed or kept out of
// use by Solo; the caller then does its work alone.
func (p *Pool) TryAcquire() bool {
	if p.solos.Load() > 0 || !p.busy.TryLock() {
		return false
	}
	if p.closed {
		p.busy.Unlock()
		return false
	}
	return true
}

// Solo makes TryAcquire report false until end is called, by anybody. Those who have
// reserved the pool keep it.
func (p *Pool) Solo() (end func()) {
	p.solos.Add(1)
	return sync.OnceFunc(func() { p.solos.Add(-1) })
}

// Release ends a reservation made by TryAcquire.
func (p *Pool) Release() { p.busy.Unlock() }

// Run does tasks 0 to tasks-1 of job and returns when all are done. The
// caller must hold the pool. At most limit workers take part. Without wake,
// only helpers that are looking for work already do: a job of a few
// microseconds gains from those, and loses by waking others.
//
// A task that panics makes Run return a *PanicError once no task is under way
// any more; tasks that nobody had begun are left undone. If several panic, the
// error is one of theirs.
func (p *Pool) Run(job Job, tasks, limit int, wake bool) error {
	helpers := min(limit, p.workers, tasks) - 1
	if helpers > 0 && p.isAlone() {
		helpers = 0
	}
	for i := 0; !wake && i < helpers; i++ {
		if p.helpers[i].parked.Load() {
			helpers = i
		}
	}
	if helpers <= 0 {
		return Alone(job, tasks)
	}
	p.job = job
	for w := range p.workers {
		// Those who take no part have an empty share.
		p.shares[w].end = first(w+1, helpers+1, tasks)
		p.shares[w].next.Store(first(w, helpers+1, tasks))
	}
	var start, late time.Time
	if wake { // a job of some length: the clock costs 40 ns
		start = time.Now()
	}
	for _, h := range p.helpers[:helpers] {
		// Swap rather than Store: see await.
		h.state.Swap(offered)
		h.unpark()
	}
	p.take(0)
	for _, h := range p.helpers[:helpers] {
		if h.state.CompareAndSwap(offered, idle) {
			continue
		}
		for i := 0; h.state.Load() != idle; i++ {
			if i < spins {
				pause()
				continue
			}
			if late.IsZero() {
				late = time.Now()
			}
			runtime.Gosched()
		}
	}
	p.job = nil
	if !late.IsZero() {
		p.stalled(start, late, time.Now())
	}
	if e := p.panicked.Load(); e != nil {
		p.panicked.Store(nil)
		return e
	}
	return nil
}

// first is the first task of worker w's share, where so many take part: tasks for
// workers beyond. An int of 32 bits may not hold the product.
func first(w, workers, tasks int) int64 {
	return int64(min(w, workers)) * int64(tasks) / int64(workers)
}

// Helpers that keep a job waiting for longer than stallTime, and for longer than
// the rest of it took, have been interrupted within a task: another program has
// their core, and gives it back after milliseconds. Jobs are then not shared for
// a while, at first for leastBackoff, and twice as long each time it happens
// again soon. Steps in µs while another program keeps one of two cores busy,
// medians of two workers without that, with it, and of one worker:
//
//	784-128-10, batch 32          132    70    59
//	784-128-10, batch 128, Adam   525   243   228
//	784-512-512-10, batch 64     1263  1113   880
//
// stallTime is longer than a task of any step of these takes, and far shorter than the time
// slices of operating systems, 3 to 20 ms; the first wait is about one of those, the longest one
// that loses less than a tenth of a second's sharing once the other program is gone. Other
// values were not tried.
const (
	stallTime    = 200 * time.Microsecond
	leastBackoff = 5 * time.Millisecond
	mostBackoff  = 160 * time.Millisecond
)

// stalled decides what follows from a job that began at start, unless that is
// zero, was done but for helpers at late, and ended now.
func (p *Pool) stalled(start, late, now time.Time) {
	waited, took := now.Sub(late), time.Duration(0)
	if !start.IsZero() {
		took = late.Sub(start)
	}
	if waited < stallTime || waited < took {
		return
	}
	if p.backoff > 0 && late.Sub(p.until) < 2*p.backoff {
		p.backoff = min(2*p.backoff, mostBackoff)
	} else {
		p.backoff = leastBackoff
	}
	p.until = now.Add(p.backoff)
	p.alone.Store(true)
}

// isAlone reports whether the pool's owner shares no jobs for now.
func (p *Pool) isAlone() bool {
	if !p.alone.Load() {
		return false
	}
	if time.Now().Before(p.until) {
		return true
	}
	p.alone.Store(false)
	return false
}

// take does the worker's own tasks, then what is left of the others'.
func (p *Pool) take(worker int) {
	defer p.endOnPanic()
	for w := range p.workers {
		s := &p.shares[(worker+w)%p.workers]
		for {
			i := s.next.Add(1) - 1
			if i >= s.end {
				break
			}
			p.job.Task(int(i), worker)
		}
	}
}

// endOnPanic, deferred, keeps the first panic of a job for Run to return, and
// leaves nobody a task to begin.
func (p *Pool) endOnPanic() {
	v := recover()
	if v == nil {
		return
	}
	p.panicked.CompareAndSwap(nil, Caught(v))
	for w := range p.shares {
		p.shares[w].next.Store(p.shares[w].end)
	}
}

// serve is the life of a helper: wait for a job, share its tasks, say so.
func (p *Pool) serve(h *helper, worker int) {
	defer p.done.Done()
	for h.await() {
		p.take(worker)
		h.state.Store(idle)
	}
}

// await returns once the helper has joined a job, or reports false if there are to
// be none: it spins for a while, then parks, and spins again when it is woken.
func (h *helper) await() bool {
	for {
		for range spins {
			switch h.state.Load() {
			case offered:
				if h.state.CompareAndSwap(offered, joined) {
					return true
				}
			case ended:
				return false
			}
			pause()
		}
		// Swap rather than Store: QEMU's arm64 lets a store pass the load that
		// follows, and the offer would be missed.
		h.parked.Swap(true)
		// A job offered before the swap above was seen must not be missed. If
		// somebody saw parked there is a token, now or soon.
		if h.state.Load() == idle || !h.parked.CompareAndSwap(true, false) {
			<-h.wake
		}
	}
}

// Close waits for a running job and ends the pool's goroutines. Afterwards
// TryAcquire reports false. Closing twice is fine.
func (p *Pool) Close() {
	p.busy.Lock()
	defer p.busy.Unlock()
	if p.closed {
		return
	}
	p.closed = true
	p.job = nil
	for _, h := range p.helpers {
		h.state.Swap(ended)
		h.unpark()
	}
	p.done.Wait()
}
