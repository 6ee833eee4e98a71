package nn

import (
	"fmt"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Metrics says how good a network is on some data. Where a sample has several
// labels that do not depend on each other (see loss.Multilabel), there are two ways
// to count what is right, which scikit-learn knows by the names given here. Where
// it has one, they are the same. Both count each sample once; metric.Accuracy counts it
// by its weight.
type Metrics struct {
	Loss          float64 // mean over the samples, by their weights
	Accuracy      float64 // fraction of samples that are right, in all their labels: exact match, accuracy_score; NaN if the loss does not classify
	LabelAccuracy float64 // fraction of labels that are right, each for itself: 1 - hamming_loss; NaN likewise
	Samples       int

	Values []MetricValue // of the metrics asked for, in their order
}

// MetricValue is what a metric has given.
type MetricValue struct {
	Name  string  // the metric's spelling
	Value float64 // NaN if it is undefined
}

// Value returns what the metric of that spelling has given, or "loss", and whether it was
// computed.
func (m *Metrics) Value(name string) (value float64, ok bool) {
	if name == lossName {
		return m.Loss, true
	}
	for _, v := range m.Values {
		if v.Name == name {
			return v.Value, true
		}
	}
	return 0, false
}

// Evaluate applies the network to data and returns the loss, accuracies and the values of
// metrics. Metrics of one spelling are one metric. All
// samples see the same weights: a training step that comes meanwhile waits. It is safe from
// many goroutines, and keeps the outputs of all samples in memory.
func (t *Trainer) Evaluate(data Data, metrics ...metric.Metric) (m Metrics, err error) {
	defer recovered(&err)
	if err := data.check(t.net, t.loss.Loss); err != nil {
		return Metrics{}, fmt.Errorf("nn: %w", err)
	}
	if metrics, err = t.fitting("evaluation", metrics); err != nil {
		return Metrics{}, err
	}
	var e evaluator
	return e.evaluate(t, data, metrics)
}

// fitting returns the metrics without those that are there already, ValidationLoss among
// them, once each has said that it is about outputs such as the network's.
func (t *Trainer) fitting(of string, metrics []metric.Metric) ([]metric.Metric, error) {
	var list []metric.Metric
	seen := map[string]bool{}
	for i, m := range metrics {
		if m == nil {
			return nil, fault.Nil(of, fmt.Sprintf("metric %d", i), "one such as metric.Accuracy()")
		}
		name := m.String()
		if _, isLoss := m.(validationLoss); isLoss || seen[name] {
			continue
		}
		if seen[name] = true; name == lossName {
			return nil, fmt.Errorf("nn: a metric is called %q, which is that of the loss", name)
		}
		if err := m.Check(t.loss.Link(), t.net.outputs); err != nil {
			return nil, fmt.Errorf("nn: %w", err)
		}
		list = append(list, m)
	}
	return list, nil
}

// evaluator evaluates, in memory that it uses again.
type evaluator struct {
	outputs tensor.Matrix // of all samples
	means   tensor.Matrix // of a part of them: what outputs mean
}

// evaluate is Evaluate for data that have been checked and metrics that are fitting. The
// loss and the metrics, which may be the user's, run when all outputs are there
// and no weights are locked.
func (e *evaluator) evaluate(t *Trainer, data Data, metrics []metric.Metric) (Metrics, error) {
	m := Metrics{Samples: data.X.Rows}
	if e.outputs.Rows != m.Samples {
		e.outputs = newMatrix(m.Samples, t.net.outputs)
	}
	y := e.outputs
	if err := t.net.PredictInto(data.X, y); err != nil {
		return Metrics{}, err
	}
	states := start(metrics)
	var mean average
	var right tally
	for lo, hi := 0, 0; lo < m.Samples; lo = hi {
		if hi = partEnd(lo, m.Samples); t.loss.whole {
			hi = m.Samples
		}
		part, target := rowsOf(y, lo, hi), data.Target.Rows(lo, hi)
		if t.loss.bound.Weight(target, part.Rows, part.Cols) != 0 { // rows that do not count are there
			weight, err := t.loss.weight(target, part.Rows, part.Cols)
			if err != nil {
				return Metrics{}, err
			}
			mean.add(t.loss.bound.Sum(part, target, tensor.Matrix{}, 1)/weight, weight, part.Rows)
		}
		right.add(&t.loss, part, target)
		if err := e.add(states, t.loss.Loss, part, target); err != nil {
			return Metrics{}, fmt.Errorf("nn: rows %d to %d: %w", lo, hi-1, err)
		}
	}
	if m.Samples > 0 && mean.rows == 0 {
		_, err := t.loss.weight(data.Target, y.Rows, y.Cols)
		return Metrics{}, err
	}
	m.Loss = mean.mean()
	m.Accuracy, m.LabelAccuracy = right.accuracies()
	for i, s := range states {
		m.Values = append(m.Values, MetricValue{metrics[i].String(), s.Value()})
	}
	return m, nil
}

// start returns a state of each metric.
func start(metrics []metric.Metric) []metric.State {
	states := make([]metric.State, len(metrics))
	for i, m := range metrics {
		states[i] = m.Start()
	}
	return states
}

// add adds a part to states, if there are any.
func (e *evaluator) add(states []metric.State, l loss.Loss, y tensor.Matrix, t data.Target) error {
	if len(states) == 0 {
		return nil
	}
	means, link := y, l.Link()
	if link != loss.Identity {
		if e.means.Rows < y.Rows || e.means.Cols != y.Cols {
			e.means = newMatrix(max(predictRows, y.Rows), y.Cols)
		}
		applied := rowsOf(e.means, 0, y.Rows)
		loss.Apply(l, applied, y)
		means = link.Means(applied)
	}
	for _, s := range states {
		if err := s.Add(y, means, t); err != nil {
			return err
		}
	}
	return nil
}

// try adds the targets of data to metrics that are fitting, with outputs of 0: those that a
// metric does not take are an error then.
func (e *evaluator) try(t *Trainer, data Data, metrics []metric.Metric) error {
	if len(metrics) == 0 {
		return nil
	}
	states := start(metrics)
	zeros := newMatrix(predictRows, t.net.outputs)
	for lo, hi := 0, 0; lo < data.X.Rows; lo = hi {
		hi = partEnd(lo, data.X.Rows)
		if err := e.add(states, t.loss.Loss, rowsOf(zeros, 0, hi-lo), data.Target.Rows(lo, hi)); err != nil {
			return fmt.Errorf("rows %d to %d: %w", lo, hi-1, err)
		}
	}
	return nil
}
