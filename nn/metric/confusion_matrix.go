package metric

import (
	"fmt"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

// maxConfused bounds a matrix to 128 MiB.
const maxConfused = 4096

type confusionMatrix struct{}

// ConfusionMatrix is the weight of the samples of each class that were answered each class, or their number: the
// Details of its states, which are Detailed, have a row for each class, and in it a column for each answer (scikit-learn's
// confusion_matrix). Outputs of
// which any is NaN answer the class that is farthest from the right one. Its value is the part of the whole that is on the diagonal: accuracy. There are at most 4096 classes.
func ConfusionMatrix() Metric { return confusionMatrix{} }

func confusionMatrixPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "confusion_matrix", Help: "how often each class was answered each class; as a number, accuracy", Formula: "Σ w·[class i, answer j]",
		Formerly: map[string]string{"confusion": "confusion_matrix"},
		New:      func(catalog.Args) (Metric, error) { return ConfusionMatrix(), nil },
	}
}

func (m confusionMatrix) String() string { return "confusion_matrix" }

func (m confusionMatrix) Higher() bool { return true }

func (m confusionMatrix) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m confusionMatrix) Start() State { return &state{metric: m} }

func (m confusionMatrix) about() subject { return classes }

func (m confusionMatrix) fits(f form) error {
	if f.columns > maxConfused {
		return wants(m, f, fmt.Sprintf("at most %d", maxConfused))
	}
	return exclusive(m, f)
}

func (m confusionMatrix) tally(f form) tally {
	n := f.classes()
	return &confused{n, make([]float64, n*n)}
}

// confused are weights by class and answer.
type confused struct {
	classes int
	cells   []float64 // [class][answer]
}

func (c *confused) add(s *sample) {
	c.cells[s.class()*c.classes+s.answer()] += s.weight
}

func (c *confused) merge(from tally) {
	for i, w := range from.(*confused).cells {
		c.cells[i] += w
	}
}

func (c *confused) value() float64 {
	right, all := 0.0, 0.0
	for i, w := range c.cells {
		if all += w; i/c.classes == i%c.classes {
			right += w
		}
	}
	return right / all
}

func (c *confused) details() [][]float64 {
	rows := make([][]float64, c.classes)
	for i := range rows {
		rows[i] = append([]float64(nil), c.cells[i*c.classes:(i+1)*c.classes]...)
	}
	return rows
}
