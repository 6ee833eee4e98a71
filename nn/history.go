package nn

import (
	"math"
	"time"
)

// StepInfo is what a callback is told after each batch.
type StepInfo struct {
	Epoch   int     // counted from 1 over the trainer's life
	Step    int     // batches so far, counted likewise
	Loss    float64 // of the batch, before the step
	Rate    float64 // learning rate of the last optimizer step
	Samples int     // rows of the batch
}

// EpochInfo is what a callback is told after each epoch.
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
	EvalTime         time.Duration // evaluation
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
	Epochs       []EpochInfo // the whole ones
	Steps        int         // batches, of an epoch that was cut short too
	BestEpoch    int         // number of the epoch with the lowest MonitoredLoss; 0 if no epoch was whole
	StoppedEarly bool        // by EarlyStop or a callback, before all epochs were done
}

// add records an epoch and reports whether it is the best so far.
func (h *History) add(e EpochInfo) (best bool) {
	h.Epochs = append(h.Epochs, e)
	if h.BestEpoch == 0 || improves(e.MonitoredLoss(), h.best().MonitoredLoss()) {
		h.BestEpoch = e.Epoch
		return true
	}
	return false
}

// best is the record of BestEpoch.
func (h *History) best() *EpochInfo {
	return &h.Epochs[h.BestEpoch-h.Epochs[0].Epoch]
}

// earlyStop watches for epochs that bring no improvement.
type earlyStop struct {
	patience int
	minDelta float64

	reference float64 // the loss to improve on
	waited    int     // epochs since
	started   bool
}

// done is told the loss of each epoch and reports whether patience is at an
// end.
func (s *earlyStop) done(loss float64) bool {
	if !s.started || improves(loss, s.reference-s.minDelta) {
		s.started, s.reference, s.waited = true, loss, 0
		return false
	}
	s.waited++
	return s.waited >= s.patience
}

// improves reports whether loss is less than reference. Any number is less
// than NaN.
func improves(loss, reference float64) bool {
	return loss < reference || math.IsNaN(reference) && !math.IsNaN(loss)
}
