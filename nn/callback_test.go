package nn_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// told is a callback that notes what it is told.
func told(name string, notes *[]string) nn.Callback {
	note := func(format string, a ...any) { *notes = append(*notes, name+" "+fmt.Sprintf(format, a...)) }
	return nn.Callback{
		Name:      name,
		Start:     func(*nn.Run) error { note("start"); return nil },
		Step:      func(_ *nn.Run, s *nn.StepInfo) error { note("step %d", s.Step); return nil },
		Validated: func(_ *nn.Run, v *nn.Validation) error { note("validation %d in %d", v.Step, v.Epoch); return nil },
		Epoch:     func(_ *nn.Run, e *nn.EpochInfo) error { note("epoch %d", e.Epoch); return nil },
		End:       func(_ *nn.Run, cause error) error { note("end: %v", cause); return nil },
	}
}

// TestCallbacksAreToldInOrder: in the order given, the end in reverse with its cause, whatever
// that is. The one in the middle does what ends training.
func TestCallbacksAreToldInOrder(t *testing.T) {
	known := classes(1, 20, 6, 3)
	full := errors.New("the disk is full")
	whole := "a start, b start, a step 1, b step 1, a step 2, b step 2, a validation 2 in 1, b validation 2 in 1, a epoch 1, b epoch 1, " +
		"a step 3, b step 3, a step 4, b step 4, a validation 4 in 2, b validation 4 in 2, a epoch 2, b epoch 2"
	upTo := func(last string) string { return whole[:strings.Index(whole, last)+len(last)] }
	for name, c := range map[string]struct {
		middle func(cancel func()) nn.Callback
		want   string
		cause  string // a part of the end's
		is     error  // Fit's error, and what the cause is
		early  bool
	}{
		"after all epochs": {func(func()) nn.Callback { return nn.Callback{} }, whole, "<nil>", nil, false},
		"ErrStop in a step": {func(func()) nn.Callback {
			return nn.Callback{Step: func(_ *nn.Run, s *nn.StepInfo) error { return stopAt(s.Step == 3) }}
		}, upTo("b step 3"), "nn: callback after step 3: enough: nn: stop training", nil, true},
		"ErrStop of a validation": {func(func()) nn.Callback {
			return nn.Callback{Name: "x", Validated: func(*nn.Run, *nn.Validation) error { return stopAt(true) }}
		}, upTo("b epoch 1"), "nn: callback x after validation at step 2: enough", nil, true},
		"ErrStop of an epoch": {func(func()) nn.Callback {
			return nn.Callback{Epoch: func(*nn.Run, *nn.EpochInfo) error { return stopAt(true) }}
		}, upTo("b epoch 1"), "after epoch 1: enough", nil, true},
		"ErrStop at the start": {func(func()) nn.Callback {
			return nn.Callback{Start: func(*nn.Run) error { return stopAt(true) }}
		}, "a start", "nn: callback: enough", nil, true},
		"an error at the start": {func(func()) nn.Callback { return nn.Callback{Start: func(*nn.Run) error { return full }} }, "a start", "full", full, false},
		"an error in a step": {func(func()) nn.Callback {
			return nn.Callback{Step: func(*nn.Run, *nn.StepInfo) error { return full }}
		}, upTo("a step 1"), "full", full, false},
		"an error of a validation": {func(func()) nn.Callback {
			return nn.Callback{Validated: func(*nn.Run, *nn.Validation) error { return full }}
		}, upTo("a validation 2 in 1"), "full", full, false},
		"an error of an epoch after ErrStop of its validation": {func(func()) nn.Callback {
			return nn.Callback{
				Validated: func(*nn.Run, *nn.Validation) error { return nn.ErrStop },
				Epoch:     func(*nn.Run, *nn.EpochInfo) error { return full },
			}
		}, upTo("a epoch 1"), "full", full, false},
		"a cancelled context": {func(cancel func()) nn.Callback {
			return nn.Callback{Epoch: func(*nn.Run, *nn.EpochInfo) error { cancel(); return nil }}
		}, upTo("b epoch 1"), "fit stopped in epoch 2 after 0 of its batches: context canceled", context.Canceled, false},
		"a step that fails": {func(func()) nn.Callback {
			return nn.Callback{Step: func(r *nn.Run, s *nn.StepInfo) error {
				w, b, err := r.Trainer.Network().Weights(0)
				b[0] = float32(math.Inf(1))
				return errors.Join(err, r.Trainer.Network().SetWeights(0, w, b))
			}}
		}, upTo("b step 1"), "loss is", new(nn.NonFiniteError), false},
		"a panic": {func(func()) nn.Callback {
			return nn.Callback{Step: func(*nn.Run, *nn.StepInfo) error { panic("burnt") }}
		}, upTo("a step 1"), "burnt", new(nn.PanicError), false},
	} {
		t.Run(name, func(t *testing.T) {
			var notes []string
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			tr := newTrainer(t)
			h, err := tr.Fit(ctx, known, nn.Epochs(2), nn.Batch(10), nn.Validate(known), told("a", &notes), c.middle(cancel), told("b", &notes))
			// Ends come in reverse, of those that have started.
			ends := []string{"b", "a"}
			if c.want == "a start" {
				ends = ends[1:]
			}
			if len(notes) < len(ends) {
				t.Fatalf("told %q", notes)
			}
			for i, who := range ends {
				got := notes[len(notes)-len(ends)+i]
				if !strings.HasPrefix(got, who+" end: ") || !strings.Contains(got, c.cause) {
					t.Errorf("the end is %q, want that of %s with %q", got, who, c.cause)
				}
			}
			if got := strings.Join(notes[:len(notes)-len(ends)], ", "); got != c.want {
				t.Errorf("told\n%s, want\n%s", got, c.want)
			}
			switch want := c.is.(type) {
			case *nn.NonFiniteError:
				if !errors.As(err, &want) {
					t.Errorf("Fit returned %v, want a %T", err, want)
				}
			case *nn.PanicError:
				if !errors.As(err, &want) {
					t.Errorf("Fit returned %v, want a %T", err, want)
				}
			default:
				if !errors.Is(err, c.is) || c.is == nil && err != nil {
					t.Errorf("Fit returned %v, want %v", err, c.is)
				}
			}
			if h.StoppedEarly != c.early || len(h.Epochs) != strings.Count(c.want, "a epoch") {
				t.Errorf("history: stopped early %t, %d epochs", h.StoppedEarly, len(h.Epochs))
			}
			// Nothing is left under way.
			if _, err := newTrainer(t).Fit(context.Background(), known, nn.Epochs(1)); err != nil {
				t.Error(err)
			}
		})
	}
}

