package metric

import (
	"fmt"
	"strconv"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type topK struct{ k int }

// TopKAccuracy is the part of the samples whose class is among the k largest outputs (scikit-learn's
// top_k_accuracy_score): of 1 it is Accuracy. Of equal outputs the first is the larger one. A sample of
// which any output is NaN is wrong. There must be more than k classes.
func TopKAccuracy(k int) Metric { return topK{k} }

func topKPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "top_k_accuracy", Help: "samples whose class is among the k likeliest", Formula: "Σ w·[among k] / Σ w",
		Params: []catalog.Param{{
			Name: "k", Kind: catalog.Integer, Default: "2", Range: catalog.AtLeast(1), Help: "how many answers a sample has",
		}},
		Example:  "top_k_accuracy(k=3)",
		Formerly: map[string]string{"top_k": "top_k_accuracy", "top_k_accuracy_score": "top_k_accuracy", "top_5": "top_k_accuracy(k=5)"},
		New:      func(a catalog.Args) (Metric, error) { return TopKAccuracy(a.Int("k")), nil },
	}
}

func (m topK) String() string { return topKPart().Spell().Int("k", m.k).String() }

func (m topK) Higher() bool { return true }

func (m topK) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m topK) Start() State { return &state{metric: m} }

func (m topK) about() subject { return classes }

func (m topK) fits(f form) error {
	if m.k < 1 {
		return &MismatchError{m.String(), "answers", strconv.Itoa(m.k), "at least 1"}
	}
	if !f.labels || f.columns <= m.k {
		return wants(m, f, fmt.Sprintf("more than %d, for labels", m.k))
	}
	return nil
}

func (m topK) tally(form) tally {
	return &sampleMean{of: func(s *sample) float64 { return float64(bit(s.among(m.k))) }}
}

// among reports whether the sample's class is among the k largest outputs.
func (s *sample) among(k int) bool {
	own, before := s.y[s.label], 0
	for j, v := range s.y {
		if v != v {
			return false
		}
		before += bit(v > own || v == own && j < s.label)
	}
	return before < k
}
