package metric

import (
	"strconv"
	"strings"

	"github.com/neurona-ml/neurona/nn/catalog"
)

// levels are those of several quantiles that outputs are of each target, in the layout of loss.Quantile: the quantiles of
// the first level for all targets, and then, in the same order, those of the next. They are kept as a text, so that
// metrics can be compared; it is empty where each output is for a target of its own.
type levels string

func levelsOf(taus []float64) levels {
	texts := make([]string, len(taus))
	for i, tau := range taus {
		texts[i] = strconv.FormatFloat(tau, 'g', -1, 64)
	}
	return levels(strings.Join(texts, " "))
}

func (l levels) list() []float64 {
	var taus []float64
	for _, text := range strings.Fields(string(l)) {
		tau, _ := strconv.ParseFloat(text, 64) // what FormatFloat has written
		taus = append(taus, tau)
	}
	return taus
}

// perTarget is how many outputs each target has.
func (l levels) perTarget() int { return 1 + strings.Count(string(l), " ") }

// levelsParam is levels in catalogues.
func levelsParam() catalog.Param {
	return catalog.Param{
		Name: "taus", Kind: catalog.Numbers, Optional: true, Range: catalog.Inside(0, 1), Help: "levels of several quantiles of each target, as in the loss quantile",
		Formerly: []string{"quantiles"},
	}
}

func (l levels) spell(s catalog.Spelling) catalog.Spelling {
	if l != "" {
		s = s.Floats("taus", l.list()...)
	}
	return s
}

// fits reports levels that are none.
func (l levels) fits(m Metric) error {
	for _, tau := range l.list() {
		if err := checkAlpha(m, tau, catalog.Inside(0, 1)); err != nil {
			return err
		}
	}
	return nil
}

// quantileMeans are the means over samples of a function of each quantile, its level and the value that it is of.
type quantileMeans struct {
	columnMeans
	taus []float64
	of   func(y, t, tau float64) float64
}

func newQuantileMeans(f form, taus []float64, of func(y, t, tau float64) float64) *quantileMeans {
	return &quantileMeans{*newColumnMeans(f, nil), taus, of}
}

func (m *quantileMeans) add(s *sample) {
	m.weight += s.weight
	for n, tau := range m.taus {
		for j, t := range s.want {
			at := n*len(s.want) + j
			m.sums[at] += float64(s.weight * m.of(s.mean[at], t, tau))
		}
	}
}

func (m *quantileMeans) merge(from tally) { m.columnMeans.merge(&from.(*quantileMeans).columnMeans) }
