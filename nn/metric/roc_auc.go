package metric

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/loss"
)

type rocAUC struct {
	average Average
	pairs   bool
	err     error // of an option that was nil
}

// AreaOption says how the areas of several classes or labels become one.
type AreaOption func(*rocAUC)

// Averaged chooses the average: Macro, which is the default, Micro or Weighted.
func Averaged(a Average) AreaOption { return func(m *rocAUC) { m.average = a } }

// OneVsOne compares each class with each other one, and not with the rest (Hand and Till, "A simple
// generalisation of the area under the ROC curve for multiple class classification problems",
// 2001; scikit-learn's multi_class="ovo"). There is no Micro of it.
func OneVsOne() AreaOption { return func(m *rocAUC) { m.pairs = true } }

// ROCAUC is the area under the receiver operating characteristic: how often a sample
// of class 1 has a higher score than one of class 0, equal scores counting half
// (scikit-learn's roc_auc_score). It is exact, from sorted scores: a state keeps 8 bytes
// for each row and column, as much for weights, and Value takes twice as much again while it sorts.
//
// Scores are outputs, which do not round to 1 as probabilities do: a single one, or of
// two of a softmax the difference. For more classes it is the mean of each against
// the rest, of probabilities (multi_class="ovr"), and for several labels of yes or no the
// mean of theirs. It is NaN if a class did not come, or one alone, and if an output was NaN.
func ROCAUC(opts ...AreaOption) Metric {
	var m rocAUC
	for i, opt := range opts {
		if opt == nil {
			m.err = fault.Option("roc_auc", i)
			continue
		}
		opt(&m)
	}
	return m
}

const (
	againstRest  = "ovr"
	againstOther = "ovo"
)

func rocAUCPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "roc_auc", Help: "area under the ROC curve; of several classes, each against the rest",
		Formula: "P(y₁ > y₀) + P(y₁ = y₀)/2",
		Params: []catalog.Param{
			averageParam(int(Weighted)+1, "of classes or labels: the mean, that of all scores together, or by how often they are true"),
			{
				Name: "multi_class", Kind: catalog.Word, Default: againstRest, Choices: []string{againstRest, againstOther},
				Help: "each class against the rest, or each pair of classes",
			},
		},
		Formerly: map[string]string{
			"auc": "roc_auc", "auroc": "roc_auc", "roc_auc_score": "roc_auc",
		},
		New: func(a catalog.Args) (Metric, error) {
			return rocAUC{average: averageOf(a), pairs: a.Word("multi_class") == againstOther}, nil
		},
	}
}

func (m rocAUC) String() string {
	several := againstRest
	if m.pairs {
		several = againstOther
	}
	return rocAUCPart().Spell().Word("average", m.average.String()).Word("multi_class", several).String()
}

func (m rocAUC) Higher() bool { return true }

func (m rocAUC) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m rocAUC) Start() State { return &state{metric: m} }

func (m rocAUC) about() subject { return orders }

func (m rocAUC) fits(f form) error {
	if m.err != nil {
		return m.err
	}
	if err := fitsRanks(m, m.average, f); err != nil {
		return err
	}
	switch {
	case m.pairs && m.average == Micro:
		return &MismatchError{m.String(), "averages", "micro", "macro or weighted, for pairs of classes"}
	case m.pairs && f.multilabel():
		return wants(m, f, "those of classes of which a sample is one")
	}
	return nil
}

// fitsRanks reports an average that ranks have not, and labels of one column.
func fitsRanks(m Metric, average Average, f form) error {
	if average > Weighted {
		return &MismatchError{m.String(), "averages", average.String(), "macro, micro or weighted"}
	}
	if f.labels && f.columns < 2 {
		return wants(m, f, "at least two for labels")
	}
	return nil
}

func (m rocAUC) tally(f form) tally { return &areas{newRanks(f), m} }

type areas struct {
	ranks
	metric rocAUC
}

func (a *areas) merge(from tally) { a.mergeRanks(&from.(*areas).ranks) }

func (a *areas) value() float64 {
	switch {
	case a.nan:
		return math.NaN()
	case a.metric.pairs && !a.form.binary():
		return a.ofPairs()
	}
	for _, questions := range a.several() {
		if a.lacks(questions) >= 0 { // where micro would be a number
			return math.NaN()
		}
	}
	return a.average(a.metric.average, area)
}

// ofPairs is the mean over pairs of classes of the mean of the area of either against the other,
// each in its own column.
func (a *areas) ofPairs() float64 {
	sum, all := 0.0, 0.0
	for i := range a.groups {
		for j := range i {
			first, wi := a.sorted([]question{{i, i, true}, {j, i, false}})
			second, wj := a.sorted([]question{{j, j, true}, {i, j, false}})
			weight := wi + wj
			if a.metric.average == Macro {
				weight = 1
			}
			sum += float64(weight * (area(first) + area(second)) / 2)
			all += weight
		}
	}
	return sum / all
}

// lacks returns 1 if no sample is of what is asked for, 0 if all are, and -1 otherwise.
func (a *areas) lacks(questions []question) int {
	var found [2]bool
	for _, q := range questions {
		k := bit(q.yes)
		found[k] = found[k] || len(a.groups[q.group].scores) > 0
	}
	for k, is := range found {
		if !is {
			return k
		}
	}
	return -1
}

func (a *areas) details() [][]float64 {
	return a.detailed(area)
}

func (a *areas) undefined() string {
	if a.nan {
		return "an output is NaN"
	}
	for k, questions := range a.several() {
		switch lack := a.lacks(questions); {
		case lack < 0:
		case a.form.binary():
			return fmt.Sprintf("class %d did not come", lack)
		case a.form.labels:
			return fmt.Sprintf("class %d did not come, or no other", k)
		default:
			return fmt.Sprintf("column %d has no target that is %d", k, lack)
		}
	}
	return ""
}
