package metric

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

type r2 struct{}

// R2 is the part of the targets' variance that is explained, 1 - Σ w·(y-t)² / Σ
// w·(t-t̄)² (scikit-learn's r2_score): 1 is perfect, 0 as good as their mean. Of several
// outputs it is the mean, and of means and variances the means are compared. Where targets are constant it is 0, or 1 if all are met. It
// is NaN for fewer than two samples.
//
// Variances are kept as a mean and squares around it (Welford; Chan for Merge), so that
// they do not drown in targets that are large beside their differences.
func R2() Metric { return r2{} }

func r2Part() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "r2", Help: "variance of the targets that is explained; the mean of those of outputs", Formula: "1 - Σ w·(y-t)² / Σ w·(t-t̄)²",
		Formerly: map[string]string{"r2_score": "r2"},
		New:      func(catalog.Args) (Metric, error) { return R2(), nil },
	}
}

func (r2) String() string { return "r2" }

func (r2) Higher() bool { return true }

func (m r2) Check(link loss.Link, outputs int) error { return checkNumeric(m.String(), link, outputs) }

func (r2) Start() State { return &r2State{} }

type r2State struct {
	rows    int // that count
	weight  float64
	columns []spread
}

// spread is a column: the mean of its targets, Σ w·(t-mean)² and Σ w·(y-t)².
type spread struct{ mean, squares, errors float64 }

func (s *r2State) Add(_, mean tensor.Matrix, t data.Target) error {
	if err := checkNumbers("r2", mean, mean, t); err != nil {
		return err
	}
	if err := columns("r2", len(s.columns), mean.Cols); err != nil || mean.Rows == 0 {
		return err
	}
	if s.columns == nil {
		s.columns = make([]spread, mean.Cols)
	}
	for i := range mean.Rows {
		w := float64(weight(t, i))
		if w == 0 {
			continue
		}
		s.rows++
		s.weight += w
		part := w / s.weight
		want := tensor.Row(t.Values, i)
		for j, v := range tensor.Row(mean, i) {
			c := &s.columns[j]
			c.errors += w * squared(v, want[j])
			d := float64(want[j]) - c.mean
			c.mean += part * d
			c.squares += w * d * (float64(want[j]) - c.mean)
		}
	}
	return nil
}

func (s *r2State) Merge(o State) error {
	from, err := other[r2State]("r2", o)
	if err != nil || from.columns == nil {
		return err
	}
	if err := columns("r2", len(s.columns), len(from.columns)); err != nil {
		return err
	}
	if s.columns == nil {
		s.columns = make([]spread, len(from.columns))
	}
	if from.rows == 0 {
		return nil
	}
	before, added := s.weight, from.weight
	s.rows += from.rows
	s.weight = before + added
	part := added / s.weight
	for j, f := range from.columns {
		c := &s.columns[j]
		d := f.mean - c.mean
		c.mean += part * d
		c.squares += f.squares + d*d*before*part
		c.errors += f.errors
	}
	return nil
}

func (s *r2State) Value() float64 {
	if s.rows < 2 {
		return math.NaN()
	}
	sum := 0.0
	for _, c := range s.columns {
		sum += c.r2()
	}
	return sum / float64(len(s.columns))
}

func (c spread) r2() float64 {
	switch {
	case c.squares != 0 || c.errors != c.errors:
		return 1 - c.errors/c.squares
	case c.errors == 0:
		return 1
	}
	return 0
}
