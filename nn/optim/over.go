package optim

import (
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
)

// OverOption is what Over returns: an option of CosLog4, Cosine, Linear, OneCycle and Polynomial.
type OverOption int

// Over lets a schedule take so many steps, at least 1, in place of those of Fit.
func Over(steps int) OverOption { return OverOption(steps) }

func (o OverOption) applyCosine(s *cosine)         { s.over = o.length() }
func (o OverOption) applyLinear(s *linear)         { s.over = o.length() }
func (o OverOption) applyOneCycle(s *oneCycle)     { s.over = o.length() }
func (o OverOption) applyPolynomial(s *polynomial) { s.over = o.length() }
func (o OverOption) applyCosLog4(s *cosLog4)       { s.over = o.length() }

func (o OverOption) length() length { return length{int(o), true} }

// length is how many steps a schedule takes.
type length struct {
	steps int
	own   bool // steps counts; otherwise Fit says how many
}

func overParam() catalog.Param {
	return catalog.Param{Name: "over", Kind: catalog.Integer, Optional: true, Range: catalog.AtLeast(1), Help: "steps; those of the training if it is left out"}
}

func lengthOf(a catalog.Args) length { return length{a.Int("over"), a.Has("over")} }

func (l length) spell(s catalog.Spelling) catalog.Spelling {
	if l.own {
		s = s.Int("over", l.steps)
	}
	return s
}

// of is how many steps there are in a training.
func (l length) of(p Progress) int {
	if l.own {
		return l.steps
	}
	return p.Steps
}

// done is which part of them is done before the step to come, from 0 to 1.
func (l length) done(p Progress) float64 {
	steps := l.of(p)
	return float64(min(max(p.Step-1, 0), steps)) / float64(steps)
}

// validate reports a length that is none; what is what the schedule does over it.
func (l length) validate(of, what string, p Progress) error {
	if l.own && l.steps < 1 {
		return fault.Value(of, "over", float64(l.steps), "at least 1 step")
	}
	if !l.own && p.Steps < 1 {
		return fault.Value(of, "number of steps to "+what+" over", float64(p.Steps), "those of Fit, or others by Over")
	}
	return nil
}
