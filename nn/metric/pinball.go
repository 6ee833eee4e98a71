package metric

import (
	"strconv"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/loss"
)

type pinball struct {
	alpha float64 // without levels
	levels
}

// Pinball is the mean of max(α·(t-y), (α-1)·(t-y)), which the quantile of level α makes least
// (scikit-learn's mean_pinball_loss): at ½ it is half of MAE. alpha is from 0 to 1. Of several
// outputs it is the mean of theirs, all for one level; of means and variances the means are compared.
//
// With more levels, all between 0 and 1, it is of the outputs of loss.Quantile with the same: each target has a
// quantile of each level, and each is judged by its own. It is the mean of all, and Details has each, in the
// order of the outputs.
func Pinball(alpha float64, more ...float64) Metric {
	if len(more) > 0 {
		return pinball{levels: levelsOf(append([]float64{alpha}, more...))}
	}
	return pinball{alpha: alpha}
}

func pinballPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "pinball", Help: "error of a quantile, which weighs what is below by its level", Formula: "Σ w·max(α·(t-y), (α-1)·(t-y)) / Σ w",
		Params:   []catalog.Param{alphaParam(catalog.Between(0, 1)), levelsParam()},
		Example:  "pinball(alpha=0.9)",
		Formerly: map[string]string{"mean_pinball_loss": "pinball", "quantile_loss": "pinball"},
		New: func(a catalog.Args) (Metric, error) {
			taus := a.Floats("taus")
			switch {
			case len(taus) == 0:
				return Pinball(a.Float("alpha")), nil
			case a.Has("alpha"):
				return nil, fault.Value("pinball", "alpha", a.Float("alpha"), "none beside taus")
			case len(taus) == 1:
				return Pinball(taus[0]), nil
			}
			return Pinball(taus[0], taus[1:]...), nil
		},
	}
}

func alphaParam(r catalog.Range) catalog.Param {
	return catalog.Param{Name: "alpha", Kind: catalog.Number, Default: "0.5", Range: r, Help: "level of the quantile"}
}

func (m pinball) String() string {
	if m.levels != "" {
		return m.levels.spell(pinballPart().Spell()).String()
	}
	return pinballPart().Spell().Float("alpha", m.alpha).String()
}

func (m pinball) Higher() bool { return false }

func (m pinball) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m pinball) Start() State { return &state{metric: m} }

func (m pinball) about() subject { return numbers }

func (m pinball) fits(form) error {
	if m.levels != "" {
		return m.levels.fits(m)
	}
	return checkAlpha(m, m.alpha, catalog.Between(0, 1))
}

// checkAlpha reports a level that is none.
func checkAlpha(m Metric, alpha float64, r catalog.Range) error {
	if !r.Allows(alpha) {
		return &MismatchError{m.String(), "levels", strconv.FormatFloat(alpha, 'g', -1, 64), r.String()}
	}
	return nil
}

func (m pinball) tally(f form) tally {
	if m.levels != "" {
		return newQuantileMeans(f, m.levels.list(), func(y, t, tau float64) float64 { return tilted(t-y, tau) })
	}
	return newColumnMeans(f, func(y, t float64) float64 { return tilted(t-y, m.alpha) })
}

// tilted is what d above a quantile of level alpha costs.
func tilted(d, alpha float64) float64 {
	if d >= 0 {
		return alpha * d
	}
	return (alpha - 1) * d // NaN if d is
}
