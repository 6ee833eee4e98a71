package nntest

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/internal/random"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// metricRows is how many samples a metric gets if Rows says less: enough for all classes to be there.
const metricRows = 30

// sameMetric is what two orders of adding the same numbers may differ by.
const sameMetric = 1e-9

// CheckMetric checks what metric.Metric and metric.State promise, on random outputs of all links and numbers that Check
// takes, one to twelve, with weights of samples and without:
//
//   - A state that nothing was added to is NaN; one of thirty rows is not.
//   - Rows added in parts, in any order, and states of parts merged in any order have the value of all rows at once,
//     within 1e-9 of it, or of 1. A state that was merged stays as it is, whatever is added to the other one.
//   - Rows of weight 0 do not count; weights of 1 are none.
//   - Add neither changes nor keeps what it is given, and Value can be asked for again, or before more is added.
//   - Targets of other rows, weights that are negative, and merging nil or another metric's state are
//     errors, after which the state is as it was.
func CheckMetric(m metric.Metric, opts ...Option) (err error) {
	defer recovered(&err)
	c, err := newConfig("metric check", opts)
	if err != nil {
		return err
	}
	if m == nil {
		return fault.Nil("metric check", "metric", "one such as metric.Accuracy")
	}
	rng := random.New(c.seed, streamCheck)
	rows := max(c.rows, metricRows)
	checked := 0
	var refused error
	for _, link := range []loss.Link{loss.Identity, loss.Sigmoid, loss.Softmax, loss.MeanVariance, loss.Quantiles} {
		for _, s := range c.samples(rng, rows, func(s sample) bool {
			if err := m.Check(link, s.outputs); err != nil {
				refused = err
				return false
			}
			b := newMetricBatch(rng, link, rows, s)
			state := m.Start()
			if err := b.addTo(state); err != nil {
				refused = err
				return false
			}
			v := state.Value()
			return v == v
		}) {
			for _, weights := range [][]float32{nil, weights(rng, rows)} {
				s.target.Weights = weights
				k := metricCheck{Metric: m, rng: rng, b: newMetricBatch(rng, link, rows, s)}
				if err := k.run(); err != nil {
					with := "without weights"
					if weights != nil {
						with = "with weights"
					}
					return fmt.Errorf("metric check: %s, %d outputs of link %v, %s: %w", m, s.outputs, link, with, err)
				}
				checked++
			}
		}
	}
	if checked == 0 {
		return errors.Join(fmt.Errorf("metric check: %s takes none of the outputs and targets tried, or is NaN for %d rows (see Targets)", m, rows), refused)
	}
	return nil
}

// metricBatch is outputs with what they mean and what should have come.
type metricBatch struct {
	y, mean tensor.Matrix
	t       data.Target
}

func newMetricBatch(rng *rand.Rand, link loss.Link, rows int, s sample) metricBatch {
	y := newMatrix(rows, s.outputs, func() float32 { return float32(rng.NormFloat64()) })
	mean := zeros(rows, s.outputs)
	if link == loss.MeanVariance && s.outputs%2 != 0 {
		return metricBatch{y, mean, s.target} // which are none: the metric says so
	}
	link.Apply(mean, y)
	return metricBatch{y, link.Means(mean), s.target}
}

func (b metricBatch) addTo(s metric.State) error { return s.Add(b.y, b.mean, b.t) }

func (b metricBatch) pick(rows []int) metricBatch {
	return metricBatch{pick(b.y, rows), pick(b.mean, rows), pickTarget(b.t, rows)}
}

// parts cuts the batch where it does not come out even.
func (b metricBatch) parts() (list []metricBatch) {
	cuts := []int{0, 1, b.y.Rows / 3, b.y.Rows/3 + 2, b.y.Rows}
	for i, lo := range cuts[:len(cuts)-1] {
		rows := make([]int, cuts[i+1]-lo)
		for j := range rows {
			rows[j] = lo + j
		}
		list = append(list, b.pick(rows))
	}
	return list
}

// metricCheck is a check with one batch.
type metricCheck struct {
	metric.Metric
	rng   *rand.Rand
	b     metricBatch
	whole float64
}

