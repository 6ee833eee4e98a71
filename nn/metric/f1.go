package metric

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Average is how the F1 of several classes become one.
type Average uint8

// The averages of F1, as scikit-learn has them.
const (
	Macro    Average = iota // the mean of those of the classes
	Micro                   // that of the counts of all classes together
	Weighted                // the mean by how often a class is true
	Binary                  // that of class 1 of two, of which there are no others
)

var averages = []string{"macro", "micro", "weighted", "binary"}

// String returns the average's word: "macro".
func (a Average) String() string {
	if int(a) < len(averages) {
		return averages[a]
	}
	return fmt.Sprintf("average %d", uint8(a))
}

type f1 struct{ average Average }

// F1 is the harmonic mean of precision and recall, 2·TP/(2·TP + FP + FN), of each
// class, and the average of these (scikit-learn's f1_score). Classes are those of labels, yes and
// no of a single value, or each column of several, which are labels that do not depend on each
// other. As in scikit-learn a class that neither came nor was answered is none; a
// column always is one. Where all of the counts are 0, F1 is 0.
//
// Outputs of which any is NaN answer the wrong one of two classes, and none of more.
func F1(average Average) Metric { return f1{average} }

func f1Part() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "f1", Help: "harmonic mean of precision and recall, averaged over classes", Formula: "2·TP/(2·TP + FP + FN)",
		Params: []catalog.Param{{
			Name: "average", Kind: catalog.Word, Default: "macro", Choices: averages,
			Help: "of the classes, of their counts, by how often they are true, or none: class 1 of two",
		}},
		Example:  "f1(average=micro)",
		Formerly: map[string]string{"f1_score": "f1"},
		New: func(a catalog.Args) (Metric, error) {
			for i, word := range averages {
				if word == a.Word("average") {
					return F1(Average(i)), nil
				}
			}
			return F1(Macro), nil
		},
	}
}

func (m f1) String() string { return f1Part().Spell().Word("average", m.average.String()).String() }

func (f1) Higher() bool { return true }

func (m f1) Check(link loss.Link, outputs int) error {
	if err := m.valid(); err != nil {
		return err
	}
	if err := checkAnswers(m.String(), link, outputs); err != nil {
		return err
	}
	one, either := link == loss.Sigmoid || link == loss.Margin, link == loss.Softmax || link == loss.Scores
	two := either && outputs == 2 || one && outputs == 1 || link == loss.Identity && outputs <= 2
	if m.average == Binary && !two {
		return unfit(m.String(), link, outputs, "those of two classes: one of yes or no, or two of a softmax")
	}
	return nil
}

func (m f1) valid() error {
	if m.average > Binary {
		return &MismatchError{m.String(), "averages", m.average.String(), "macro, micro, weighted or binary"}
	}
	return nil
}

func (m f1) Start() State { return &f1State{metric: m} }

// f1State counts, by weights, for each class.
type f1State struct {
	metric  f1
	outputs int  // of batches; 0 if there was none
	columns bool // classes are columns that do not depend on each other
	counts  []counts
	any     bool // a row counted
}

type counts struct{ both, answered, came float64 } // true positives, false ones, and false negatives

func (s *f1State) Add(y, mean tensor.Matrix, t data.Target) error {
	name := s.metric.String()
	if err := s.metric.valid(); err != nil {
		return err
	}
	if err := checkClasses(name, y, mean, t); err != nil {
		return err
	}
	if y.Rows == 0 {
		return nil
	}
	next := f1State{metric: s.metric, outputs: y.Cols, columns: t.Labels == nil && y.Cols > 1}
	classes := y.Cols
	if t.Labels == nil && y.Cols == 1 {
		classes = 2
	}
	if s.metric.average == Binary && (classes != 2 || next.columns) {
		return &MismatchError{name, "outputs", fmt.Sprintf("of %d columns", y.Cols), "those of two classes"}
	}
	next.counts = make([]counts, classes)
	if err := s.fits(&next); err != nil {
		return err
	}
	if s.counts == nil {
		*s = next
	}
	for i := range y.Rows {
		if w := float64(weight(t, i)); w != 0 {
			s.any = true
			s.add(tensor.Row(y, i), tensor.Row(mean, i), t, i, w)
		}
	}
	return nil
}

func (s *f1State) add(y, mean []float32, t data.Target, i int, w float64) {
	if t.Labels != nil {
		answer := argmax(y)
		if answer < 0 && len(y) == 2 {
			answer = 1 - t.Labels[i]
		}
		s.count(answer, t.Labels[i], w)
		return
	}
	for j, want := range tensor.Row(t.Values, i) {
		answer := yes(y[j], mean[j], want)
		switch {
		case !s.columns:
			s.count(bit(answer), int(want), w)
		case answer && want == 1:
			s.counts[j].both += w
		case answer:
			s.counts[j].answered += w
		case want == 1:
			s.counts[j].came += w
		}
	}
}

// count counts the answer to a row of a class; -1 is none.
func (s *f1State) count(answer, class int, w float64) {
	if answer == class {
		s.counts[class].both += w
		return
	}
	s.counts[class].came += w
	if answer >= 0 {
		s.counts[answer].answered += w
	}
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// fits reports a state with classes of another kind or number.
func (s *f1State) fits(o *f1State) error {
	if s.counts == nil || o.counts == nil {
		return nil
	}
	if s.columns != o.columns || len(s.counts) != len(o.counts) || s.outputs != o.outputs {
		kind := map[bool]string{false: "%d classes in %d columns", true: "%d labels of yes or no in %d columns"}
		return &MismatchError{s.metric.String(), "outputs", fmt.Sprintf(kind[o.columns], len(o.counts), o.outputs), fmt.Sprintf(kind[s.columns], len(s.counts), s.outputs)}
	}
	return nil
}

func (s *f1State) Merge(o State) error {
	name := s.metric.String()
	from, err := other[f1State](name, o)
	if err != nil {
		return err
	}
	if from.metric != s.metric {
		return &MismatchError{name, "state", "of " + from.metric.String(), "one of the same metric"}
	}
	if err := s.fits(from); err != nil {
		return err
	}
	if from.counts == nil {
		return nil
	}
	if s.counts == nil {
		s.outputs, s.columns, s.counts = from.outputs, from.columns, make([]counts, len(from.counts))
	}
	for k, c := range from.counts {
		s.counts[k].add(c)
	}
	s.any = s.any || from.any
	return nil
}

func (c *counts) add(o counts) {
	c.both += o.both
	c.answered += o.answered
	c.came += o.came
}

// f1 is 0 where nothing was counted.
func (c counts) f1() float64 {
	if c.both == 0 {
		return 0
	}
	return 2 * c.both / (2*c.both + c.answered + c.came)
}

func (s *f1State) Value() float64 {
	if !s.any {
		return math.NaN()
	}
	if s.metric.average == Binary {
		return s.counts[1].f1()
	}
	var total counts
	sum, classes, weighted := 0.0, 0.0, 0.0
	for _, c := range s.counts {
		total.add(c)
		weighted += (c.both + c.came) * c.f1()
		sum += c.f1()
		if s.columns || c != (counts{}) {
			classes++
		}
	}
	switch {
	case s.metric.average == Micro:
		return total.f1()
	case s.metric.average == Macro:
		return sum / classes
	case total.both == 0:
		return 0
	}
	return weighted / (total.both + total.came)
}
