package metric

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/tensor"
)

type accuracy struct{}

// Accuracy is the part of the samples that are right (scikit-learn's
// accuracy_score). Where a sample has several labels of yes or no, all must be.
func Accuracy() Metric { return accuracy{} }

func accuracyPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "accuracy", Help: "samples that are right, in all of their labels", Formula: "Σ w·[right] / Σ w",
		Formerly: map[string]string{"acc": "accuracy", "accuracy_score": "accuracy"},
		New:      func(catalog.Args) (Metric, error) { return Accuracy(), nil },
	}
}

func (accuracy) String() string { return "accuracy" }

func (accuracy) Higher() bool { return true }

func (m accuracy) Check(link loss.Link, outputs int) error {
	return checkAnswers(m.String(), link, outputs)
}

func (accuracy) Start() State { return &accuracyState{} }

type accuracyState struct{ right, all float64 } // weights

func (s *accuracyState) Add(y, mean tensor.Matrix, t data.Target) error {
	if err := checkClasses("accuracy", y, mean, t); err != nil {
		return err
	}
	for i := range y.Rows {
		w := float64(weight(t, i))
		s.all += w
		if rowRight(y, mean, t, i) {
			s.right += w
		}
	}
	return nil
}

func rowRight(y, mean tensor.Matrix, t data.Target, i int) bool {
	if t.Labels != nil {
		return argmax(tensor.Row(y, i)) == t.Labels[i]
	}
	want, means := tensor.Row(t.Values, i), tensor.Row(mean, i)
	for j, v := range tensor.Row(y, i) {
		if yes(v, means[j], want[j]) != (want[j] == 1) {
			return false
		}
	}
	return true
}

func (s *accuracyState) Merge(o State) error {
	from, err := other[accuracyState]("accuracy", o)
	if err != nil {
		return err
	}
	s.right += from.right
	s.all += from.all
	return nil
}

func (s *accuracyState) Value() float64 { return s.right / s.all }
