package nn

import (
	"errors"
	"math"
	"time"
)

// StepInfo is what callbacks are told after each batch.
type StepInfo struct {
	Epoch   int     // counted from 1 over the trainer's life
	Step    int     // batches so far, counted likewise
	Loss    float64 // of the batch, before the step
	Rate    float64 // learning rate of the last optimizer step
	Samples int     // rows of the batch
}

// EpochInfo is what callbacks are told after each epoch.
type EpochInfo struct {
	Epoch         int     // counted from 1 over the trainer's life
	Steps         int     // batches of the epoch
	Samples       int     // samples of the epoch
	Loss          float64 // mean over the epoch's samples, each as it was when its batch came
	Accuracy      float64 // likewise, of samples that are right in all their labels; NaN if the loss does not classify
	LabelAccuracy float64 // likewise, of labels that are right: see Metrics
	Rate          float64 // learning rate of the last optimizer step

	Validation *Metrics // on the data of Validate, after the epoch; nil without

	TrainTime        time.Duration // training alone, without evaluation
	EvalTime         time.Duration // validations of the epoch
	SamplesPerSecond float64       // Samples over TrainTime
}

// MonitoredLoss is the validation loss if there is one, or the training loss.
func (e *EpochInfo) MonitoredLoss() float64 {
	if e.Validation != nil {
		return e.Validation.Loss
	}
	return e.Loss
}

// History is what a call of Fit has done.
type History struct {
	Epochs       []EpochInfo  // the whole ones
	Validations  []Validation // all, in their order
	Steps        int          // batches, of an epoch that was cut short too
	BestEpoch    int          // number of the epoch with the lowest MonitoredLoss; 0 if no epoch was whole
	Restored     *Validation  // the one whose weights EarlyStop has gone back to; nil if they are those of the last step
	StoppedEarly bool         // by EarlyStop or another callback, before all epochs were done
}

// record is the callback that keeps h.
func record(h *History) Callback {
	return Callback{
		Step:      func(*Run, *StepInfo) error { h.Steps++; return nil },
		Validated: func(_ *Run, v *Validation) error { h.Validations = append(h.Validations, *v); return nil },
		Epoch:     func(_ *Run, e *EpochInfo) error { h.add(*e); return nil },
		End:       func(_ *Run, cause error) error { h.StoppedEarly = errors.Is(cause, ErrStop); return nil },
	}
}

func (h *History) add(e EpochInfo) {
	h.Epochs = append(h.Epochs, e)
	if h.BestEpoch == 0 || better(false, e.MonitoredLoss(), h.Epochs[h.BestEpoch-h.Epochs[0].Epoch].MonitoredLoss()) {
		h.BestEpoch = e.Epoch
	}
}

// better reports whether a value is more than the reference, or, unless higher is better,
// less. Any number is better than NaN, and NaN than nothing.
func better(higher bool, value, reference float64) bool {
	if math.IsNaN(reference) {
		return !math.IsNaN(value)
	}
	if higher {
		return value > reference
	}
	return value < reference
}