func stopAt(now bool) error {
	if now {
		return fmt.Errorf("enough: %w", nn.ErrStop)
	}
	return nil
}

// TestEndsThatFail: each error arrives beside the cause, the others are called all the same.
func TestEndsThatFail(t *testing.T) {
	known := classes(1, 20, 6, 3)
	full, torn := errors.New("the disk is full"), errors.New("torn")
	var notes []string
	h, err := newTrainer(t).Fit(context.Background(), known, nn.Epochs(1),
		told("a", &notes),
		nn.Callback{Name: "x", End: func(*nn.Run, error) error { return full }},
		nn.Callback{End: func(*nn.Run, error) error { panic("burnt") }},
		nn.Callback{End: func(*nn.Run, error) error { return nn.ErrStop }}, // too late to mean anything
		nn.Callback{Epoch: func(*nn.Run, *nn.EpochInfo) error { return torn }},
	)
	var panicked *nn.PanicError
	if !errors.Is(err, torn) || !errors.Is(err, full) || !errors.As(err, &panicked) || !strings.Contains(err.Error(), "nn: callback x at the end: the disk is full") {
		t.Errorf("Fit returned %v", err)
	}
	if errors.Is(err, nn.ErrStop) || h.StoppedEarly {
		t.Errorf("an ErrStop of the end counts: %v", err)
	}
	if last := notes[len(notes)-1]; !strings.HasPrefix(last, "a end: ") {
		t.Errorf("the last note is %q", last)
	}
}

// TestCallbacksDoAsTheyLike: in every function weights may be read, used and changed.
func TestCallbacksDoAsTheyLike(t *testing.T) {
	known := classes(1, 20, 6, 3)
	calls := 0
	use := func(r *nn.Run) error {
		calls++
		net := r.Trainer.Network()
		_, errPredict := net.Predict(known.X)
		_, errEvaluate := r.Trainer.Evaluate(r.Validation, r.Metrics...)
		w, b, errRead := net.Weights(0)
		var s nn.Snapshot
		return errors.Join(errPredict, errEvaluate, errRead, net.SetWeights(0, w, b), net.Save(io.Discard, nil), s.Take(net), s.Restore(net))
	}
	fit(t, newTrainer(t), known, nn.Epochs(1), nn.Batch(10), nn.Validate(known, metric.Accuracy()), nn.Callback{
		Start:     use,
		Step:      func(r *nn.Run, _ *nn.StepInfo) error { return use(r) },
		Validated: func(r *nn.Run, _ *nn.Validation) error { return use(r) },
		Epoch:     func(r *nn.Run, _ *nn.EpochInfo) error { return use(r) },
		End:       func(r *nn.Run, _ error) error { return use(r) },
	})
	if calls != 6 {
		t.Errorf("%d calls, want 6", calls)
	}
}

