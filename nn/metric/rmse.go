package metric

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

type rmse struct{}

// RMSE is the root of the mean squared error, in the unit of the targets
// (scikit-learn's root_mean_squared_error). Of several outputs it is the mean of the
// roots, and so not the root of loss.MSE. Of outputs that are means and variances the
// means are compared.
func RMSE() Metric { return rmse{} }

func rmsePart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "rmse", Help: "root of the mean squared error; the mean of those of outputs", Formula: "√(Σ w·(y-t)² / Σ w)",
		Formerly: map[string]string{"root_mean_squared_error": "rmse"},
		New:      func(catalog.Args) (Metric, error) { return RMSE(), nil },
	}
}

func (rmse) String() string { return "rmse" }

func (rmse) Higher() bool { return false }

func (m rmse) Check(link loss.Link, outputs int) error {
	return checkNumeric(m.String(), link, outputs)
}

// checkNumeric is the Check of metrics that compare means with values.
func checkNumeric(metric string, link loss.Link, outputs int) error {
	if (link == loss.MeanVariance || link == loss.Variance) && outputs%2 != 0 {
		return unfit(metric, link, outputs, "a mean and a variance for each target")
	}
	return checkLink(metric, link, outputs, loss.Identity, loss.Sigmoid, loss.Log, loss.MeanVariance, loss.Variance)
}

func (rmse) Start() State { return &rmseState{} }

type rmseState struct {
	weight float64
	errors []float64 // by column: Σ w·(y-t)²
}

func (s *rmseState) Add(_, mean tensor.Matrix, t data.Target) error {
	if err := checkNumbers("rmse", mean, mean, t); err != nil {
		return err
	}
	if err := columns("rmse", len(s.errors), mean.Cols); err != nil || mean.Rows == 0 {
		return err
	}
	if s.errors == nil {
		s.errors = make([]float64, mean.Cols)
	}
	for i := range mean.Rows {
		w := float64(weight(t, i))
		if w == 0 {
			continue
		}
		s.weight += w
		want := tensor.Row(t.Values, i)
		for j, v := range tensor.Row(mean, i) {
			s.errors[j] += w * squared(v, want[j])
		}
	}
	return nil
}

func squared(y, t float32) float64 {
	d := float64(y) - float64(t)
	return d * d
}

func (s *rmseState) Merge(o State) error {
	from, err := other[rmseState]("rmse", o)
	if err != nil || from.errors == nil {
		return err
	}
	if err := columns("rmse", len(s.errors), len(from.errors)); err != nil {
		return err
	}
	if s.errors == nil {
		s.errors = make([]float64, len(from.errors))
	}
	s.weight += from.weight
	for j, e := range from.errors {
		s.errors[j] += e
	}
	return nil
}

func (s *rmseState) Value() float64 {
	if s.weight == 0 {
		return math.NaN()
	}
	sum := 0.0
	for _, e := range s.errors {
		sum += math.Sqrt(e / s.weight)
	}
	return sum / float64(len(s.errors))
}
