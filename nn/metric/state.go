package metric

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// subject is what a metric compares.
type subject uint8

const (
	classes subject = iota // answers with labels, or with values that are 0 or 1
	chances                // probabilities with the same
	orders                 // their order, or that of margins, with the same
	numbers                // means with values
)

// links are those of outputs that a metric of the subject may be about.
func (s subject) links() []loss.Link {
	switch s {
	case chances:
		return []loss.Link{loss.Sigmoid, loss.Softmax}
	case orders:
		return []loss.Link{loss.Sigmoid, loss.Margin, loss.Softmax}
	case numbers:
		return []loss.Link{loss.Identity, loss.Sigmoid, loss.Log, loss.MeanVariance, loss.Variance}
	}
	return []loss.Link{loss.Identity, loss.Sigmoid, loss.Margin, loss.Softmax, loss.Scores}
}

// form is what the batches of a state have in common.
type form struct {
	columns int  // of outputs; of means where numbers are compared
	labels  bool // targets are labels, and not values
}

// binary reports whether there are two classes, of which a sample is one.
func (f form) binary() bool { return f.labels && f.columns == 2 || !f.labels && f.columns == 1 }

// multilabel reports whether a sample has several labels of yes or no.
func (f form) multilabel() bool { return !f.labels && f.columns > 1 }

// classes is how many classes there are, of which a multilabel sample may be several.
func (f form) classes() int {
	if f.binary() {
		return 2
	}
	return f.columns
}

func (f form) String() string {
	target := "values"
	if f.labels {
		target = "labels"
	}
	return fmt.Sprintf("of %d columns for %s", f.columns, target)
}

// sampled is a metric of this package: one to whose states samples are added one by one.
type sampled interface {
	Metric
	about() subject
	// fits reports settings that cannot be, and outputs and targets that the metric is
	// not about.
	fits(f form) error
	tally(f form) tally
}

// perTarget is how many outputs a metric compares with each target: 1, but of several quantiles.
func perTarget(m sampled) int {
	if of, ok := m.(interface{ perTarget() int }); ok {
		return of.perTarget()
	}
	return 1
}

// tally is what a state keeps of the samples added.
type tally interface {
	add(s *sample)
	merge(from tally) // of the same metric and form
	value() float64
}

// sample is a row of a batch that counts.
type sample struct {
	y, mean []float64
	label   int       // if targets are labels
	want    []float64 // if they are values; otherwise nil
	weight  float64   // above 0

	threshold float64 // 0 stands for ½
}

// state is the State of a sampled metric.
type state struct {
	metric sampled
	form   form
	tally  tally // nil if there were no rows
	any    bool  // a row counted
	sample sample
}

// Samples are converted for the tally in memory that the state keeps, so that a batch
// allocates nothing.
func (s *state) Add(y, mean tensor.Matrix, t data.Target) error {
	var err error
	if s.metric.about() == numbers {
		y, err = mean, checkNumbers(s.metric, mean, mean, t, perTarget(s.metric))
	} else {
		err = checkClasses(s.metric, y, mean, t)
	}
	if err != nil || y.Rows == 0 {
		return err
	}
	f := form{y.Cols, t.Labels != nil}
	if err := s.open(f); err != nil {
		return err
	}
	for i := range y.Rows {
		w := weight(t, i)
		if w == 0 {
			continue
		}
		s.any = true
		r := &s.sample
		r.weight = float64(w)
		widen(r.y, tensor.Row(y, i))
		widen(r.mean, tensor.Row(mean, i))
		if f.labels {
			r.label = t.Labels[i]
		} else {
			widen(r.want, tensor.Row(t.Values, i))
		}
		s.tally.add(r)
	}
	return nil
}

func widen(to []float64, from []float32) {
	for j, v := range from {
		to[j] = float64(v)
	}
}

