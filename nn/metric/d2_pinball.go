package metric

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type d2Pinball struct{ alpha float64 }

// D2Pinball is the part of the pinball loss that is saved beside the best constant, a quantile of
// level α of the same targets, 1 - Σ w·pinball(t-y) / Σ w·pinball(t-q) (scikit-learn's
// d2_pinball_score): 1 is perfect, 0 as good as the constant. Where targets are constant it is 0, or 1
// if all are met. It is NaN for fewer than two samples. alpha is from 0 to 1. Of several outputs it is the
// mean of theirs, and of means and variances the means are compared. A state keeps 8 bytes for each row
// and column, and with weights 8 for each row more.
func D2Pinball(alpha float64) Metric { return d2Pinball{alpha} }

func d2PinballPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "d2_pinball", Help: "error of a quantile that is saved beside the best constant", Formula: "1 - Σ w·pinball(t-y) / Σ w·pinball(t-q)",
		Params:   []catalog.Param{alphaParam(catalog.Between(0, 1))},
		Example:  "d2_pinball(alpha=0.9)",
		Formerly: map[string]string{"d2_pinball_score": "d2_pinball"},
		New:      func(a catalog.Args) (Metric, error) { return D2Pinball(a.Float("alpha")), nil },
	}
}

func (m d2Pinball) String() string { return d2PinballPart().Spell().Float("alpha", m.alpha).String() }

func (m d2Pinball) Higher() bool { return true }

func (m d2Pinball) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m d2Pinball) Start() State { return &state{metric: m} }

func (m d2Pinball) about() subject { return numbers }

func (m d2Pinball) fits(form) error { return checkAlpha(m, m.alpha, catalog.Between(0, 1)) }

func (m d2Pinball) tally(f form) tally { return newSaved(m.alpha, f) }

// saved keeps targets, and adds up what the outputs cost.
type saved struct {
	kept
	alpha float64
	costs []float64 // by column
}

func newSaved(alpha float64, f form) *saved {
	return &saved{newKept(f), alpha, make([]float64, f.columns)}
}

func (s *saved) add(r *sample) {
	s.keep(r.weight)
	for j, t := range r.want {
		s.columns[j] = append(s.columns[j], t)
		s.costs[j] += float64(r.weight * tilted(t-r.mean[j], s.alpha))
	}
}

func (s *saved) merge(from tally) {
	o := from.(*saved)
	s.mergeKept(&o.kept)
	for j, cost := range o.costs {
		s.costs[j] += cost
	}
}

func (s *saved) each() []float64 {
	row := make([]float64, len(s.columns))
	for j, cost := range s.costs {
		list := s.sorted(j)
		best, _, _ := quantile(list, s.alpha)
		least := 0.0
		for _, w := range list {
			least += float64(w.weight * tilted(w.value-best, s.alpha))
		}
		row[j] = explained(cost, least)
	}
	return row
}

func (s *saved) value() float64 {
	if s.samples < 2 {
		return math.NaN()
	}
	return mean(s.each())
}

func (s *saved) details() [][]float64 {
	if len(s.columns) == 1 {
		return nil
	}
	return byColumn(s.each())
}

func (s *saved) undefined() string { return fewSamples(s.samples) }
