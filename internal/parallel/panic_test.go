package parallel

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// bomb is a job whose task number at panics.
type bomb struct {
	at   int
	runs *counter
}

func (b *bomb) Task(i, worker int) {
	if i == b.at {
		panic(fmt.Sprintf("task %d", i))
	}
	b.runs.Task(i, worker)
}

// run acquires the pool, runs the job on all workers and releases the pool.
func run(t *testing.T, p *Pool, job Job, tasks int) error {
	t.Helper()
	if !p.TryAcquire() {
		t.Fatal("pool is busy")
	}
	defer p.Release()
	return p.Run(job, tasks, p.Workers(), true)
}

// checkUsable reports a pool that is not as it was before a job that panicked, or
// does not run a job as it should.
func checkUsable(t *testing.T, p *Pool) {
	t.Helper()
	for w, h := range p.helpers {
		if s := h.state.Load(); s != idle {
			t.Fatalf("helper %d is in state %d after a job that panicked", w+1, s)
		}
	}
	if p.job != nil || p.panicked.Load() != nil {
		t.Fatalf("the pool keeps job %v and panic %v", p.job, p.panicked.Load())
	}
	c := newCounter(64, p.Workers())
	if err := run(t, p, c, len(c.runs)); err != nil {
		t.Fatalf("the job after it: %v", err)
	}
	for i := range c.runs {
		if n := c.runs[i].Load(); n != 1 {
			t.Fatalf("the job after it: task %d ran %d times", i, n)
		}
	}
}

// checkPanic reports an error that is not a panic of value in a Task of this
// package.
func checkPanic(t *testing.T, err error, value any) {
	t.Helper()
	var e *PanicError
	if !errors.As(err, &e) {
		t.Fatalf("error is %v, want a *PanicError", err)
	}
	if e.Value != value {
		t.Errorf("the panic's value is %v, want %v", e.Value, value)
	}
	if !strings.HasSuffix(e.Func, ".Task") || !strings.Contains(string(e.Stack), e.Func) {
		t.Errorf("the panic is said to be in %q, want a Task that is on the stack:\n%s", e.Func, e.Stack)
	}
}

// TestPanicIsTheError panics in each of a job's tasks, on pools of several sizes:
// the job ends, no task runs twice, and the pool is as before.
func TestPanicIsTheError(t *testing.T) {
	for _, workers := range []int{1, 2, 4} {
		p := New(workers)
		defer p.Close()
		for _, tasks := range []int{1, 2, 7, 64} {
			for at := range tasks {
				b := &bomb{at: at, runs: newCounter(tasks, workers)}
				checkPanic(t, run(t, p, b, tasks), fmt.Sprintf("task %d", at))
				for i := range b.runs.runs {
					if n := b.runs.runs[i].Load(); n > 1 {
						t.Errorf("%d workers, panic in task %d of %d: task %d ran %d times", workers, at, tasks, i, n)
					}
				}
				if b.runs.clash.Load() {
					t.Errorf("%d workers, panic in task %d of %d: two tasks shared a worker index", workers, at, tasks)
				}
				checkUsable(t, p)
			}
		}
	}
}

// rendezvous is a job of as many tasks as workers, each of which waits for all
// the others; then those of some workers panic with their index.
type rendezvous struct {
	begun  sync.WaitGroup
	panics func(worker int) bool
}

func (r *rendezvous) Task(_, worker int) {
	r.begun.Done()
	r.begun.Wait()
	if r.panics(worker) {
		panic(worker)
	}
}

// TestPanicOnEachWorker panics on the caller's goroutine and on each helper's, and
// on all of them at once.
func TestPanicOnEachWorker(t *testing.T) {
	for _, workers := range []int{2, 4} {
		for w := range workers {
			p := New(workers)
			defer p.Close()
			r := &rendezvous{panics: func(worker int) bool { return worker == w }}
			r.begun.Add(workers)
			checkPanic(t, run(t, p, r, workers), w)
			checkUsable(t, p)
		}
		p := New(workers)
		defer p.Close()
		r := &rendezvous{panics: func(int) bool { return true }}
		r.begun.Add(workers)
		err := run(t, p, r, workers)
		var e *PanicError
		if !errors.As(err, &e) {
			t.Fatalf("all %d workers panicked: error is %v", workers, err)
		}
		checkUsable(t, p)
	}
}

