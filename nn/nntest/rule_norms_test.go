package nntest

import (
	"math"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/kernels"
	"github.com/neurona-ml/neurona/nn/optim"
)

// wrongNorms is descent along a velocity, with steps as long as the tensor, and one fault.
type wrongNorms struct{ wrongRule }

func (r wrongNorms) Stepper() optim.Stepper { return &wrongNormsStepper{fault: r.fault, momentum: 0.5} }

type wrongNormsStepper struct {
	fault          string
	momentum, rate float32
	calls          int
}

func (s *wrongNormsStepper) Begin(_ int, rate float64) { s.rate, s.calls = float32(rate), 0 }

func (s *wrongNormsStepper) Momentum() (own float64, ok bool) { return 0.5, true }

func (*wrongNormsStepper) Momenta(_, _ float64) {}

func (s *wrongNormsStepper) SetMomentum(m float64) {
	s.momentum = float32(m)
	if s.fault == "sets another" {
		s.momentum += 0.01
	}
}

func (s *wrongNormsStepper) Direction(d, p, grad []float32, slots [optim.MaxSlots][]float32) {
	v := slots[0]
	s.calls++
	for i, g := range grad {
		v[i] = s.momentum*v[i] + g
		switch s.fault {
		case "reads the direction":
			v[i] += 0 * d[i]
		case "leaves some":
			if i == 0 {
				continue
			}
		case "knows its place":
			v[i] *= 1 - 0.01*float32(i)
		case "norm of the direction's range":
			v[i] *= 1 + 0.01*float32(sumSquares(grad))
		case "counts calls":
			v[i] *= 1 + 0.01*float32(s.calls)
		case "writes gradients":
			grad[i] *= 0.5
		case "moves parameters":
			p[i] *= 0.99
		}
		d[i] = v[i]
	}
}

func (s *wrongNormsStepper) Follow(d, p []float32, slots [optim.MaxSlots][]float32, own, along float64) {
	switch s.fault {
	case "ignores own":
		own = sumSquares(p)
	case "ignores along":
		along = sumSquares(d)
	case "overflows":
		if along > 1e7 { // not in the network
			own = math.Inf(1)
		}
	}
	length := s.rate
	if own > 0 && along > 0 {
		length *= float32(math.Sqrt(own / along))
	}
	for i, v := range p {
		switch s.fault {
		case "knows its place at last":
			length *= 0.99
		case "writes parameters":
			p[i] -= length * d[i]
		case "state of its range":
			slots[0][i] += float32(len(d))
		}
		d[i] = v - length*d[i]
	}
}

// boundNorms has a fault on kernels alone.
type boundNorms struct{ wrongNorms }

func (boundNorms) Stepper() optim.Stepper { return wrongNorms{}.Stepper() }

func (r boundNorms) Bind(*kernels.Set) optim.Stepper { return r.wrongNorms.Stepper() }

func TestCheckRuleFindsNorms(t *testing.T) {
	b := openBackend(t, "gonum")
	for fault, want := range map[string]string{
		"none":                          "",
		"reads the direction":           "its Direction makes element 0 NaN",
		"leaves some":                   "uninterrupted",
		"knows its place":               "in parts",
		"norm of the direction's range": "in parts",
		"counts calls":                  "in parts",
		"writes gradients":              "its Direction changes gradient",
		"moves parameters":              "its Direction changes parameter",
		"ignores own":                   "in parts",
		"ignores along":                 "in parts",
		"overflows":                     "parameter 0 is",
		"knows its place at last":       "in parts",
		"writes parameters":             "its Follow changes parameter",
		"state of its range":            "in parts",
		"sets another":                  "without SetMomentum",
	} {
		err := CheckRule(wrongNorms{wrongRule{fault}}, Backend(b))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", fault, err, want)
		}
	}
	if err := CheckRule(boundNorms{wrongNorms{wrongRule{"ignores own"}}}, Backend(b)); err == nil || !strings.Contains(err.Error(), "on kernels") || !strings.Contains(err.Error(), "in parts") {
		t.Errorf("error %v, want one on kernels, in parts", err)
	}
}

// TestCheckRuleOfLAMB: on all kernels, also within others.
func TestCheckRuleOfLAMB(t *testing.T) {
	b := openBackend(t, "native")
	lamb := optim.LAMB(0.01)
	for _, r := range []optim.Rule{lamb, optim.EMA(lamb, 0.9), optim.Muon(0.02, optim.Others(optim.EMA(lamb, 0.5)))} {
		if err := CheckRule(r, Backend(b)); err != nil {
			t.Error(err)
		}
	}
}
