package metric

import (
	"fmt"
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// ColumnOption says how the values of several outputs become one.
type ColumnOption func(*columnAverage)

// ByVariance weighs outputs by the variance of their targets (scikit-learn's
// variance_weighted), rather than all the same.
func ByVariance() ColumnOption { return func(a *columnAverage) { *a = byVariance } }

type columnAverage uint8

const (
	uniform columnAverage = iota
	byVariance
)

var columnAverages = []string{"uniform", "variance_weighted"}

// columnAverageOf is what options of a metric say, and the error of one that is nil.
func columnAverageOf(of string, opts []ColumnOption) (a columnAverage, err error) {
	for i, opt := range opts {
		if opt == nil {
			err = fault.Option(of, i)
			continue
		}
		opt(&a)
	}
	return a, err
}

func columnAverageParam() catalog.Param {
	return catalog.Param{Name: "average", Kind: catalog.Word, Default: columnAverages[uniform], Choices: columnAverages, Help: "of the columns: each the same, or by the variance of its targets"}
}

// spreadOptions are what the parameter says.
func spreadOptions(a catalog.Args) []ColumnOption {
	if a.Word("average") == columnAverages[byVariance] {
		return []ColumnOption{ByVariance()}
	}
	return nil
}

// spreads are variances of targets and of errors by column, kept as a mean and squares around it
// (Welford; Chan for merging), so that they do not drown in numbers that are large beside
// their differences.
type spreads struct {
	average columnAverage
	bias    bool // an error that is the same for all is one
	samples int
	weight  float64
	columns []spread
}

// spread is a column.
type spread struct {
	targets, errors moments
	squared         float64 // Σ w·(t-y)²
}

// moments are a mean and Σ w·(x-mean)².
type moments struct{ mean, squares float64 }

// add adds x of weight w, which is a part of the weight so far.
func (m *moments) add(x, w, part float64) {
	d := x - m.mean
	m.mean += float64(part * d)
	m.squares += float64(w * d * (x - m.mean))
}

// merge adds moments of a part of the weight so far, of which before was there already.
func (m *moments) merge(from moments, before, part float64) {
	d := from.mean - m.mean
	m.mean += float64(part * d)
	m.squares += from.squares + float64(d*d*before*part)
}

func (s *spreads) add(r *sample) {
	s.samples++
	s.weight += r.weight
	part := r.weight / s.weight
	for j, t := range r.want {
		c, e := &s.columns[j], t-r.mean[j]
		c.targets.add(t, r.weight, part)
		c.errors.add(e, r.weight, part)
		c.squared += float64(r.weight * e * e)
	}
}

func (s *spreads) merge(from tally) {
	o := from.(*spreads)
	if o.samples == 0 {
		return
	}
	before := s.weight
	s.samples += o.samples
	s.weight = before + o.weight
	part := o.weight / s.weight
	for j, f := range o.columns {
		c := &s.columns[j]
		c.targets.merge(f.targets, before, part)
		c.errors.merge(f.errors, before, part)
		c.squared += f.squared
	}
}

func (s *spreads) each() []float64 {
	row := make([]float64, len(s.columns))
	for j, c := range s.columns {
		left := c.errors.squares
		if s.bias {
			left = c.squared
		}
		row[j] = explained(left, c.targets.squares)
	}
	return row
}

func (s *spreads) value() float64 {
	if s.bias && s.samples < 2 {
		return math.NaN()
	}
	row := s.each()
	if s.average == uniform {
		return mean(row)
	}
	sum, all := 0.0, 0.0
	for j, c := range s.columns {
		sum += float64(c.targets.squares * row[j])
		all += c.targets.squares
	}
	if all == 0 { // as in scikit-learn, where no target varies
		return mean(row)
	}
	return sum / all
}

func (s *spreads) details() [][]float64 { return byColumn(s.each()) }

func (s *spreads) undefined() string {
	if !s.bias {
		return ""
	}
	return fewSamples(s.samples)
}

// explained is 1 - left/all; where all is 0, it is 1 if nothing is left, or 0.
func explained(left, all float64) float64 {
	switch {
	case all != 0 || left != left:
		return 1 - left/all
	case left == 0:
		return 1
	}
	return 0
}

func fewSamples(n int) string {
	if n >= 2 {
		return ""
	}
	return fmt.Sprintf("%d sample counts, and it is about at least two", n)
}
