package nn_test

import (
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/optim"
)

// TestPlateauInFit: trainers share a schedule, each rate follows from the losses of its own
// validations, or of its epochs without any.
func TestPlateauInFit(t *testing.T) {
	train, validation := classes(1, 30, 6, 3), classes(2, 30, 6, 3)
	schedule := optim.Warmup(4, optim.Plateau(0.5, 1, optim.Threshold(0.05), optim.Cooldown(1)))
	for name, opts := range map[string][]nn.FitOption{
		"validations":        {nn.Validate(validation)},
		"validations within": {nn.Validate(validation), nn.ValidateEvery(2)},
		"epochs":             nil,
	} {
		t.Run(name, func(t *testing.T) {
			tr := plain(t, nn.Schedule(schedule))
			oracle := optim.Start(schedule)
			step := 0
			opts := append(opts, nn.Batch(10), nn.Epochs(30), nn.Callback{
				Step: func(_ *nn.Run, s *nn.StepInfo) error {
					step++
					if want := oracle.Rate(0.5, optim.Progress{Step: step}); s.Rate != want {
						t.Fatalf("step %d: rate %v, want %v", step, s.Rate, want)
					}
					return nil
				},
				Validated: func(_ *nn.Run, v *nn.Validation) error {
					oracle.Observe(optim.Progress{Step: step + 1}, v.Loss)
					return nil
				},
				Epoch: func(r *nn.Run, e *nn.EpochInfo) error {
					if r.Validation == nil {
						oracle.Observe(optim.Progress{Step: step + 1}, e.Loss)
					}
					return nil
				},
			})
			h := fit(t, tr, train, opts...)
			if last := h.Epochs[len(h.Epochs)-1].Rate; !(last < 0.5) {
				t.Errorf("the last rate is %v: it has never fallen", last)
			}
			if !slices.Equal(tr.Optimizer().Observer().State(), oracle.State()) {
				t.Errorf("the state is %v, want %v", tr.Optimizer().Observer().State(), oracle.State())
			}
		})
	}
	// Outside of Fit the rate is constant until somebody observes.
	tr := plain(t, nn.Schedule(optim.Plateau(0.5, 0)))
	for _, want := range []float64{0.5, 0.5, 0.25} {
		if _, err := tr.Step(train.X, train.Target); err != nil || tr.Optimizer().Rate() != want {
			t.Errorf("rate %v, error %v, want %v", tr.Optimizer().Rate(), err, want)
		}
		tr.Optimizer().Observer().Observe(optim.Progress{Step: tr.Optimizer().Steps() + 1}, 1)
	}
	if o := newTrainer(t).Optimizer().Observer(); o != nil {
		t.Errorf("a constant rate observes by %v", o)
	}
}
