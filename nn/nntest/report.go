package nntest

import (
	"fmt"
	"math"
)

// Report says what a gradient check has compared.
type Report struct {
	Checked int        // derivatives compared
	Kinks   int        // of these, so close to a kink that only a range was wanted
	Failed  int        // of these, outside the tolerance
	Worst   Difference // the one furthest from what was wanted, in terms of its tolerance
}

// Difference is one derivative in a gradient check.
type Difference struct {
	Of        string // a tensor as files call it, "layers.3.weight", or "input", or a loss
	Row, Col  int    // where in it: weights of a Dense are [out][in]
	Got       float64
	Want      float64
	Tolerance float64
}

func (d *Difference) String() string {
	return fmt.Sprintf("%s [%d][%d]: it is %.6g, differences of the loss give %.6g ± %.2g", d.Of, d.Row, d.Col, d.Got, d.Want, d.Tolerance)
}

// ratio is the difference in units of the tolerance.
func (d *Difference) ratio() float64 { return math.Abs(d.Got-d.Want) / d.Tolerance }

// GradientError reports a gradient check that failed.
type GradientError struct{ Report Report }

func (e *GradientError) Error() string {
	return fmt.Sprintf("gradient check: %d of %d derivatives are wrong, the worst is %v", e.Report.Failed, e.Report.Checked, &e.Report.Worst)
}

// add counts a comparison.
func (r *Report) add(d Difference, kink bool) {
	r.Checked++
	if kink {
		r.Kinks++
	}
	if !(d.ratio() <= 1) {
		r.Failed++
	}
	if r.Checked == 1 || !(d.ratio() <= r.Worst.ratio()) {
		r.Worst = d
	}
}

// err is the error of derivatives that are wrong.
func (r *Report) err() error {
	if r.Failed > 0 {
		return &GradientError{*r}
	}
	return nil
}
