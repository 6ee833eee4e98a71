package metric

import (
	"github.com/neurona-ml/neurona/nn/catalog"
)

// counts are weights of samples by what a class is to them: it was the answer and right, the
// answer and wrong, or right and not the answer. They are true positives, false
// positives and false negatives.
type counts struct{ both, answered, came float64 }

func (c *counts) add(o counts) {
	c.both += o.both
	c.answered += o.answered
	c.came += o.came
}

// scored is a metric that is an average over classes of a score of their counts.
type scored interface {
	sampled
	score(c counts) float64
}

// scoredPart is the part of a scored metric.
func scoredPart(name, help, formula string, make func(a catalog.Args, average Average) Metric, params ...catalog.Param) catalog.Part[Metric] {
	average := averageParam(len(averages), "of the classes, of their counts, by how often they are true, none: class 1 of two; or of samples")
	return catalog.Part[Metric]{
		Name: name, Help: help, Formula: formula, Params: append(params, average),
		Example:  name + "(average=micro)",
		Formerly: map[string]string{name + "_score": name},
		New:      func(a catalog.Args) (Metric, error) { return make(a, averageOf(a)), nil },
	}
}

// newScores is the tally of a scored metric.
func newScores(m scored, average Average, f form) tally {
	if average == Samples {
		return &sampleMean{of: func(s *sample) float64 { return m.score(s.counts()) }}
	}
	return &scores{newClassCounts(f), average, m.score}
}

// counts are those of the sample's several labels.
func (s *sample) counts() (c counts) {
	for j, want := range s.want {
		c.add(s.countsOf(j, want, 1))
	}
	return c
}

// countsOf counts what output j says.
func (s *sample) countsOf(j int, want, w float64) counts {
	switch answer := s.yes(j); {
	case answer && want == 1:
		return counts{both: w}
	case answer:
		return counts{answered: w}
	case want == 1:
		return counts{came: w}
	}
	return counts{}
}

// classCounts are the counts of each class.
type classCounts struct {
	form    form
	classes []counts
}

func newClassCounts(f form) classCounts {
	return classCounts{f, make([]counts, f.classes())}
}

func (c *classCounts) add(s *sample) {
	if c.form.multilabel() {
		for j, want := range s.want {
			c.classes[j].add(s.countsOf(j, want, s.weight))
		}
		return
	}
	class, answer := s.class(), s.answer()
	if answer == class {
		c.classes[class].both += s.weight
		return
	}
	c.classes[class].came += s.weight
	c.classes[answer].answered += s.weight
}

func (c *classCounts) mergeCounts(from *classCounts) {
	for k, o := range from.classes {
		c.classes[k].add(o)
	}
}

// scores are the tally of an average of scores.
type scores struct {
	classCounts
	average Average
	score   func(counts) float64
}

func (s *scores) merge(from tally) { s.mergeCounts(&from.(*scores).classCounts) }

func (s *scores) value() float64 {
	if s.average == Binary {
		return s.score(s.classes[1])
	}
	var total counts
	sum, classes, weighted := 0.0, 0.0, 0.0
	for _, c := range s.classes {
		total.add(c)
		score := s.score(c)
		weighted += float64((c.both + c.came) * score)
		sum += score
		if s.form.multilabel() || c != (counts{}) {
			classes++
		}
	}
	switch s.average {
	case Micro:
		return s.score(total)
	case Macro:
		return sum / classes
	}
	return ratio(weighted, total.both+total.came)
}

func (s *scores) details() [][]float64 {
	row := make([]float64, len(s.classes))
	for k, c := range s.classes {
		row[k] = s.score(c)
	}
	return [][]float64{row}
}

// ratio is 0 where there is nothing to divide by.
func ratio(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}
