package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// reading is what one rival has shown at one row.
type reading struct {
	Rival     string    `json:"rival"`
	Nanos     float64   `json:"ns,omitempty"`        // least of the rounds; median of the seeds for trainings
	Samples   []float64 `json:"samples,omitempty"`   // ns of each round
	Losses    []float64 `json:"losses,omitempty"`    // of the first steps
	Settings  string    `json:"settings,omitempty"`  // how it was done, if there was a choice
	Reference string    `json:"reference,omitempty"` // not the same work, and why
	Epochs    int       `json:"epochs,omitempty"`
	Accuracy  float64   `json:"accuracy,omitempty"`
	Declined  string    `json:"declined,omitempty"` // why this rival does not do this
	Failure   string    `json:"failure,omitempty"`  // what went wrong

	answers []answer // of each round
}

// counts reports whether the reading is of the same work as ours.
func (r *reading) counts() bool { return r.Nanos > 0 && r.Failure == "" && r.Reference == "" }

// out reports whether the rival is not to be asked again.
func (r *reading) out() bool { return r.Declined != "" || r.Failure != "" }

// measured is a row with its readings; Readings[0] is neurona's.
type measured struct {
	row      row
	Readings []reading
}

// meter measures rows. It opens rivals when they are first needed and leaves
// them open.
type meter struct {
	entrants []entrant // neurona first
	effort   effort
	open     map[string]map[int]rival // by name and threads
	// opened is called with each rival that has been opened, absent with each
	// that does not start: it is not asked any more.
	opened func(e entrant, threads int, d description)
	absent func(e entrant)
}

// A rival that is slowFactor times slower than the fastest after slowRounds
// rounds, and whose calls are so long that asking again takes its time, is not
// asked again: what noise adds to calls as long as that is far less.
const (
	slowFactor = 4
	slowRounds = 2
	slowCall   = float64(20 * time.Millisecond)
)

// measure visits the rivals in turn, in several rounds, each of which another
// rival begins: what the machine does beside is spread over all.
func (m *meter) measure(ctx context.Context, k kind, r row) (measured, error) {
	result := measured{row: r, Readings: make([]reading, len(m.entrants))}
	check := newChecker(r.task)
	for i, e := range m.entrants {
		result.Readings[i].Rival = e.name
		if e.reason != nil || !slices.Contains(e.does, k) {
			result.Readings[i].Declined = "not asked"
		}
	}
	for round := range m.effort.roundsOf(k) {
		for turn := range m.entrants {
			i := (round + turn) % len(m.entrants)
			reading := &result.Readings[i]
			if reading.out() || round >= slowRounds && k != accuracy && slow(result.Readings, i) {
				continue
			}
			a, err := m.visit(ctx, &m.entrants[i], r, round)
			if ctx.Err() != nil {
				return result, ctx.Err()
			}
			if err == nil {
				err = check.check(i == 0, a)
			}
			reading.add(a, err, k)
		}
	}
	return result, nil
}

func slow(readings []reading, i int) bool {
	fastest := math.Inf(1)
	for _, r := range readings {
		if r.Nanos > 0 {
			fastest = min(fastest, r.Nanos)
		}
	}
	return readings[i].Nanos > max(slowFactor*fastest, slowCall)
}

// visit has a rival work at the row once.
func (m *meter) visit(ctx context.Context, e *entrant, r row, round int) (answer, error) {
	rival, err := m.rival(ctx, e, r.threads)
	if err != nil {
		return answer{}, err
	}
	t := r.task
	if training, ok := t.(mnist); ok {
		training.Seed = uint64(round) + 1
		t = training
	}
	return rival.do(ctx, t, m.effort.timing)
}

// rival returns the entrant opened for so many threads.
func (m *meter) rival(ctx context.Context, e *entrant, threads int) (rival, error) {
	if r, ok := m.open[e.name][threads]; ok {
		return r, nil
	}
	if e.reason != nil {
		return nil, &declined{e.reason.Error()}
	}
	r, err := e.open(ctx, threads)
	if err != nil {
		e.reason = fmt.Errorf("does not start: %w", err)
		m.absent(*e)
		return nil, &declined{e.reason.Error()}
	}
	if m.open == nil {
		m.open = map[string]map[int]rival{}
	}
	if m.open[e.name] == nil {
		m.open[e.name] = map[int]rival{}
	}
	m.open[e.name][threads] = r
	m.opened(*e, threads, r.describe())
	return r, nil
}

// close ends all rivals that were opened.
func (m *meter) close() error {
	var all []error
	for _, byThreads := range m.open {
		for _, r := range byThreads {
			all = append(all, r.close())
		}
	}
	return errors.Join(all...)
}

// add takes what a visit has brought.
func (r *reading) add(a answer, err error, k kind) {
	var no *declined
	if errors.As(err, &no) {
		r.Declined = no.why
		return
	}
	if err != nil {
		r.Failure = err.Error()
		return
	}
	r.Samples = append(r.Samples, a.Nanos)
	r.answers = append(r.answers, a)
	sorted := slices.SortedFunc(slices.Values(r.answers), func(a, b answer) int { return cmp.Compare(a.Nanos, b.Nanos) })
	told := sorted[0]
	if k == accuracy {
		told = sorted[len(sorted)/2] // the median; of an even number the upper one
	}
	r.Nanos, r.Losses, r.Settings, r.Reference = told.Nanos, told.Losses, told.Settings, told.Reference
	r.Epochs, r.Accuracy = told.Epochs, told.Accuracy
}
