package main

import (
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// counter counts instructions under callgrind. It counts those of the
// module's own functions: what the Go runtime does besides depends on the
// clock, what ours do does not.
type counter struct {
	base, head *side
	tmp        string
	tolerance  float64
	log        func(format string, args ...any)
}

// countedRungs are the ISAs to count at: valgrind executes no AVX-512.
func countedRungs() []string {
	if runtime.GOARCH == "amd64" {
		return []string{"generic", "avx2"}
	}
	return []string{"generic"}
}

// Two runs of so many iterations each: their difference is free of what a
// process does once, and large against what it does once in a varying number
// of instructions (it walks a map). Not 1, at which the testing package runs
// a benchmark once less than otherwise.
const (
	fewIterations  = 2
	manyIterations = 22
)

// valgrindDebug makes Go's runtime do without what stops valgrind: signals that
// preempt goroutines, and RDTSCP, which valgrind 3.19 says that an AMD processor
// has but does not execute there.
const valgrindDebug = "GODEBUG=asyncpreemptoff=1,cpu.rdtscp=off"

// count compares instructions per iteration of what is on both sides at every
// rung.
func (c *counter) count(ctx context.Context, rungs []rung) ([]count, error) {
	var counts []count
	for _, r := range rungs {
		// A roof means nothing to valgrind and would take it minutes.
		environment, err := environmentFor(os.Environ(), "GOMAXPROCS=1", withoutRoofs+"=1", valgrindDebug)
		if err != nil {
			return nil, err
		}
		set := setting{isa: r.isa}
		environment = set.environment(environment)
		c.log("counting instructions of %d benchmarks, %s", len(r.common), r.isa)
		found, err := c.countAll(ctx, environment, r.common)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			counts = append(counts, count{set, f})
		}
	}
	return counts, nil
}

// countAll counts on all processors at once, which disturbs times but not
// counts.
func (c *counter) countAll(ctx context.Context, environment, names []string) ([]Finding, error) {
	findings := make([]Finding, len(names))
	errs := make([]error, len(names))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.NumCPU() {
		workers.Go(func() {
			for i := range next {
				findings[i], errs[i] = c.compare(ctx, environment, names[i])
			}
		})
	}
	for i := range names {
		next <- i
	}
	close(next)
	workers.Wait()
	return findings, errors.Join(errs...)
}

// compare counts a benchmark on both sides; where they differ it counts again.
func (c *counter) compare(ctx context.Context, environment []string, name string) (Finding, error) {
	var base, head []float64
	var f Finding
	for range 2 {
		b, err := c.perIteration(ctx, environment, c.base, name)
		if err != nil {
			return Finding{}, err
		}
		h, err := c.perIteration(ctx, environment, c.head, name)
		if err != nil {
			return Finding{}, err
		}
		base, head = append(base, b), append(head, h)
		f = judgeExact(name, instructionsPerOp, false, base, head, c.tolerance)
		if !(b > 0) || !(h > 0) { // it does the same whatever the number of iterations
			f.Verdict, f.Reason = CannotTell, "an iteration executes nothing on one side"
		}
		f.Again = len(base) > 1
		if f.Verdict == Same {
			break
		}
	}
	return f, nil
}

// perIteration is the number of instructions of one iteration.
func (c *counter) perIteration(ctx context.Context, environment []string, s *side, name string) (float64, error) {
	few, err := c.instructions(ctx, environment, s, name, fewIterations)
	if err != nil {
		return 0, err
	}
	many, err := c.instructions(ctx, environment, s, name, manyIterations)
	if err != nil {
		return 0, err
	}
	return float64(many-few) / (manyIterations - fewIterations), nil
}

func (c *counter) instructions(ctx context.Context, environment []string, s *side, name string, iterations int) (int64, error) {
	module, err := moduleOf(s.binary)
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp(c.tmp, "callgrind-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "out")
	ctx, cancel := context.WithTimeout(ctx, turnTimeout)
	defer cancel()
	args := []string{"--tool=callgrind", "--callgrind-out-file=" + file, s.binary}
	args = append(args, job{bench: exactFlag(name), benchtime: times(iterations), count: 1}.flags()...)
	cmd := exec.CommandContext(ctx, "valgrind", args...)
	cmd.Dir, cmd.Env = s.dir, environment
	if said, err := cmd.CombinedOutput(); err != nil {
		return 0, &CommandError{Command: s.label + ": valgrind " + strings.Join(args, " "), Output: string(said), Err: err}
	}
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	costs, err := selfCosts(f, file)
	if err != nil {
		return 0, err
	}
	sum := costUnder(costs, module)
	if sum == 0 {
		return 0, fmt.Errorf("%s: callgrind saw no function of %s in %s", s.label, module, name)
	}
	return sum, nil
}

// moduleOf is the path of the module that a binary was built from.
func moduleOf(binary string) (string, error) {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return "", err
	}
	if info.Main.Path == "" {
		return "", fmt.Errorf("%s: does not say which module it was built from", binary)
	}
	return info.Main.Path, nil
}
