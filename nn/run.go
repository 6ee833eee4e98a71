package nn

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/optim"
)

// Run is a call of Fit under way, as callbacks see it. To change its fields changes nothing
// in Fit.
type Run struct {
	Context context.Context
	Trainer *Trainer
	History *History // so far

	Data       data.Source     // as it was given
	Batch      int             // samples of a batch; the last one of an epoch may have fewer
	Epochs     int             // of this call, if nothing ends it before
	Validation data.Source     // nil without Validate
	Metrics    []metric.Metric // that validation computes

	until     optim.Progress // without the step
	callbacks []Callback
	started   int               // of them
	states    map[string][]byte // for those that have not started
}

// Progress is where the training is: the step to come, and with which this call ends, 0 if
// the source does not know its rows. Trainer.Position says where in its data it is.
func (r *Run) Progress() optim.Progress {
	p := r.until
	if r.Trainer != nil {
		p.Step = r.Trainer.opt.steps + 1
	}
	return p
}

// State returns what all callbacks with a Save remember, by name.
func (r *Run) State() (map[string][]byte, error) {
	states := map[string][]byte{}
	for i := range r.callbacks {
		c := &r.callbacks[i]
		if c.Save == nil {
			continue
		}
		state, err := c.Save()
		if err != nil {
			return nil, fmt.Errorf("state of %s: %w", c.label(), err)
		}
		states[c.Name] = state
	}
	return states, nil
}

// SetState gives callbacks back what State has returned: at once, or, to those that have not
// started, when they have. A state of no callback ends Fit with an error; callbacks without
// one begin afresh.
func (r *Run) SetState(states map[string][]byte) error {
	r.states = maps.Clone(states)
	for i := range r.callbacks[:r.started] {
		if err := r.load(&r.callbacks[i]); err != nil {
			return err
		}
	}
	if r.started < len(r.callbacks) {
		return nil // others may want what is left
	}
	return r.unclaimed()
}

// load gives c its state, if there is one.
func (r *Run) load(c *Callback) error {
	state, ok := r.states[c.Name]
	if !ok || c.Load == nil {
		return nil
	}
	delete(r.states, c.Name)
	if err := c.Load(state); err != nil {
		return fmt.Errorf("state of %s: %w", c.label(), err)
	}
	return nil
}

// unclaimed reports states of no callback.
func (r *Run) unclaimed() error {
	if len(r.states) == 0 {
		return nil
	}
	names := slices.Sorted(maps.Keys(r.states))
	r.states = nil
	return fmt.Errorf("there are states of callbacks that this Fit does not have: %q", names)
}

// start calls each Start.
func (r *Run) start() (err error) {
	defer recovered(&err)
	for i := range r.callbacks {
		c := &r.callbacks[i]
		if c.Start != nil {
			if err := c.Start(r); err != nil {
				return fmt.Errorf("nn: %s: %w", c.label(), err)
			}
		}
		r.started++
		if err := r.load(c); err != nil {
			return fmt.Errorf("nn: %w", err)
		}
	}
	if err := r.unclaimed(); err != nil {
		return fmt.Errorf("nn: %w", err)
	}
	return nil
}

// tell calls the function that of returns for each callback, after the step or epoch of that
// number. An ErrStop is returned when all have been called, any other error at once.
func tell[I any](r *Run, after string, number int, info *I, of func(*Callback) func(*Run, *I) error) (stop error) {
	for i := range r.callbacks {
		c := &r.callbacks[i]
		call := of(c)
		if call == nil {
			continue
		}
		err := call(r, info)
		if err == nil {
			continue
		}
		err = fmt.Errorf("nn: %s after %s %d: %w", c.label(), after, number, err)
		if !errors.Is(err, ErrStop) {
			return err
		}
		if stop == nil {
			stop = err
		}
	}
	return stop
}

// end calls each End of those that have started, in reverse order, and joins their errors.
func (r *Run) end(cause error) error {
	var errs []error
	for i := r.started - 1; i >= 0; i-- {
		if c := &r.callbacks[i]; c.End != nil {
			if err := c.end(r, cause); err != nil && !errors.Is(err, ErrStop) {
				errs = append(errs, fmt.Errorf("nn: %s at the end: %w", c.label(), err))
			}
		}
	}
	return errors.Join(errs...)
}

func (c *Callback) end(r *Run, cause error) (err error) {
	defer recovered(&err)
	return c.End(r, cause)
}