// open makes the state one of a form, if it is of none yet.
func (s *state) open(f form) error {
	switch {
	case s.tally == nil:
	case f == s.form:
		return nil
	default:
		return &MismatchError{s.metric.String(), "outputs", f.String(), s.form.String() + ", as before"}
	}
	if err := s.metric.fits(f); err != nil {
		return err
	}
	s.form, s.tally = f, s.metric.tally(f)
	s.sample.y, s.sample.mean = make([]float64, f.columns), make([]float64, f.columns)
	if !f.labels {
		s.sample.want = make([]float64, f.columns/perTarget(s.metric))
	}
	return nil
}

func (s *state) Merge(o State) error {
	from, ok := o.(*state)
	switch {
	case o == nil || ok && from == nil:
		return fault.Nil(s.metric.String(), "state", "one that Start has returned")
	case !ok:
		return &MismatchError{s.metric.String(), "state", fmt.Sprintf("a %T", o), "one of the same metric"}
	case from.metric != s.metric:
		return &MismatchError{s.metric.String(), "state", "of " + from.metric.String(), "one of the same metric"}
	case from.tally == nil:
		return nil
	}
	if err := s.open(from.form); err != nil {
		return err
	}
	s.tally.merge(from.tally)
	s.any = s.any || from.any
	return nil
}

func (s *state) Value() float64 {
	if !s.any {
		return math.NaN()
	}
	return s.tally.value()
}

// Details returns what the tally can say beyond its value.
func (s *state) Details() [][]float64 {
	if t, ok := s.tally.(interface{ details() [][]float64 }); ok && s.any {
		return t.details()
	}
	return nil
}

// Undefined says why the value is NaN.
func (s *state) Undefined() string {
	v := s.Value()
	switch t, ok := s.tally.(interface{ undefined() string }); {
	case v == v:
		return ""
	case !s.any:
		return "no sample counts"
	case ok:
		if why := t.undefined(); why != "" {
			return why
		}
	}
	return "an output is no finite number"
}

// check is the Check of a sampled metric.
func check(m sampled, link loss.Link, outputs int) error {
	per := perTarget(m)
	if per > 1 && (link != loss.Quantiles || outputs < 1 || outputs%per != 0) {
		return unfit(m, link, outputs, fmt.Sprintf("%d for each target, of link %v", per, loss.Quantiles))
	}
	if links := m.about().links(); outputs < 1 || per == 1 && !slices.Contains(links, link) {
		names := make([]string, len(links))
		for i, l := range links {
			names[i] = l.String()
		}
		return unfit(m, link, outputs, "at least one, of link "+strings.Join(names[:len(names)-1], ", ")+" or "+names[len(names)-1])
	}
	var forms []form
	switch {
	case link == loss.Quantiles:
		forms = []form{{outputs, false}}
	case link == loss.Softmax || link == loss.Scores:
		forms = []form{{outputs, true}}
	case link == loss.Sigmoid || link == loss.Margin || link == loss.Log || m.about() == numbers && link == loss.Identity:
		forms = []form{{outputs, false}}
	case link == loss.Identity:
		forms = []form{{outputs, true}, {outputs, false}}
	case outputs%2 != 0:
		return unfit(m, link, outputs, "a mean and a variance for each target")
	default:
		forms = []form{{outputs / 2, false}}
	}
	var err error
	for _, f := range forms {
		if err = m.fits(f); err == nil {
			return nil
		}
	}
	return err
}

// unfit is the error of a Check.
func unfit(m Metric, link loss.Link, outputs int, want string) error {
	return &MismatchError{m.String(), "outputs", fmt.Sprintf("%d of link %v", outputs, link), want}
}

// wants is the error of a metric that is about other outputs and targets.
func wants(m Metric, f form, want string) error {
	return &MismatchError{m.String(), "outputs", f.String(), want}
}

// exclusive reports outputs that are not of classes of which a sample is one.
func exclusive(m Metric, f form) error {
	if f.multilabel() {
		return wants(m, f, "those of classes of which a sample is one: one of yes or no, or labels")
	}
	if f.labels && f.columns < 2 {
		return wants(m, f, "at least two for labels")
	}
	return nil
}
