package nn

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Metrics says how good a network is on some data. Where a sample has several
// labels that do not depend on each other (see loss.Multilabel), there are two ways
// to count what is right, which scikit-learn knows by the names given here. Where
// it has one, they are the same. Both count each sample once, but none that the loss ignores
// (see loss.Ignoring); metric.Accuracy counts it by its weight. To metrics a distribution over classes
// is its most probable class.
type Metrics struct {
	Loss          float64 // mean over the samples, by their weights
	Accuracy      float64 // fraction of samples that are right, in all their labels: exact match, accuracy_score; NaN if the loss does not classify
	LabelAccuracy float64 // fraction of labels that are right, each for itself: 1 - hamming_loss; NaN likewise
	Samples       int

	Values []MetricValue // of the metrics asked for, in their order

	details map[string][][]float64 // by name
}

// MetricValue is what a metric has given.
type MetricValue struct {
	Name      string  // the metric's spelling
	Value     float64 // NaN if it is undefined
	Undefined string  // why it is, if the metric's state is a metric.Detailed
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

// Details returns what the metric of that spelling knows beyond its value, as metric.Detailed says:
// values by class or column, or a confusion matrix. It is nil if there is no more.
func (m *Metrics) Details(name string) [][]float64 { return m.details[name] }

// Evaluate applies the network to a source, such as a data.Set, and returns the loss, accuracies
// and the values of metrics. Metrics of one spelling are one metric. It is safe from many
// goroutines.
//
// All samples of a data.InMemory see the same weights: a training step that comes meanwhile waits.
// Their outputs are all in memory. Epoch 0 of any other source is read in batches of 256
// rows, which are forgotten again; a step may come between them. A loss.Composite,
// which is no mean over rows, has it read in one batch.
func (t *Trainer) Evaluate(source data.Source, metrics ...metric.Metric) (m Metrics, err error) {
	defer recovered(&err)
	if err := t.checkSource(source); err != nil {
		return Metrics{}, fmt.Errorf("nn: %w", err)
	}
	if metrics, err = t.fitting("evaluation", metrics); err != nil {
		return Metrics{}, err
	}
	m, err = newEvaluator(t, source, metrics).evaluate()
	return m, dataError("evaluation", err)
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

// evaluator evaluates on a source that has been checked, by metrics that are fitting, in memory
// that it uses again.
type evaluator struct {
	trainer *Trainer
	source  data.Source
	metrics []metric.Metric

	feed    feed          // of a source that is not in memory
	outputs tensor.Matrix // of all samples, or of a batch
	means   tensor.Matrix // of a part of them: what outputs mean
	labels  []int         // of a part: see answers
	margins tensor.Matrix // likewise
	weights []float32
}

func newEvaluator(t *Trainer, source data.Source, metrics []metric.Metric) *evaluator {
	return &evaluator{trainer: t, source: source, metrics: metrics, feed: newFeed(t, source, predictRows)}
}

// scores are what an evaluation adds up, a part of the samples after the other.
type scores struct {
	states []metric.State
	mean   average
	right  tally
	none   error // that no sample counts, if so
}

// evaluate is Evaluate. The loss and the metrics, which may be the user's, run when outputs
// are there and no weights are locked.
func (e *evaluator) evaluate() (Metrics, error) {
	states, err := start(e.metrics)
	if err != nil {
		return Metrics{}, fmt.Errorf("nn: %w", err)
	}
	s := scores{states: states}
	if memory, ok := e.source.(data.InMemory); ok {
		err = e.all(&s, memory.Samples())
	} else {
		err = e.stream(&s)
	}
	if err == nil && s.mean.rows == 0 {
		err = s.none
	}
	if err != nil {
		return Metrics{}, err
	}
	m := Metrics{Loss: s.mean.mean(), Samples: s.right.samples}
	m.Accuracy, m.LabelAccuracy = s.right.accuracies()
	for i, state := range s.states {
		v := MetricValue{Name: e.metrics[i].String(), Value: state.Value()}
		if state, ok := state.(metric.Detailed); ok {
			if v.Value != v.Value {
				v.Undefined = state.Undefined()
			}
			if details := state.Details(); details != nil {
				if m.details == nil {
					m.details = map[string][][]float64{}
				}
				m.details[v.Name] = details
			}
		}
		m.Values = append(m.Values, v)
	}
	return m, nil
}

// all adds samples in memory to s.
func (e *evaluator) all(s *scores, set data.Set) error {
	y, err := e.predict(set.X)
	if err != nil {
		return err
	}
	for lo, hi := 0, 0; lo < y.Rows; lo = hi {
		if hi = partEnd(lo, y.Rows); e.trainer.loss.whole {
			hi = y.Rows
		}
		if err := e.add(s, rowsOf(y, lo, hi), set.Target.Rows(lo, hi)); err != nil {
			return fmt.Errorf("rows %d to %d: %w", lo, hi-1, err)
		}
	}
	return nil
}

// stream adds what a source streams to s.
func (e *evaluator) stream(s *scores) error {
	f := &e.feed
	if e.trainer.loss.whole {
		f.size = math.MaxInt32 // streams take no more memory than they have rows
		if rows := f.info.Rows; rows != data.Unknown {
			f.size = int(min(rows, math.MaxInt32))
		}
	}
	return f.each(evaluationEpoch, 0, func() error {
		y, err := e.predict(f.batch.X)
		if err != nil {
			return err
		}
		if err := e.add(s, y, f.batch.Target); err != nil {
			return f.wrap(err)
		}
		return nil
	})
}

// evaluationEpoch is the one of a source that networks are evaluated on.
const evaluationEpoch = 0

// predict returns the outputs for x, which are valid until the next call.
func (e *evaluator) predict(x tensor.Matrix) (tensor.Matrix, error) {
	if e.outputs.Rows < x.Rows {
		e.outputs = newMatrix(x.Rows, e.trainer.net.outputs)
	}
	y := rowsOf(e.outputs, 0, x.Rows)
	return y, e.trainer.net.PredictInto(x, y)
}

// start returns a state of each metric.
func start(metrics []metric.Metric) ([]metric.State, error) {
	states := make([]metric.State, len(metrics))
	for i, m := range metrics {
		if states[i] = m.Start(); states[i] == nil {
			return nil, fault.Nil(m.String(), "state", "one, from the metric's Start")
		}
	}
	return states, nil
}

// add adds a part to s.
func (e *evaluator) add(s *scores, y tensor.Matrix, target data.Target) error {
	o := &e.trainer.loss
	weight, none := o.weight(target, y.Rows, y.Cols)
	if none == nil {
		s.mean.add(o.bound.Sum(y, target, tensor.Matrix{}, 1)/weight, weight, y.Rows)
	} else if o.bound.Weight(target, y.Rows, y.Cols) != 0 { // rows that do not count are there
		return none
	}
	s.none = none
	s.right.add(o, y, target)
	return e.addTo(s.states, y, target)
}

// addTo adds a part to states, if there are any.
func (e *evaluator) addTo(states []metric.State, y tensor.Matrix, t data.Target) error {
	if len(states) == 0 {
		return nil
	}
	l := e.trainer.loss.Loss
	means, link := y, l.Link()
	if link != loss.Identity {
		if e.means.Rows < y.Rows || e.means.Cols != y.Cols {
			e.means = newMatrix(max(predictRows, y.Rows), y.Cols)
		}
		applied := rowsOf(e.means, 0, y.Rows)
		loss.Apply(l, applied, y)
		means = link.Means(applied)
	}
	t = e.answers(t, link, y.Rows)
	for _, s := range states {
		if err := s.Add(y, means, t); err != nil {
			return err
		}
	}
	return nil
}

// try adds targets to the metrics, with outputs of 0: those that a metric does not take are an
// error then. They are all that are in memory, or those of a source's first batch.
func (e *evaluator) try() error {
	states, err := start(e.metrics)
	if err != nil {
		return err
	}
	zeros := newMatrix(predictRows, e.trainer.net.outputs)
	memory, ok := e.source.(data.InMemory)
	if !ok {
		f := &e.feed
		return f.first(evaluationEpoch, func() error {
			if err := e.addTo(states, rowsOf(zeros, 0, f.rows), f.batch.Target); err != nil {
				return f.wrap(err)
			}
			return nil
		})
	}
	set := memory.Samples()
	for lo, hi := 0, 0; lo < set.X.Rows; lo = hi {
		hi = partEnd(lo, set.X.Rows)
		if err := e.addTo(states, rowsOf(zeros, 0, hi-lo), set.Target.Rows(lo, hi)); err != nil {
			return fmt.Errorf("rows %d to %d: %w", lo, hi-1, err)
		}
	}
	return nil
}

// answers are targets as metrics take them: of a distribution over classes the most probable one, of margins 0 and 1, and of
// rows that the loss ignores any label, with a weight of 0.
func (e *evaluator) answers(t data.Target, link loss.Link, rows int) data.Target {
	ignoring := e.trainer.loss.ignoring
	switch {
	case link == loss.Softmax && t.Labels == nil:
		e.labels = e.labels[:0]
		for i := range rows {
			best, row := 0, rowOf(t.Values, i)
			for j, p := range row {
				if p > row[best] {
					best = j
				}
			}
			e.labels = append(e.labels, best)
		}
		return data.Target{Labels: e.labels, Weights: t.Weights}
	case link == loss.Margin && t.Labels == nil: // -1 is no, as 0 is
		if e.margins.Rows < rows || e.margins.Cols != t.Values.Cols {
			e.margins = newMatrix(max(predictRows, rows), t.Values.Cols)
		}
		values := rowsOf(e.margins, 0, rows)
		for i := range rows {
			for j, v := range rowOf(t.Values, i) {
				rowOf(values, i)[j] = max(v, 0)
			}
		}
		return data.Target{Values: values, Weights: t.Weights}
	case ignoring != nil && ignoring.Counted(t, rows) < rows:
		e.labels, e.weights = e.labels[:0], e.weights[:0]
		for i := range rows {
			label, weight := t.Labels[i], float32(1)
			if t.Weights != nil {
				weight = t.Weights[i]
			}
			if ignoring.Counted(t.Rows(i, i+1), 1) == 0 {
				label, weight = 0, 0
			}
			e.labels, e.weights = append(e.labels, label), append(e.weights, weight)
		}
		return data.Target{Labels: e.labels, Weights: e.weights}
	}
	return t
}
