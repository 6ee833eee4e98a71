package nn

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/metric"
)

// EarlyStopOption changes one thing about EarlyStop.
type EarlyStopOption func(*earlyStop)

// MinDelta sets by how much a value has to be better than the last that was, in the metric's
// unit, for patience to begin anew. The default is 0. The best weights are those of the best
// value, however little better it is.
func MinDelta(d float64) EarlyStopOption { return func(s *earlyStop) { s.minDelta = d } }

// EarlyStop ends training when m, a metric or ValidationLoss, has not become better for
// patience validations: epochs, unless ValidateEvery asks for more. It needs Validate, which
// then computes m too. NaN is never better, and any number is better than NaN.
//
// Whatever ends training, early or not, a context, a callback or an error, the
// network goes back to the weights of the validation with the best value,
// History.Restored. If there was no validation, the weights are those of the last
// step. What an optimizer keeps stays as the last step has left it.
func EarlyStop(m metric.Metric, patience int, opts ...EarlyStopOption) Callback {
	s := &earlyStop{metric: m, patience: patience}
	s.err = apply("early stopping", opts, s)
	return s.callback("early_stop")
}

// callback is s under a name.
func (s *earlyStop) callback(name string) Callback {
	if s.metric == nil {
		s.err = fault.Nil(strings.ReplaceAll(name, "_", " "), "metric", "one such as metric.Accuracy() or ValidationLoss()")
		return Callback{Name: name, Start: s.start}
	}
	return Callback{
		Name:    name + "(" + s.metric.String() + ")",
		Metrics: []metric.Metric{s.metric},
		Start:   s.start, Validated: s.validated, End: s.end,
		Save: s.save, Load: s.load,
	}
}

// earlyStop watches for validations that bring no improvement.
type earlyStop struct {
	metric   metric.Metric
	patience int
	minDelta float64
	err      error // of an option

	net     *Network
	weights Snapshot // after the best validation
	state   earlyState
}

// earlyState is what it remembers beside them, in the form in which it is saved.
type earlyState struct {
	Started   bool
	Reference float64    // the value to improve on
	Waited    int        // validations since
	Value     float64    // the best
	Best      Validation // the one that gave it
}

func (s *earlyStop) start(r *Run) error {
	switch {
	case s.err != nil:
		return s.err
	case s.patience < 1:
		return fault.Value("early stopping", "patience", float64(s.patience), "at least 1 validation")
	case !(s.minDelta >= 0 && s.minDelta <= math.MaxFloat64):
		return fault.Value("early stopping", "least improvement", s.minDelta, "a finite number, at least 0")
	}
	s.net = r.Trainer.Network()
	s.state, s.weights = earlyState{}, Snapshot{}
	return nil
}

func (s *earlyStop) validated(_ *Run, v *Validation) error {
	value, _ := v.Value(s.metric.String())
	higher, state := s.metric.Higher(), &s.state
	if !state.Started || better(higher, value, state.Value) {
		if err := s.weights.Take(s.net); err != nil {
			return err
		}
		state.Value, state.Best = value, *v
	}
	enough := state.Reference - s.minDelta
	if higher {
		enough = state.Reference + s.minDelta
	}
	if !state.Started || better(higher, value, enough) {
		state.Started, state.Reference, state.Waited = true, value, 0
		return nil
	}
	if state.Waited++; state.Waited < s.patience {
		return nil
	}
	return fmt.Errorf("%s has not improved on %v for %d validations: %w", s.metric, state.Reference, state.Waited, ErrStop)
}

func (s *earlyStop) end(r *Run, _ error) error {
	if !s.state.Started {
		return nil
	}
	best := s.state.Best
	if err := s.weights.Restore(s.net); err != nil {
		return fmt.Errorf("going back to the weights of epoch %d, step %d: %w", best.Epoch, best.Step, err)
	}
	s.weights = Snapshot{} // which takes memory
	r.History.Restored = &best
	return nil
}

// earlyFile is earlyState with the weights as a file has them.
type earlyFile struct {
	State   earlyState
	Weights []byte
}

func (s *earlyStop) save() ([]byte, error) {
	var weights bytes.Buffer
	if err := writeTensors(&weights, nil, s.weights.tensors); err != nil {
		return nil, err
	}
	return encoded(earlyFile{s.state, weights.Bytes()})
}

func (s *earlyStop) load(text []byte) error {
	var file earlyFile
	if err := decode(text, &file); err != nil {
		return err
	}
	var weights Snapshot
	if file.State.Started {
		f, err := openTensors(bytes.NewReader(file.Weights))
		if err != nil {
			return err
		}
		weights.tensors = s.net.fileTensors()
		if err := f.read(weights.tensors); err != nil {
			return err
		}
	}
	s.state, s.weights = file.State, weights
	return nil
}
