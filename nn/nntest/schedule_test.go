package nntest

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn/initial"
	"github.com/neurona-ml/neurona/nn/optim"
)

// wrongSchedule halves the rate whenever a value is worse than the one before, with one fault.
type wrongSchedule struct{ fault string }

// asked is what a schedule with memory has been asked for.
var asked int

func (s wrongSchedule) String() string { return s.fault }

func (s wrongSchedule) Validate(p optim.Progress) error {
	if s.fault == "short trainings" && p.Steps == 1 {
		return errors.New("want two steps")
	}
	return nil
}

func (s wrongSchedule) Rate(base float64, p optim.Progress) float64 {
	switch s.fault {
	case "negative":
		return base - 1e-4*float64(p.Step)
	case "divides":
		return base / float64(p.Steps-p.Step)
	case "counts":
		asked++
		return base / float64(asked)
	}
	return base
}

func (s wrongSchedule) Start() optim.Observer {
	if s.fault == "shares" {
		return sharedObserver
	}
	return &wrongObserver{wrongSchedule: s, factor: 1}
}

var sharedObserver = &wrongObserver{wrongSchedule: wrongSchedule{"shares"}, factor: 1}

type wrongObserver struct {
	wrongSchedule
	last, factor float64
}

func (o *wrongObserver) Observe(_ optim.Progress, value float64) {
	if value > o.last {
		o.factor /= 2
	}
	if o.fault == "follows the loss" {
		o.factor = value
	}
	if value-value == 0 {
		o.last = value
	}
}

func (o *wrongObserver) Rate(base float64, _ optim.Progress) float64 {
	if o.fault == "falls when asked" {
		o.factor *= 0.99
	}
	return base * o.factor
}

func (o *wrongObserver) State() []float64 {
	if o.fault == "forgets" {
		return []float64{0, o.factor}
	}
	return []float64{o.last, o.factor}
}

func (o *wrongObserver) SetState(state []float64) error {
	if len(state) != 2 && o.fault == "takes half a state" {
		o.factor = state[1] / 2
	}
	if len(state) != 2 && o.fault != "takes any state" {
		return errors.New("want two numbers")
	}
	if o.fault == "refuses its state" && state[1] != 1 {
		return errors.New("want 1")
	}
	o.last, o.factor = state[0], state[1]
	return nil
}

// wrongMomenta is a schedule that moves the momentum, with one fault.
type wrongMomenta struct{ wrongSchedule }

func (s wrongMomenta) Momenta(own float64) (least, most float64, ok bool) {
	switch s.fault {
	case "upside down":
		return 0.9, 0.8, true
	case "up to one":
		return 0.8, 1, true
	}
	return 0.5, 0.9, s.fault != "moves all the same"
}

func (s wrongMomenta) Momentum(own float64, p optim.Progress) float64 {
	switch s.fault {
	case "beyond":
		return own
	case "counts momenta":
		asked++
		return 0.5 + 0.1*float64(asked%3)
	}
	return 0.7
}

func TestCheckScheduleFindsMomenta(t *testing.T) {
	for fault, want := range map[string]string{
		"none":               "",
		"upside down":        "from 0.9 to 0.8, want at least 0 and below 1",
		"up to one":          "from 0.8 to 1, want at least 0 and below 1",
		"moves all the same": "is 0.7, want from 0.25 to 0.25",
		"beyond":             "is 0.25, want from 0.5 to 0.9",
		"counts momenta":     "must follow from the rule's own and progress alone",
	} {
		err := CheckSchedule(wrongMomenta{wrongSchedule{fault}})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", fault, err, want)
		}
	}
}

func TestCheckScheduleFinds(t *testing.T) {
	for fault, want := range map[string]string{
		"none":               "",
		"short trainings":    "want two steps",
		"negative":           "want a finite number, at least 0",
		"divides":            "want a finite number, at least 0",
		"counts":             "must follow from base and progress alone",
		"shares":             "observers have memory in common",
		"follows the loss":   "want a finite number, at least 0",
		"falls when asked":   "and then",
		"forgets":            "gone on from the state",
		"takes any state":    "SetState takes 3 numbers",
		"takes half a state": "after a SetState that failed",
		"refuses its state":  "is refused",
	} {
		err := CheckSchedule(wrongSchedule{fault})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", fault, err, want)
		}
	}
}

// wrongInitialiser draws normal numbers, with one fault.
type wrongInitialiser struct{ fault string }

func (i wrongInitialiser) String() string { return i.fault }

func (i wrongInitialiser) Fill(rng *rand.Rand, fanIn, fanOut int, w, b []float32) {
	initial.HeNormal().Fill(rng, fanIn, fanOut, w, b)
	switch i.fault {
	case "infinite":
		w[len(w)-1] = float32(math.Inf(1))
	case "no biases":
		b[0] = nan
	case "own stream":
		w[0] = rand.Float32()
	case "too far":
		_ = w[:len(w)+1]
	}
}

func TestCheckInitialiserFinds(t *testing.T) {
	for fault, want := range map[string]string{
		"none":       "",
		"infinite":   "1 to 1: weight [0][0] is +Inf",
		"no biases":  "bias [0] is NaN",
		"own stream": "from the same stream",
		"too far":    "out of range",
	} {
		err := CheckInitialiser(wrongInitialiser{fault})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", fault, err, want)
		}
	}
}
