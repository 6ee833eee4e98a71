package nntest

import (
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// wrongRule is gradient descent with a velocity and one fault.
type wrongRule struct{ fault string }

func (r wrongRule) String() string { return r.fault }
func (wrongRule) Rate() float64    { return 0.1 }
func (wrongRule) Validate() error  { return nil }

func (wrongRule) Slots() []optim.Slot { return []optim.Slot{{Name: "velocity"}} }

func (r wrongRule) Stepper() optim.Stepper {
	if r.fault == "no stepper" {
		return onlyBegins{}
	}
	return &wrongStepper{fault: r.fault}
}

type onlyBegins struct{}

func (onlyBegins) Begin(int, float64) {}

type wrongStepper struct {
	fault string
	rate  float32
	calls float32
	sum   float32 // over the steps
	step  int
}

func (s *wrongStepper) Begin(step int, rate float64) {
	if s.step != step {
		s.sum++
	}
	s.step, s.rate = step, float32(rate)
}

func (s *wrongStepper) Update(p, grad []float32, slots [optim.MaxSlots][]float32) {
	v := slots[0]
	s.calls++
	for i, g := range grad {
		v[i] = 0.5*v[i] + g
		d := s.rate * v[i]
		switch s.fault {
		case "counts calls":
			d *= 1 + 0.01*s.calls
		case "counts steps":
			d *= 1 + 0.01*s.sum
		case "knows its place":
			d *= 1 - 0.01*float32(i)
		case "divides":
			d = s.rate * g / (v[i] - g)
		case "stays":
			d = 0
		case "writes gradients":
			grad[i] *= 0.5
		}
		p[i] -= d
	}
}

// Bound implements optim.Bounder.
func (s *wrongStepper) Bound(b *optim.Bounds, grad float64) (between float64) {
	velocity := 0.5*b.Slots[0] + grad
	if s.fault != "slot's bound" {
		b.Slots[0] = velocity
	}
	if s.fault != "parameter's bound" {
		b.Param += float64(s.rate) * velocity
	}
	b.Param *= 1 + 0x1p-20
	b.Slots[0] *= 1 + 0x1p-20
	return b.Param
}

// UpdateMeasured implements optim.Measurer.
func (s *wrongStepper) UpdateMeasured(p, grad []float32, lo int, slots *[optim.MaxSlots][]float32) (most float32) {
	if s.fault == "measures otherwise" {
		p[0] += 0.01
	}
	s.Update(p, grad, [optim.MaxSlots][]float32{slots[0][lo : lo+len(p)]})
	if s.fault == "measures nothing" {
		return 0
	}
	return float32(largest(p))
}

func TestCheckRuleFinds(t *testing.T) {
	b := openBackend(t, "gonum")
	for fault, want := range map[string]string{
		"none":               "",
		"no stepper":         "onlyBegins",
		"counts calls":       "uninterrupted",
		"counts steps":       "uninterrupted",
		"knows its place":    "in parts",
		"divides":            "gradients of 0",
		"stays":              "have moved nothing",
		"writes gradients":   "Update changes gradient",
		"slot's bound":       "beyond its bound",
		"parameter's bound":  "beyond its bound",
		"measures otherwise": "by UpdateMeasured",
		"measures nothing":   "UpdateMeasured returns 0",
	} {
		err := CheckRule(wrongRule{fault}, Backend(b))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", fault, err, want)
		}
	}
}

// wrongMomentum is a wrongRule whose momentum moves, with one fault.
type wrongMomentum struct{ wrongRule }

func (r wrongMomentum) Stepper() optim.Stepper {
	return &wrongMomentumStepper{wrongStepper: wrongStepper{fault: r.fault}, momentum: 0.5}
}

type wrongMomentumStepper struct {
	wrongStepper
	momentum float32
}

func (s *wrongMomentumStepper) Momentum() (own float64, ok bool) {
	if s.fault == "own of one" {
		return 1, true
	}
	return 0.5, true
}

func (*wrongMomentumStepper) Momenta(_, _ float64) {}

func (s *wrongMomentumStepper) SetMomentum(m float64) {
	s.momentum = float32(m)
	if s.fault == "sets another" {
		s.momentum += 0.01
	}
}

func (s *wrongMomentumStepper) Update(p, grad []float32, slots [optim.MaxSlots][]float32) {
	for i, g := range grad {
		slots[0][i] = s.momentum*slots[0][i] + g
		p[i] -= s.rate * slots[0][i]
	}
}

func (s *wrongMomentumStepper) UpdateMeasured(p, grad []float32, lo int, slots *[optim.MaxSlots][]float32) (most float32) {
	s.Update(p, grad, [optim.MaxSlots][]float32{slots[0][lo : lo+len(p)]})
	return float32(largest(p))
}

func (s *wrongMomentumStepper) Bound(b *optim.Bounds, grad float64) (between float64) {
	m := float64(s.momentum)
	if s.fault == "bounds its own" {
		m = 0.5
	}
	b.Slots[0] = (m*b.Slots[0] + grad) * (1 + 0x1p-20)
	b.Param = (b.Param + float64(s.rate)*b.Slots[0]) * (1 + 0x1p-20)
	return b.Param
}

func TestCheckRuleFindsMomenta(t *testing.T) {
	b := openBackend(t, "gonum")
	for fault, want := range map[string]string{
		"none":           "",
		"own of one":     "momentum is 1, want at least 0 and below 1",
		"sets another":   "without SetMomentum",
		"bounds its own": "beyond its bound",
	} {
		err := CheckRule(wrongMomentum{wrongRule{fault}}, Backend(b))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", fault, err, want)
		}
	}
}

// TestLayers: a rule about names that the check's own network does not have.
func TestLayers(t *testing.T) {
	b := openBackend(t, "gonum")
	r := optim.Groups(optim.AdamW(0.01), optim.ByName("layers.7.*").RateFactor(0.5))
	if err := CheckRule(r, Backend(b)); err == nil || !strings.Contains(err.Error(), `unknown tensor "layers.7.*"`) {
		t.Errorf("error %v, want the rule's", err)
	}
	var layers []layer.Layer
	for range 4 {
		layers = append(layers, activation.Tanh(), layer.Dense(3))
	}
	if err := CheckRule(r, Backend(b), Layers(tensor.Shape{2}, layer.Stack(layers...))); err != nil {
		t.Error(err)
	}
}
