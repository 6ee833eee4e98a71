package blastest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

func runWorkers(t *testing.T, open Opener, o Options) {
	t.Run("Run", func(t *testing.T) {
		for _, workers := range []int{1, 3} {
			with(t, open, workers, func(be blas.Backend) { checkRun(t, be) })
		}
	})
	if !o.SameBits {
		return
	}
	t.Run("SameBits", func(t *testing.T) {
		var first [][]float32
		for _, workers := range []int{1, 2, 3, 2} {
			with(t, open, workers, func(be blas.Backend) {
				results, err := trainingStep(be)
				if err != nil {
					t.Fatal(err)
				}
				if first == nil {
					first = results
				}
				for i, got := range results {
					if err := sameBits(got, first[i]); err != nil {
						t.Errorf("%d workers, %s: %v", workers, stepResults[i], err)
					}
				}
				if workers == 2 {
					checkSolo(t, be, first)
				}
			})
		}
	})
}

// tally counts how often each task is done, and workers outside their range.
type tally struct {
	done    []atomic.Int32
	active  []atomic.Int32 // per worker
	invalid atomic.Int32
}

func (c *tally) Task(i, worker int) {
	if worker < 0 || worker >= len(c.active) || c.active[worker].Add(1) != 1 {
		c.invalid.Add(1)
		return
	}
	c.done[i].Add(1)
	c.active[worker].Add(-1)
}

// loner counts tasks that are done by another worker than the caller.
type loner struct{ others atomic.Int32 }

func (l *loner) Task(_, worker int) {
	if worker != 0 {
		l.others.Add(1)
	}
}

// nested is a job whose task runs another job on the same backend.
type nested struct {
	be    blas.Backend
	inner *tally
}

func (n *nested) Task(int, int) {
	if err := n.be.Run(n.inner, len(n.inner.done)); err != nil {
		panic(err)
	}
}

// checkRun checks that each task is done once, by workers that differ.
func checkRun(t *testing.T, be blas.Backend) {
	for _, tasks := range []int{0, 1, 2, 5, 1000} {
		job := &tally{done: make([]atomic.Int32, tasks), active: make([]atomic.Int32, be.Workers())}
		if err := be.Run(job, tasks); err != nil {
			t.Errorf("%d tasks: %v", tasks, err)
		}
		for i := range job.done {
			if n := job.done[i].Load(); n != 1 {
				t.Errorf("task %d of %d was done %d times", i, tasks, n)
			}
		}
		if n := job.invalid.Load(); n != 0 {
			t.Errorf("%d of %d tasks had a worker out of range or in use", n, tasks)
		}
	}
	// A backend that is busy must not wait for itself.
	inner := &tally{done: make([]atomic.Int32, 7), active: make([]atomic.Int32, be.Workers())}
	if err := be.Run(&nested{be, inner}, 1); err != nil {
		t.Errorf("a nested job: %v", err)
	}
	for i := range inner.done {
		if n := inner.done[i].Load(); n != 1 {
			t.Errorf("task %d of a nested job was done %d times", i, n)
		}
	}
}

// checkSolo expects the bits of a training step from goroutines that have a backend's workers kept out, and the
// workers back afterwards.
func checkSolo(t *testing.T, be blas.Backend, want [][]float32) {
	t.Helper()
	s, ok := be.(blas.Soloist)
	if !ok {
		return
	}
	end, again := s.Solo(), s.Solo()
	var running sync.WaitGroup
	for range 2 {
		running.Go(func() {
			got, err := trainingStep(be)
			if err != nil {
				t.Error(err)
				return
			}
			for i := range want {
				if err := sameBits(got[i], want[i]); err != nil {
					t.Errorf("alone, %s: %v", stepResults[i], err)
				}
			}
		})
	}
	alone := &loner{}
	if err := be.Run(alone, 64); err != nil || alone.others.Load() > 0 {
		t.Errorf("%d tasks are done by others than the caller (%v)", alone.others.Load(), err)
	}
	running.Wait()
	end()
	end() // of the first alone
	again()
}

// stepResults names what trainingStep returns.
var stepResults = []string{"C = A·B", "C = A·Bᵀ", "C = Aᵀ·B", "C = Aᵀ·Bᵀ", "y", "dx", "dx, added to", "gradients", "accumulated gradients", "updated parameters"}

// trainingStep computes products and passes large enough to be shared.
func trainingStep(be blas.Backend) ([][]float32, error) {
	rng := rand.New(rand.NewPCG(25, 26))
	mat := func(rows, cols int) blas.Matrix {
		m := blas.Matrix{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
		fill(m, uniform(rng))
		return m
	}
	var results [][]float32
	for _, tA := range transposes[:2] {
		for _, tB := range transposes[:2] {
			a, b, c := mat(257, 263), mat(263, 269), mat(257, 269)
			if tA == blas.Trans {
				a = mat(263, 257)
			}
			if tB == blas.Trans {
				b = mat(269, 263)
			}
			if err := be.Gemm(tA, tB, 1, a, b, 0.5, c); err != nil {
				return nil, fmt.Errorf("product %c%c: %w", tA, tB, err)
			}
			results = append(results, c.Data)
		}
	}

	l := layer{in: 401, out: 210, maxBatch: 150, act: kernels.Sigmoid}
	plan, _, err := l.plan(be, rng)
	if err != nil {
		return nil, err
	}
	x, y := mat(150, l.in), mat(150, l.out)
	dx, dz := mat(150, l.in), mat(150, l.out)
	if err := plan.Forward(x, y); err != nil {
		return nil, err
	}
	if err := plan.BackwardData(dz, dx, blas.Slope{Of: kernels.Tanh, Kept: x}, false); err != nil {
		return nil, err
	}
	results = append(results, y.Data, slices.Clone(dx.Data))
	first := func(m blas.Matrix) blas.Matrix { m.Rows = 40; return m } // of the rows: enough to share
	if err := plan.BackwardData(first(dz), first(dx), blas.Slope{Kept: first(x), IsSlope: true}, true); err != nil {
		return nil, err
	}
	results = append(results, dx.Data)
	for _, accumulate := range []bool{false, true} {
		if err := plan.BackwardWeights(x, dz, accumulate, nil); err != nil {
			return nil, err
		}
		results = append(results, slices.Clone(plan.Gradients()))
	}
	if err := plan.BackwardWeights(x, dz, false, newDescent(plan)); err != nil {
		return nil, err
	}
	return append(results, plan.Parameters()), nil
}
