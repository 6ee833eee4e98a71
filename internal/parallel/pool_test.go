package parallel

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// counter counts how often each task ran and whether two tasks that ran at
// the same time had the same worker index.
type counter struct {
	runs   []atomic.Int32
	active []atomic.Int32
	clash  atomic.Bool
}

func newCounter(tasks, workers int) *counter {
	return &counter{runs: make([]atomic.Int32, tasks), active: make([]atomic.Int32, workers)}
}

func (c *counter) Task(i, worker int) {
	if c.active[worker].Add(1) != 1 {
		c.clash.Store(true)
	}
	c.runs[i].Add(1)
	c.active[worker].Add(-1)
}

func TestEveryTaskRunsOnce(t *testing.T) {
	for workers := 1; workers <= 5; workers++ {
		p := New(workers)
		for round := range 300 {
			for _, tasks := range []int{0, 1, 2, 7, 64} {
				c := newCounter(tasks, workers)
				if !p.TryAcquire() {
					t.Fatal("pool is busy")
				}
				p.Run(c, tasks, 1+round%(workers+1), round%3 != 0)
				p.Release()
				for i := range c.runs {
					if n := c.runs[i].Load(); n != 1 {
						t.Fatalf("workers=%d tasks=%d: task %d ran %d times", workers, tasks, i, n)
					}
				}
				if c.clash.Load() {
					t.Fatalf("workers=%d: two tasks shared a worker index", workers)
				}
			}
			if round%100 == 50 {
				time.Sleep(time.Millisecond) // let the helpers park
			}
		}
		p.Close()
	}
}

// TestContenders lets several goroutines fight for the pool: whoever does not
// get it works alone, and nothing is lost.
func TestContenders(t *testing.T) {
	p := New(3)
	defer p.Close()
	var alone, shared atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				c := newCounter(10, 3)
				if p.TryAcquire() {
					p.Run(c, 10, 3, true)
					p.Release()
					shared.Add(1)
				} else {
					for i := range 10 {
						c.Task(i, 0)
					}
					alone.Add(1)
				}
				for i := range c.runs {
					if c.runs[i].Load() != 1 {
						t.Errorf("task %d ran %d times", i, c.runs[i].Load())
					}
				}
			}
		})
	}
	wg.Wait()
	if shared.Load() == 0 || shared.Load()+alone.Load() != 4000 {
		t.Errorf("%d shared, %d alone", shared.Load(), alone.Load())
	}
}

func TestCloseEndsGoroutines(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		p := New(4)
		if p.TryAcquire() {
			p.Run(newCounter(8, 4), 8, 4, true)
			p.Release()
		}
		p.Close()
		p.Close()
		if p.TryAcquire() {
			t.Fatal("a closed pool was acquired")
		}
	}
	// A goroutine that has signalled its end may still be listed for a moment.
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

func TestRunAllocatesNothing(t *testing.T) {
	p := New(2)
	defer p.Close()
	c := newCounter(16, 2)
	allocs := testing.AllocsPerRun(100, func() {
		if p.TryAcquire() {
			p.Run(c, 16, 2, true)
			p.Release()
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations per run", allocs)
	}
}

func BenchmarkForkJoin(b *testing.B) {
	p := New(2)
	defer p.Close()
	c := newCounter(2, 2)
	p.TryAcquire()
	defer p.Release()
	for b.Loop() {
		p.Run(c, 2, 2, true)
	}
}

// awakeJob asks, from each of two tasks that wait for each other before and
// after, whether a helper is awake.
type awakeJob struct {
	pool         *Pool
	begun, asked sync.WaitGroup
	awake        atomic.Int32
}

func (j *awakeJob) Task(_, _ int) {
	j.begun.Done()
	j.begun.Wait()
	if j.pool.Awake() {
		j.awake.Add(1)
	}
	j.asked.Done()
	j.asked.Wait()
}

// TestAwake shows that helpers at work are awake, and those with nothing to
// do for long are not.
func TestAwake(t *testing.T) {
	one := New(1)
	defer one.Close()
	if one.Awake() {
		t.Error("a pool without helpers is awake")
	}
	p := New(2)
	defer p.Close()
	j := &awakeJob{pool: p}
	j.begun.Add(2)
	j.asked.Add(2)
	if !p.TryAcquire() {
		t.Fatal("pool is busy")
	}
	p.Run(j, 2, 2, true)
	p.Release()
	if n := j.awake.Load(); n != 2 {
		t.Errorf("%d of 2 tasks saw a helper awake", n)
	}
	for deadline := time.Now().Add(10 * time.Second); p.Awake(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the helper does not park")
		}
	}
}

// TestWake shows that a helper that is woken without a job looks for one, and
// parks again.
func TestWake(t *testing.T) {
	p := New(2)
	defer p.Close()
	parked := func() bool {
		for deadline := time.Now().Add(10 * time.Second); p.Awake(); time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				return false
			}
		}
		return true
	}
	for range 3 {
		if !parked() {
			t.Fatal("the helper does not park")
		}
		p.Wake(2)
	}
	c := newCounter(10, 2)
	if !p.TryAcquire() {
		t.Fatal("pool is busy")
	}
	p.Run(c, len(c.runs), 2, true)
	p.Release()
	for i := range c.runs {
		if n := c.runs[i].Load(); n != 1 {
			t.Errorf("task %d ran %d times", i, n)
		}
	}
}

