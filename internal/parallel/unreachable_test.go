package parallel

import (
	"runtime"
	"sync"
	"testing"
	"time"
)

// owner is what has a pool, and a job that the pool works on.
type owner struct {
	pool    *Pool
	counter counter
	cleanup runtime.Cleanup
}

func newOwner(workers int) *owner {
	o := &owner{pool: New(workers)}
	o.cleanup = CloseUnreachable(o, o.pool)
	return o
}

// use does a job that leads to o, and one that panics with it.
func (o *owner) use(t *testing.T) {
	o.counter = *newCounter(8, o.pool.Workers())
	if err := run(t, o.pool, &o.counter, 8); err != nil {
		t.Error(err)
	}
	if err := run(t, o.pool, panicsWith{o}, 8); err == nil {
		t.Error("no error")
	}
}

type panicsWith struct{ value any }

func (p panicsWith) Task(int, int) { panic(p.value) }

// waitFor collects garbage until so many goroutines are left, or reports false.
func waitFor(goroutines int) bool {
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		runtime.GC()
		if runtime.NumGoroutine() <= goroutines {
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
	}
}

// TestUnreachable drops the owners of pools that have parked, of pools that are
// looking for work, and of pools that never did any.
func TestUnreachable(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, used := range []bool{false, true} {
		for _, pause := range []time.Duration{0, 5 * time.Millisecond} {
			for range 20 {
				o := newOwner(4)
				if used {
					o.use(t)
				}
				time.Sleep(pause)
				runtime.KeepAlive(o)
			}
		}
	}
	if !waitFor(before) {
		t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
	}
}

// TestReachable shows that a pool stays open as long as its owner is there, whether
// or not it has something to do.
func TestReachable(t *testing.T) {
	o := newOwner(2)
	for range 5 {
		runtime.GC()
		time.Sleep(2 * time.Millisecond)
		o.use(t)
	}
	o.cleanup.Stop()
	o.pool.Close()
	runtime.KeepAlive(o)
}

// TestCloseAndUnreachable closes pools, stops their cleanups or does not, and drops
// the owners: some at once, some while they close.
func TestCloseAndUnreachable(t *testing.T) {
	before := runtime.NumGoroutine()
	for i := range 60 {
		o := newOwner(3)
		o.use(t)
		if i%3 == 0 {
			o.cleanup.Stop()
		}
		if i%2 == 0 {
			go o.pool.Close()
		}
		o.pool.Close()
		if i%10 == 0 {
			runtime.GC()
		}
	}
	if !waitFor(before) {
		t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
	}
}

// meeting is a job each of whose tasks says that it has begun and waits for the end.
type meeting struct {
	begun sync.WaitGroup
	end   chan struct{}
}

func (m *meeting) Task(int, int) {
	m.begun.Done()
	<-m.end
}

// TestUnreachableAtWork shows that a pool whose owner is dropped while it works
// finishes its job first, and that cleanups of others do not wait for it.
func TestUnreachableAtWork(t *testing.T) {
	before := runtime.NumGoroutine()
	m := &meeting{end: make(chan struct{})}
	m.begun.Add(2)
	result := make(chan error)
	go func() { // the owner is not mentioned after it has given its pool away
		p := newOwner(2).pool
		p.TryAcquire()
		defer p.Release()
		result <- p.Run(m, 2, 2, true)
	}()
	m.begun.Wait()
	atWork := runtime.NumGoroutine()
	for range 20 {
		newOwner(4)
	}
	// The owners' pools have ended, and one goroutine closes the pool that works.
	if !waitFor(atWork + 1) {
		t.Errorf("%d goroutines while a pool works, %d before", runtime.NumGoroutine(), atWork)
	}
	close(m.end)
	if err := <-result; err != nil {
		t.Error(err)
	}
	if !waitFor(before) {
		t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
	}
}
