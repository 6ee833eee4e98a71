package metric

import (
	"strconv"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type pinball struct{ alpha float64 }

// Pinball is the mean of max(α·(t-y), (α-1)·(t-y)), which the quantile of level α makes least
// (scikit-learn's mean_pinball_loss): at ½ it is half of MAE. alpha is from 0 to 1. Of several
// outputs it is the mean of theirs, all for one level; of means and variances the means are compared.
func Pinball(alpha float64) Metric { return pinball{alpha} }

func pinballPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "pinball", Help: "error of a quantile, which weighs what is below by its level", Formula: "Σ w·max(α·(t-y), (α-1)·(t-y)) / Σ w",
		Params:   []catalog.Param{alphaParam(catalog.Between(0, 1))},
		Example:  "pinball(alpha=0.9)",
		Formerly: map[string]string{"mean_pinball_loss": "pinball", "quantile_loss": "pinball"},
		New:      func(a catalog.Args) (Metric, error) { return Pinball(a.Float("alpha")), nil },
	}
}

func alphaParam(r catalog.Range) catalog.Param {
	return catalog.Param{Name: "alpha", Kind: catalog.Number, Default: "0.5", Range: r, Help: "level of the quantile"}
}

func (m pinball) String() string { return pinballPart().Spell().Float("alpha", m.alpha).String() }

func (m pinball) Higher() bool { return false }

func (m pinball) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m pinball) Start() State { return &state{metric: m} }

func (m pinball) about() subject { return numbers }

func (m pinball) fits(form) error { return checkAlpha(m, m.alpha, catalog.Between(0, 1)) }

// checkAlpha reports a level that is none.
func checkAlpha(m Metric, alpha float64, r catalog.Range) error {
	if !r.Allows(alpha) {
		return &MismatchError{m.String(), "levels", strconv.FormatFloat(alpha, 'g', -1, 64), r.String()}
	}
	return nil
}

func (m pinball) tally(f form) tally {
	return newColumnMeans(f, func(y, t float64) float64 { return tilted(t-y, m.alpha) })
}

// tilted is what d above a quantile of level alpha costs.
func tilted(d, alpha float64) float64 {
	if d >= 0 {
		return alpha * d
	}
	return (alpha - 1) * d // NaN if d is
}