// lateJob is two tasks for two workers. The first waits until a helper has
// begun one, which then takes long if it is told to. A helper that begins both, since
// the owner was held up before its first, must not wait for anybody to hear of it: begun
// has room for two.
type lateJob struct {
	begun  chan struct{}
	delay  time.Duration
	helped atomic.Int32
}

func (j *lateJob) Task(i, worker int) {
	if worker > 0 {
		j.helped.Add(1)
		j.begun <- struct{}{}
		time.Sleep(j.delay)
	} else if j.begun != nil && i == 0 {
		<-j.begun
	}
}

// TestStall shows that a pool whose helper is late does jobs alone for a while,
// and not for ever.
func TestStall(t *testing.T) {
	p := New(2)
	defer p.Close()
	run := func(j Job) {
		t.Helper()
		if !p.TryAcquire() {
			t.Fatal("pool is busy")
		}
		p.Run(j, 2, 2, true)
		p.Release()
	}
	// A helper that begins later than it then takes is no stall: on a busy machine
	// that may happen, but not always.
	for range 50 {
		if run(&lateJob{begun: make(chan struct{}, 2), delay: 100 * stallTime}); p.alone.Load() {
			break
		}
	}
	if !p.alone.Load() {
		t.Fatal("a helper that is late changes nothing")
	}
	p.until = time.Now().Add(time.Hour)
	alone := &lateJob{}
	if run(alone); alone.helped.Load() != 0 {
		t.Error("the job after it is shared")
	}
	p.until = time.Now()
	run(&lateJob{begun: make(chan struct{}, 2)}) // ends only if it is shared
}

// TestStalled is what a pool does about helpers that are late.
func TestStalled(t *testing.T) {
	p := New(1)
	begin := time.Now()
	for _, c := range []struct {
		name              string
		after             time.Duration // from the last stall's end to the job's
		took, waited      time.Duration
		backoff           time.Duration
		alone, startKnown bool
	}{
		{"a short wait", 0, 0, stallTime - 1, 0, false, false},
		{"a wait shorter than the job", 0, time.Second, time.Second - 1, 0, false, true},
		{"a first stall", 0, time.Millisecond, 2 * time.Millisecond, leastBackoff, true, true},
		{"another soon", 2*leastBackoff - 1, 0, stallTime, 2 * leastBackoff, true, false},
		{"and another", 0, 0, stallTime, 4 * leastBackoff, true, false},
		{"one much later", 8 * leastBackoff, 0, stallTime, leastBackoff, true, false},
	} {
		p.alone.Store(false)
		late := begin.Add(c.after)
		if c.backoff > 0 && !p.until.IsZero() {
			late = p.until.Add(c.after)
		}
		start := time.Time{}
		if c.startKnown {
			start = late.Add(-c.took)
		}
		now := late.Add(c.waited)
		p.stalled(start, late, now)
		if p.alone.Load() != c.alone || p.backoff != c.backoff || c.alone && !p.until.Equal(now.Add(c.backoff)) {
			t.Errorf("%s: alone %v for %v until %v, want %v for %v", c.name, p.alone.Load(), p.backoff, p.until, c.alone, c.backoff)
		}
	}
	for range 20 {
		p.stalled(time.Time{}, p.until, p.until.Add(stallTime))
	}
	if p.backoff != mostBackoff {
		t.Errorf("after many stalls the backoff is %v, want %v", p.backoff, mostBackoff)
	}
}

// TestOfferIsTakenBack does many jobs that are over before a parked helper can
// see them: their owner does not wait for it, and no task is lost or done twice.
func TestOfferIsTakenBack(t *testing.T) {
	p := New(3)
	defer p.Close()
	for range 200 {
		c := newCounter(3, 3)
		if !p.TryAcquire() {
			t.Fatal("pool is busy")
		}
		p.Run(c, 3, 3, true)
		for w, h := range p.helpers {
			if s := h.state.Load(); s != idle {
				t.Fatalf("helper %d is in state %d after a job", w+1, s)
			}
		}
		p.Release()
		for i := range c.runs {
			if n := c.runs[i].Load(); n != 1 {
				t.Fatalf("task %d ran %d times", i, n)
			}
		}
		for p.Awake() {
			time.Sleep(100 * time.Microsecond)
		}
	}
}

// TestFirst shows that shares follow one another, are even to a task, and that
// those who take no part have none, for more tasks too than an int of 32 bits
// holds times workers.
func TestFirst(t *testing.T) {
	for _, tasks := range []int{0, 1, 7, 1000, math.MaxInt32} {
		for _, workers := range []int{1, 2, 3, 1024} {
			for w := range workers + 3 {
				from, to := first(w, workers, tasks), first(w+1, workers, tasks)
				least := int64(tasks / workers)
				if w == 0 && from != 0 || w == workers-1 && to != int64(tasks) ||
					w < workers && (to-from < least || to-from > least+1) || w >= workers && to != from {
					t.Fatalf("worker %d of %d has tasks %d to %d of %d", w, workers, from, to, tasks)
				}
			}
		}
	}
}
