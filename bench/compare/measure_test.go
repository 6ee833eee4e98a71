package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/bench"
)

// scripted is a rival that answers from a list and keeps account of its turns.
type scripted struct {
	name    string
	nanos   []float64
	answer  answer
	err     error
	journal *[]string
	closed  bool
	seeds   []uint64
}

func (s *scripted) describe() description { return description{Name: s.name} }
func (s *scripted) close() error          { s.closed = true; return nil }
func (s *scripted) do(_ context.Context, t task, _ timing) (answer, error) {
	*s.journal = append(*s.journal, s.name)
	if m, ok := t.(mnist); ok {
		s.seeds = append(s.seeds, m.Seed)
	}
	a := s.answer
	if len(s.nanos) > 0 {
		a.Nanos, s.nanos = s.nanos[0], s.nanos[1:]
	}
	return a, s.err
}

// contest is a meter over scripted rivals.
func contest(rounds int, rivals ...*scripted) (*meter, *[]string) {
	journal := &[]string{}
	m := &meter{effort: effort{rounds: rounds}, opened: func(entrant, int, description) {}, absent: func(entrant) {}}
	for _, r := range rivals {
		r.journal = journal
		m.entrants = append(m.entrants, entrant{name: r.name, does: []kind{products, training, accuracy},
			open: func(context.Context, int) (rival, error) { return r, nil }})
	}
	return m, journal
}

var small = product{sized(bench.NN, 2, 3, 4), bench.Plain, "float32"}

func TestMeasureInterleavesAndKeepsTheLeast(t *testing.T) {
	right := answer{Checksum: expectedChecksum(small)}
	m, journal := contest(3,
		&scripted{name: "neurona", nanos: []float64{30, 10, 20}, answer: right},
		&scripted{name: "A", nanos: []float64{40, 50, 60}, answer: right},
		&scripted{name: "B", nanos: []float64{39, 38, 37}, answer: right})
	got, err := m.measure(t.Context(), products, row{small, 1})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{10, 40, 37} {
		if r := got.Readings[i]; r.Nanos != want || len(r.Samples) != 3 || !r.counts() {
			t.Errorf("%s: %+v, want %g of 3 samples", r.Rival, r, want)
		}
	}
	want := "neurona A B A B neurona B neurona A"
	if order := strings.Join(*journal, " "); order != want {
		t.Errorf("order is %s, want %s", order, want)
	}
}

func TestMeasureLeavesTheSlowAlone(t *testing.T) {
	for _, test := range []struct {
		name            string
		neurona, theirs float64
		visits          int
	}{
		{"as long as it may be", slowCall, slowFactor * slowCall, 5},
		{"too long", slowCall, slowFactor*slowCall + 1, slowRounds},
		{"short", 1, slowCall, 5},
	} {
		t.Run(test.name, func(t *testing.T) {
			right := answer{Nanos: test.neurona, Checksum: expectedChecksum(small)}
			slow := right
			slow.Nanos = test.theirs
			m, journal := contest(5, &scripted{name: "neurona", answer: right}, &scripted{name: "A", answer: slow})
			if _, err := m.measure(t.Context(), products, row{small, 1}); err != nil {
				t.Fatal(err)
			}
			if want := 5 + test.visits; len(*journal) != want {
				t.Errorf("%d visits, want %d: %v", len(*journal), want, *journal)
			}
		})
	}
}

func TestMeasureWhatGoesWrong(t *testing.T) {
	right := answer{Nanos: 100, Checksum: expectedChecksum(small)}
	wrong := answer{Nanos: 1, Checksum: expectedChecksum(small) + 1}
	m, journal := contest(3,
		&scripted{name: "neurona", answer: right},
		&scripted{name: "wrong", answer: wrong},
		&scripted{name: "broken", err: errors.New("out of memory")},
		&scripted{name: "other", err: &declined{"training only"}},
		&scripted{name: "gone"}, &scripted{name: "elsewhere"})
	lost := 0
	m.absent = func(entrant) { lost++ }
	m.entrants[4].open = func(context.Context, int) (rival, error) { return nil, errors.New("no library") }
	m.entrants[5].reason = &missing{"not here", "fetch it"}
	got, err := m.measure(t.Context(), products, row{small, 1})
	if err != nil {
		t.Fatal(err)
	}
	if f := got.Readings[1].Failure; !strings.Contains(f, errDifferent.Error()) {
		t.Errorf("a wrong result is %q", f)
	}
	if f := got.Readings[2].Failure; f != "out of memory" {
		t.Errorf("a failure is %q", f)
	}
	for i, want := range map[int]string{3: "training only", 4: "does not start: no library", 5: "not asked"} {
		if r := got.Readings[i]; r.Declined != want || r.Failure != "" {
			t.Errorf("%s: %+v, want declined with %q", r.Rival, r, want)
		}
	}
	if lost != 1 || m.entrants[4].reason == nil {
		t.Errorf("the rival that does not start was noted %d times, want once", lost)
	}
	// Whoever is out is not asked again.
	if want := 3 + 1 + 1 + 1; len(*journal) != want {
		t.Errorf("%d visits, want %d: %v", len(*journal), want, *journal)
	}
	for _, r := range got.Readings[1:] {
		if r.counts() {
			t.Errorf("%s counts", r.Rival)
		}
	}
}

