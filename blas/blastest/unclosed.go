package blastest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/kernels"
)

// checkUnclosed opens backends, lets each of them do some of everything and drops
// it: the goroutines end before wait is over, with nobody closing anything.
func checkUnclosed(t *testing.T, open Opener, wait time.Duration) error {
	before := runtime.NumGoroutine()
	for i := range 20 {
		if err := useOnce(open(t, 2+i%3)); err != nil {
			return err
		}
	}
	for deadline := time.Now().Add(wait); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("%d goroutines after 20 backends, %d before", runtime.NumGoroutine(), before)
		}
		runtime.GC()
	}
	return nil
}

// holding is a job that leads to its backend, which must not keep it; it panics with it
// if it is told to.
type holding struct {
	be     blas.Backend
	panics bool
}

func (h *holding) Task(int, int) {
	if h.panics {
		panic(h)
	}
}

// useOnce makes a product and takes a training step, and runs a job and one that panics.
func useOnce(be blas.Backend) error {
	p := product{tA: blas.NoTrans, tB: blas.Trans, m: 40, n: 96, k: 65, alpha: 1}
	d, err := newDesk(3, p.size())
	if err != nil {
		return err
	}
	defer d.free()
	rng := rand.New(rand.NewPCG(31, 32))
	if err := p.check(be, d, rng); err != nil {
		return err
	}
	l := layer{in: 40, out: 70, maxBatch: 17, act: kernels.ReLU}
	plan, _, err := l.plan(be, rng)
	if err != nil {
		return err
	}
	x, y := d[0].matrix(17, l.in, 0, true), d[1].matrix(17, l.out, 0, true)
	dx := d[2].matrix(17, l.in, 0, true)
	fill(x, uniform(rng))
	if err := plan.Forward(x, y); err != nil {
		return err
	}
	if err := plan.BackwardData(y, dx, blas.Slope{Of: kernels.ReLU, Kept: x}, false); err != nil {
		return err
	}
	if err := plan.BackwardWeights(x, y, false, newDescent(plan)); err != nil {
		return err
	}
	if err := be.Run(&holding{be: be, panics: true}, 8); err == nil {
		return errors.New("a job that panics has no error")
	}
	return be.Run(&holding{be: be}, 8)
}