// TestRunTells has a callback look at the configuration and the progress, in a second Fit too.
func TestRunTells(t *testing.T) {
	known := classes(1, 25, 6, 3)
	tr := newTrainer(t, nn.Accumulate(2))
	var seen []optim.Progress
	look := nn.Callback{Start: func(r *nn.Run) error {
		if r.Trainer != tr || r.Context == nil || r.Batch != 10 || r.Epochs != 2 || r.Validation != nil || len(r.Metrics) != 0 || r.Data.Info().Rows != 25 || r.History.Steps != 0 {
			t.Errorf("the run is %+v", r)
		}
		seen = append(seen, r.Progress())
		return nil
	}, Epoch: func(r *nn.Run, e *nn.EpochInfo) error {
		if r.History.Steps != 3*len(r.History.Epochs) {
			t.Errorf("%d steps and %d epochs in the history so far", r.History.Steps, len(r.History.Epochs))
		}
		seen = append(seen, r.Progress())
		return nil
	}}
	for range 2 {
		fit(t, tr, known, nn.Epochs(2), nn.Batch(10), look)
	}
	want := []optim.Progress{{Step: 1, Steps: 4, Epoch: 1, Epochs: 2}, {Step: 3, Steps: 4, Epoch: 1, Epochs: 2}, {Step: 5, Steps: 4, Epoch: 2, Epochs: 2},
		{Step: 5, Steps: 8, Epoch: 3, Epochs: 4}, {Step: 7, Steps: 8, Epoch: 3, Epochs: 4}, {Step: 9, Steps: 8, Epoch: 4, Epochs: 4}}
	if !slices.Equal(seen, want) {
		t.Errorf("progress is %v, want %v", seen, want)
	}
}

// keeper is a callback whose state is a text.
func keeper(name string, text *string) nn.Callback {
	return nn.Callback{
		Name: name,
		Save: func() ([]byte, error) { return []byte(*text), nil },
		Load: func(state []byte) error { *text = string(state); return nil },
	}
}

// TestStatesOfCallbacks: states go to the callback of their name, before and after whoever
// brings them; mistakes end Fit before the first step.
func TestStatesOfCallbacks(t *testing.T) {
	known := classes(1, 20, 6, 3)
	bring := func(states map[string][]byte) nn.Callback {
		return nn.Callback{Name: "resume", Start: func(r *nn.Run) error { return r.SetState(states) }}
	}
	one, two, three := "1", "2", "3"
	var got map[string][]byte
	fit(t, newTrainer(t), known, nn.Epochs(1), keeper("one", &one), bring(map[string][]byte{"one": []byte("I"), "two": []byte("II")}), keeper("two", &two), keeper("three", &three),
		nn.Callback{Epoch: func(r *nn.Run, _ *nn.EpochInfo) (err error) { got, err = r.State(); return err }})
	if one != "I" || two != "II" || three != "3" || len(got) != 3 || string(got["one"]) != "I" || string(got["three"]) != "3" {
		t.Errorf("states are %q, %q, %q, and all %q", one, two, three, got)
	}
	bad := errors.New("of another version")
	refuses := keeper("one", &one)
	refuses.Load = func([]byte) error { return bad }
	for name, c := range map[string]struct {
		opts []nn.FitOption
		want string
	}{
		"a state of nobody":      {[]nn.FitOption{bring(map[string][]byte{"four": nil}), keeper("one", &one)}, `nn: there are states of callbacks that this Fit does not have: ["four"]`},
		"a state that is broken": {[]nn.FitOption{bring(map[string][]byte{"one": nil}), refuses}, "nn: state of callback one: of another version"},
		"one that has started":   {[]nn.FitOption{refuses, bring(map[string][]byte{"one": nil})}, "nn: callback resume: state of callback one: of another version"},
		"two of one name":        {[]nn.FitOption{keeper("one", &one), keeper("one", &two)}, `fit: a callback with a state is called "one", want a name that no other has`},
		"no name":                {[]nn.FitOption{keeper("", &one)}, `fit: a callback with a state is called "", want a name that no other has`},
		"Save alone":             {[]nn.FitOption{nn.Callback{Name: "x", Save: refuses.Save}}, "callback x: Load is nil, want one beside Save"},
		"Load alone":             {[]nn.FitOption{nn.Callback{Name: "x", Load: refuses.Load}}, "callback x: Save is nil, want one beside Load"},
		"nonsense to early stopping": {[]nn.FitOption{nn.Validate(known), nn.EarlyStop(nn.ValidationLoss(), 1), bring(map[string][]byte{"early_stop(loss)": []byte("?")})},
			"nn: callback resume: state of callback early_stop(loss): "},
	} {
		h, err := newTrainer(t).Fit(context.Background(), known, c.opts...)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || h.Steps != 0 {
			t.Errorf("%s: %v after %d steps, want %q", name, err, h.Steps, c.want)
		}
	}
}

func (scripted) Check(loss.Link, int) error                  { return nil }
func (scripted) Merge(metric.State) error                    { return nil }
func (scripted) Add(_, _ tensor.Matrix, _ data.Target) error { return nil }
func (endless) String() string                               { return "endless" }
func (endless) Validate(p optim.Progress) error {
	if p.Steps < math.MaxInt {
		return errors.New("endless: it ends")
	}
	return nil
}
func (endless) Rate(base float64, _ optim.Progress) float64 { return base }