func TestMeasureTakesTheMedianOfSeeds(t *testing.T) {
	neurona := &scripted{name: "neurona", nanos: []float64{50, 90, 10}, answer: answer{Accuracy: 0.99}}
	m, _ := contest(3, neurona)
	got, err := m.measure(t.Context(), accuracy, row{newMNIST("", "float32", 1), 1})
	if err != nil {
		t.Fatal(err)
	}
	if r := got.Readings[0]; r.Nanos != 50 || !slices.Equal(neurona.seeds, []uint64{1, 2, 3}) {
		t.Errorf("median %g over seeds %v, want 50 over 1 2 3", r.Nanos, neurona.seeds)
	}
}

func TestMeasureEndsWhenAsked(t *testing.T) {
	m, _ := contest(3, &scripted{name: "neurona", answer: answer{Nanos: 1}})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.measure(ctx, products, row{small, 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestRivalsAreOpenedOncePerThreadsAndClosed(t *testing.T) {
	r := &scripted{name: "neurona", answer: answer{Nanos: 1, Checksum: expectedChecksum(small)}}
	m, _ := contest(2, r)
	var openings []string
	m.opened = func(e entrant, threads int, _ description) {
		openings = append(openings, fmt.Sprint(e.name, threads))
	}
	for _, threads := range []int{1, 2, 1} {
		if _, err := m.measure(t.Context(), products, row{small, threads}); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"neurona1", "neurona2"}; !slices.Equal(openings, want) {
		t.Errorf("opened %v, want %v", openings, want)
	}
	if err := m.close(); err != nil || !r.closed {
		t.Errorf("close: %v, closed %t", err, r.closed)
	}
}

func TestCheckLosses(t *testing.T) {
	s := step{TrainStep: bench.TrainStep{Sizes: []int{2, 1}, Batch: 4, Loss: "mse"}, Precision: "float32"}
	ours := answer{Losses: []float64{1, 0.5}}
	for name, test := range map[string]struct {
		a  answer
		ok bool
	}{
		"same":       {answer{Losses: []float64{1, 0.5}}, true},
		"near":       {answer{Losses: []float64{1, 0.50004}}, true},
		"far":        {answer{Losses: []float64{1, 0.51}}, false},
		"NaN":        {answer{Losses: []float64{math.NaN(), 0.5}}, false},
		"fewer":      {answer{Losses: []float64{1}}, false},
		"reference":  {answer{Losses: []float64{9, 9}, Reference: "other work"}, true},
		"none":       {answer{}, false},
		"later only": {answer{Losses: []float64{1, 2}}, false},
	} {
		c := newChecker(s)
		if err := c.check(true, ours); err != nil {
			t.Fatal(err)
		}
		if err := c.check(false, test.a); (err == nil) != test.ok || err != nil && !errors.Is(err, errDifferent) {
			t.Errorf("%s: %v, want ok %t", name, err, test.ok)
		}
	}
}

func TestLossTolerance(t *testing.T) {
	for _, test := range []struct {
		s         bench.TrainStep
		precision string
		want      float64
	}{
		{bench.TrainStep{Sizes: []int{784, 10}, Batch: 256, Loss: "ce"}, "float32", 1e-4},
		{bench.TrainStep{Sizes: []int{784, 2048}, Batch: 4, Loss: "mse"}, "float32", 0x1p-11},
		{bench.TrainStep{Sizes: []int{784, 1024}, Batch: 1024, Loss: "mse"}, "float32", 1e-3},
		{bench.TrainStep{Sizes: []int{784, 1024}, Batch: 1024, Loss: "mse"}, "bf16", 3e-2},
	} {
		if got := (step{TrainStep: test.s, Precision: test.precision}).lossTolerance(); got != test.want {
			t.Errorf("%v %s: %g, want %g", test.s, test.precision, got, test.want)
		}
	}
}