func (k *metricCheck) run() error {
	s := k.Start()
	if v := s.Value(); v == v {
		return fmt.Errorf("it is %v before anything is added, want NaN", v)
	}
	if err := k.b.addTo(s); err != nil {
		return err
	}
	k.whole = s.Value()
	if again := s.Value(); !near(again, k.whole, 0) {
		return fmt.Errorf("it is %v, and then %v", k.whole, again)
	}
	for _, check := range []func() error{k.keepsNothing, k.parts, k.merged, k.weights, k.refuses} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// keepsNothing adds a copy of the batch and overwrites it.
func (k *metricCheck) keepsNothing() error {
	all := counting(data.Target{}, k.b.y.Rows)
	b, before, s := k.b.pick(all), k.b.pick(all), k.Start()
	if err := b.addTo(s); err != nil {
		return err
	}
	_, _, y := unlike(b.y, before.y)
	_, _, mean := unlike(b.mean, before.mean)
	_, _, values := unlike(b.t.Values, before.t.Values)
	if y || mean || values {
		return errors.New("its Add changes what it is given")
	}
	fill(b.y, nan)
	fill(b.mean, nan)
	fill(b.t.Values, nan)
	for i := range b.t.Labels {
		b.t.Labels[i] = -1
	}
	fillRow(b.t.Weights, nan)
	if got := s.Value(); !near(got, k.whole, 0) {
		return fmt.Errorf("it is %v, and %v if the batch that was added holds something else since: Add keeps it", k.whole, got)
	}
	return nil
}

// same compares a value with that of all rows.
func (k *metricCheck) same(what string, got, want float64) error {
	if !near(got, want, sameMetric*max(1, math.Abs(want))) {
		return fmt.Errorf("it is %v %s, want %v", got, what, want)
	}
	return nil
}

// value is that of a batch alone.
func (k *metricCheck) value(b metricBatch) (float64, error) {
	s := k.Start()
	err := b.addTo(s)
	return s.Value(), err
}

// parts adds parts one after the other, and rows in another order.
func (k *metricCheck) parts() error {
	s := k.Start()
	for _, b := range k.b.parts() {
		if err := b.addTo(s); err != nil {
			return err
		}
		s.Value()
	}
	if err := k.same("in parts", s.Value(), k.whole); err != nil {
		return err
	}
	v, err := k.value(k.b.pick(k.rng.Perm(k.b.y.Rows)))
	if err != nil {
		return err
	}
	return k.same("in another order", v, k.whole)
}

// merged merges states of parts, in two orders.
func (k *metricCheck) merged() error {
	var states []metric.State
	for _, b := range k.b.parts() {
		s := k.Start()
		if err := b.addTo(s); err != nil {
			return err
		}
		states = append(states, s)
	}
	before := make([]float64, len(states))
	for i, s := range states {
		before[i] = s.Value()
	}
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 0, 1}} {
		all := k.Start()
		for _, i := range order {
			if err := all.Merge(states[i]); err != nil {
				return err
			}
		}
		if err := all.Merge(k.Start()); err != nil {
			return err
		}
		if err := k.same(fmt.Sprintf("merged of parts %v", order), all.Value(), k.whole); err != nil {
			return err
		}
		if err := k.b.addTo(all); err != nil { // which is nothing to those that were merged
			return err
		}
		for i, s := range states {
			if v := s.Value(); !near(v, before[i], 0) {
				return fmt.Errorf("a state that was merged was %v and is %v", before[i], v)
			}
		}
	}
	return nil
}

// weights leaves out what counts for nothing, and weighs all rows with 1.
func (k *metricCheck) weights() error {
	v, err := k.value(k.b.pick(counting(k.b.t, k.b.y.Rows)))
	if err != nil {
		return err
	}
	if err := k.same("without the rows of weight 0", v, k.whole); err != nil {
		return err
	}
	if k.b.t.Weights != nil {
		return nil
	}
	ones := k.b
	ones.t.Weights = make([]float32, ones.y.Rows)
	fillRow(ones.t.Weights, 1)
	if v, err = k.value(ones); err != nil {
		return err
	}
	return k.same("with weights of 1", v, k.whole)
}

// stranger is another metric's state.
type stranger struct{ metric.State }

// refuses gives a state what it cannot take.
func (k *metricCheck) refuses() error {
	s := k.Start()
	if err := k.b.addTo(s); err != nil {
		return err
	}
	rows := k.b.y.Rows
	fewer := k.b
	fewer.t = fewer.t.Rows(0, rows-1)
	negative := k.b
	negative.t.Weights = make([]float32, rows)
	negative.t.Weights[rows-1] = -1
	for _, refused := range []struct {
		what string
		err  error
	}{
		{"targets of fewer rows", fewer.addTo(s)},
		{"a negative weight", negative.addTo(s)},
		{"nil to merge", s.Merge(nil)},
		{"another metric's state to merge", s.Merge(stranger{})},
	} {
		if refused.err == nil {
			return fmt.Errorf("%s: no error", refused.what)
		}
	}
	if v := s.Value(); !near(v, k.whole, 0) {
		return fmt.Errorf("it was %v, and is %v after errors, which must leave the state as it was", k.whole, v)
	}
	return nil
}
