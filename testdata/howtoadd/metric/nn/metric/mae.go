package metric

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

type mae struct{}

// MAE is the mean absolute error of all outputs (scikit-learn's mean_absolute_error).
func MAE() Metric { return mae{} }

func maePart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "mae", Help: "mean absolute error", Formula: "Σ w·|y-t| / Σ w",
		New: func(catalog.Args) (Metric, error) { return MAE(), nil },
	}
}

func (mae) String() string { return "mae" }

func (mae) Higher() bool { return false }

func (mae) Check(link loss.Link, outputs int) error { return checkNumeric("mae", link, outputs) }

func (mae) Start() State { return &maeState{} }

type maeState struct {
	columns     int
	weight, sum float64
}

func (s *maeState) Add(_, mean tensor.Matrix, t data.Target) error {
	if err := checkNumbers("mae", mean, mean, t); err != nil {
		return err
	}
	if err := columns("mae", s.columns, mean.Cols); err != nil || mean.Rows == 0 {
		return err
	}
	s.columns = mean.Cols
	for i := range mean.Rows {
		w := float64(weight(t, i))
		if w == 0 {
			continue
		}
		want := tensor.Row(t.Values, i)
		for j, v := range tensor.Row(mean, i) {
			s.weight += w
			s.sum += w * math.Abs(float64(v)-float64(want[j]))
		}
	}
	return nil
}

func (s *maeState) Merge(o State) error {
	from, err := other[maeState]("mae", o)
	if err != nil || from.columns == 0 {
		return err
	}
	if err := columns("mae", s.columns, from.columns); err != nil {
		return err
	}
	s.columns = from.columns
	s.weight += from.weight
	s.sum += from.sum
	return nil
}

func (s *maeState) Value() float64 { return s.sum / s.weight }
