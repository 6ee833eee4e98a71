package main

import (
	"errors"
	"testing"
	"time"
)

func TestBestTime(t *testing.T) {
	const nap = 3 * time.Millisecond
	calls := 0
	got, err := bestTime(func() error { calls++; time.Sleep(nap); return nil }, timing{Sample: time.Millisecond, Samples: 4, Limit: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	// Sleep never takes less than it is asked to.
	if calls != 4 || got < float64(nap) {
		t.Errorf("%d calls, %g ns each; want 4 of at least %v", calls, got, nap)
	}
}

func TestBestTimeRepeatsShortWork(t *testing.T) {
	calls := 0
	got, err := bestTime(func() error { calls++; return nil }, timing{Sample: time.Millisecond, Samples: 2, Limit: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	// Two samples of a millisecond hold many calls of nothing.
	if calls < 100 || !(got > 0 && got*float64(calls) >= float64(time.Millisecond)) {
		t.Errorf("%d calls of %g ns, want at least a millisecond in all", calls, got)
	}
}

func TestBestTimeStopsAtItsLimit(t *testing.T) {
	calls := 0
	_, err := bestTime(func() error { calls++; time.Sleep(2 * time.Millisecond); return nil }, timing{Sample: time.Hour, Samples: 1000, Limit: time.Millisecond})
	if err != nil || calls != 1 {
		t.Errorf("%d calls, %v; want 1, <nil>", calls, err)
	}
}

func TestBestTimePassesErrorsOn(t *testing.T) {
	broken := errors.New("broken")
	if _, err := bestTime(func() error { return broken }, timing{Sample: 1, Samples: 1, Limit: 1}); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}
