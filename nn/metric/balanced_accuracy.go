package metric

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type balancedAccuracy struct{}

// BalancedAccuracy is the mean of the recalls of the classes that came, each of which counts as
// much however many samples it has (scikit-learn's balanced_accuracy_score). Outputs of which
// any is NaN answer the class that is farthest from the right one.
func BalancedAccuracy() Metric { return balancedAccuracy{} }

func balancedAccuracyPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "balanced_accuracy", Help: "recall, the mean of that of the classes that came", Formula: "mean of TP/(TP + FN)",
		Formerly: map[string]string{"balanced_accuracy_score": "balanced_accuracy"},
		New:      func(catalog.Args) (Metric, error) { return BalancedAccuracy(), nil },
	}
}

func (m balancedAccuracy) String() string { return "balanced_accuracy" }

func (m balancedAccuracy) Higher() bool { return true }

func (m balancedAccuracy) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m balancedAccuracy) Start() State { return &state{metric: m} }

func (m balancedAccuracy) about() subject { return classes }

func (m balancedAccuracy) fits(f form) error { return exclusive(m, f) }

func (m balancedAccuracy) tally(f form) tally {
	return &recalls{newClassCounts(f)}
}

type recalls struct{ classCounts }

func (r *recalls) merge(from tally) { r.mergeCounts(&from.(*recalls).classCounts) }

func (r *recalls) value() float64 {
	sum, came := 0.0, 0.0
	for _, c := range r.classes {
		if all := c.both + c.came; all > 0 {
			sum += c.both / all
			came++
		}
	}
	return sum / came
}
