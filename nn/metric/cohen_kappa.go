package metric

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

// KappaWeights are how much answers count in Cohen's kappa that are wrong.
type KappaWeights uint8

// The weights of an answer j to class i, as scikit-learn has them.
const (
	Unweighted KappaWeights = iota // 1, whichever it is
	Linear                         // |i-j|
	Quadratic                      // (i-j)²
)

var kappaWeights = []string{"none", "linear", "quadratic"}

// String returns the weights' word: "linear".
func (k KappaWeights) String() string {
	if int(k) < len(kappaWeights) {
		return kappaWeights[k]
	}
	return fmt.Sprintf("weights %d", uint8(k))
}

// of is the weight of an answer that is so many classes away.
func (k KappaWeights) of(distance int) float64 {
	d := math.Abs(float64(distance))
	switch k {
	case Linear:
		return d
	case Quadratic:
		return d * d
	}
	return min(d, 1)
}

type cohenKappa struct{ weights KappaWeights }

// CohenKappa is how much answers and classes agree beyond chance, 1 - Σ v·observed / Σ v·expected (Cohen, "A
// coefficient of agreement for nominal scales", 1960, and, with weights v for classes that are steps of a scale, "Weighted kappa", 1968; scikit-learn's
// cohen_kappa_score). It is NaN where all samples are of one class and all answers are it. Outputs of
// which any is NaN answer the class that is farthest from the right one.
func CohenKappa(weights KappaWeights) Metric { return cohenKappa{weights} }

func cohenKappaPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "cohen_kappa", Help: "agreement of answers and classes beyond chance", Formula: "1 - Σ v·observed / Σ v·expected",
		Params: []catalog.Param{{
			Name: "weights", Kind: catalog.Word, Default: "none", Choices: kappaWeights, Help: "of wrong answers: all the same, or by how many classes they are away, or its square",
		}},
		Example:  "cohen_kappa(weights=quadratic)",
		Formerly: map[string]string{"kappa": "cohen_kappa", "cohen_kappa_score": "cohen_kappa", "quadratic_weighted_kappa": "cohen_kappa(weights=quadratic)"},
		New: func(a catalog.Args) (Metric, error) {
			return CohenKappa(KappaWeights(slices.Index(kappaWeights, a.Word("weights")))), nil
		},
	}
}

func (m cohenKappa) String() string {
	return cohenKappaPart().Spell().Word("weights", m.weights.String()).String()
}

func (m cohenKappa) Higher() bool { return true }

func (m cohenKappa) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m cohenKappa) Start() State { return &state{metric: m} }

func (m cohenKappa) about() subject { return classes }

func (m cohenKappa) fits(f form) error {
	if m.weights > Quadratic {
		return &MismatchError{m.String(), "weights", m.weights.String(), "none, linear or quadratic"}
	}
	return exclusive(m, f)
}

func (m cohenKappa) tally(f form) tally {
	return &agreement{weights: m.weights, came: make([]float64, f.classes()), answered: make([]float64, f.classes())}
}

type agreement struct {
	weights        KappaWeights
	observed       float64   // Σ w·v
	came, answered []float64 // by class
}

func (a *agreement) add(s *sample) {
	class, answer := s.class(), s.answer()
	a.came[class] += s.weight
	a.answered[answer] += s.weight
	a.observed += float64(s.weight * a.weights.of(class-answer))
}

func (a *agreement) merge(from tally) {
	o := from.(*agreement)
	a.observed += o.observed
	for k := range o.came {
		a.came[k] += o.came[k]
		a.answered[k] += o.answered[k]
	}
}

func (a *agreement) value() float64 {
	all, expected := 0.0, 0.0
	for i, came := range a.came {
		all += came
		if came == 0 {
			continue
		}
		sum := 0.0
		for j, answered := range a.answered {
			sum += float64(answered * a.weights.of(i-j))
		}
		expected += float64(came * sum)
	}
	return 1 - a.observed/(expected/all)
}

func (a *agreement) undefined() string { return "all samples are of one class, and all answers are it" }