// slowAfterPanic is a job whose first task panics, once a helper has begun another
// if there are helpers, and whose others take a millisecond each from then on.
type slowAfterPanic struct {
	pool        *Pool
	begun, runs atomic.Int32
}

func (s *slowAfterPanic) Task(i, _ int) {
	if i == 0 {
		for s.begun.Load() == 0 && s.pool.Workers() > 1 {
			runtime.Gosched()
		}
		panic("task 0")
	}
	s.begun.Add(1)
	for s.pool.panicked.Load() == nil {
		runtime.Gosched()
	}
	time.Sleep(time.Millisecond)
	s.runs.Add(1)
}

// TestPanicSkipsTasks shows that a job that has panicked begins no more tasks.
func TestPanicSkipsTasks(t *testing.T) {
	const tasks = 1000
	for _, workers := range []int{1, 2, 4} {
		p := New(workers)
		defer p.Close()
		s := &slowAfterPanic{pool: p}
		checkPanic(t, run(t, p, s, tasks), "task 0")
		if n := s.runs.Load(); n == tasks-1 || workers == 1 && n != 0 {
			t.Errorf("%d workers: %d tasks ran although the first has panicked", workers, n)
		}
		checkUsable(t, p)
	}
}

// TestAlone is what Alone does, without a panic and with one.
func TestAlone(t *testing.T) {
	c := newCounter(5, 1)
	if err := Alone(c, 5); err != nil {
		t.Error(err)
	}
	for i := range c.runs {
		if n := c.runs[i].Load(); n != 1 {
			t.Errorf("task %d ran %d times", i, n)
		}
	}
	b := &bomb{at: 3, runs: newCounter(5, 1)}
	checkPanic(t, Alone(b, 5), "task 3")
	if b.runs.runs[2].Load() != 1 || b.runs.runs[4].Load() != 0 {
		t.Error("tasks before a panic are not done, or tasks after it are")
	}
}

// caught returns the error that f's panic becomes.
func caught(f func()) (err error) {
	defer Recover(&err)
	f()
	return nil
}

// at is a function that reads an element of x.
func at(x []int, i int) int { return x[i] }

// TestPanicError is what the error says, for panics of all kinds.
func TestPanicError(t *testing.T) {
	const here = "github.com/neurona-ml/neurona/internal/parallel."
	cause := errors.New("a cause")
	var nobody *counter
	for _, tt := range []struct {
		name string
		f    func()
		text string
		is   error // nil if anything will do
	}{
		{"a string", func() { panic("so") }, "panic in " + here + "TestPanicError.func1: so", nil},
		{"an error", func() { panic(cause) }, "panic in " + here + "TestPanicError.func2: a cause", cause},
		{"an index", func() { at(nil, 3) }, "panic in " + here + "at: runtime error: index out of range [3] with length 0", nil},
		{"a nil pointer", func() { nobody.Task(0, 0) }, "panic in " + here + "(*counter).Task: runtime error: invalid memory address or nil pointer dereference", nil},
		{"nil", func() { panic(nil) }, "panic in " + here + "TestPanicError.func5: panic called with nil argument", nil},
		{"a panic after a panic", func() { defer func() { panic("second") }(); panic("first") }, "panic in " + here + "TestPanicError.func6.1: second", nil},
	} {
		err := caught(tt.f)
		var e *PanicError
		if !errors.As(err, &e) {
			t.Errorf("%s: error is %v, want a *PanicError", tt.name, err)
			continue
		}
		if err.Error() != tt.text {
			t.Errorf("%s: error is %q, want %q", tt.name, err, tt.text)
		}
		if tt.is != nil && !errors.Is(err, tt.is) {
			t.Errorf("%s: the error does not wrap what panic was given", tt.name)
		}
		if !strings.Contains(string(e.Stack), "panic_test.go") {
			t.Errorf("%s: the stack is\n%s", tt.name, e.Stack)
		}
		var runtimeError runtime.Error
		if _, want := e.Value.(runtime.Error); errors.As(err, &runtimeError) != want {
			t.Errorf("%s: errors.As finds a runtime.Error where there is none, or none", tt.name)
		}
		if again := caught(func() { panic(err) }); again != err {
			t.Errorf("%s: a panic with the error becomes %v, want the same error", tt.name, again)
		}
	}
	if err := caught(func() {}); err != nil {
		t.Errorf("without a panic the error is %v", err)
	}
	if got := (&PanicError{Value: "so"}).Error(); got != "panic: so" {
		t.Errorf("without a function the error is %q", got)
	}
}
