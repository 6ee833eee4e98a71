package main

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/bench"
)

// TestRivalsOnThisMachine has every rival that can be built or run here, those
// in Go apart, do small tasks, and checks that it does the work that neurona
// does.
func TestRivalsOnThisMachine(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles C and starts Python")
	}
	w := testWorkshop(t)
	folder := t.TempDir()
	sections := plan(selection{steps: true, quick: true, threads: []int{1}}, folder)
	if err := writeSteps(sections); err != nil {
		t.Fatal(err)
	}
	neurona := openInProcess(t, "native")
	ctx := t.Context()
	entrants := []entrant{
		w.libraryEntrant(ctx, "OpenBLAS", products, nil, openBLAS),
		w.libraryEntrant(ctx, "BLIS", products, nil, blis),
		w.libraryEntrant(ctx, "oneDNN", products, nil, oneDNN),
		w.libraryEntrant(ctx, "FANN", training, nil, fann(ctx)),
		w.torchEntrants(ctx, systemPython)[0],
	}
	tm := timing{Sample: 10 * time.Microsecond, Samples: 1, Limit: 10 * time.Millisecond}
	for _, e := range entrants {
		t.Run(e.name, func(t *testing.T) {
			if e.reason != nil {
				t.Skip(e.reason)
			}
			r, err := e.open(ctx, 1)
			if err != nil {
				t.Fatal(err)
			}
			defer r.close()
			if d := r.describe(); d.Version == "" || d.Settings == "" {
				t.Errorf("described as %+v", d)
			}
			done := 0
			try := func(task task, ours answer) {
				t.Helper()
				check := newChecker(task)
				err := check.check(true, ours)
				var a answer
				if err == nil {
					a, err = r.do(ctx, task, tm)
				}
				var no *declined
				if errors.As(err, &no) {
					return
				}
				if err == nil {
					err = check.check(false, a)
				}
				if err != nil {
					t.Errorf("%v: %v", task, err)
				}
				done++
			}
			if slices.Contains(e.does, products) {
				for _, op := range bench.Ops {
					for _, precision := range []string{"float32", "bf16"} {
						for _, layout := range []bench.Layout{bench.Plain, bench.Plan} {
							p := product{sized(op, 33, 65, 40), layout, precision}
							try(p, answer{Checksum: expectedChecksum(p)})
						}
					}
				}
				if done < 3 {
					t.Errorf("did %d products, want all three operations at least", done)
				}
				return
			}
			for _, row := range sections[0].rows[:4] {
				ours, err := neurona.do(ctx, row.task, tm)
				if err != nil {
					t.Fatal(err)
				}
				try(row.task, ours)
			}
			if done != 4 {
				t.Errorf("did %d steps, want 4", done)
			}
			damaged := sections[0].rows[0].task.(step)
			damaged.file = filepath.Join(folder, "not-there")
			if _, err := r.do(ctx, damaged, tm); err == nil {
				t.Error("a file that is not there is no error")
			}
			if _, err := r.do(ctx, sections[0].rows[0].task, tm); err != nil {
				t.Errorf("after an error: %v", err)
			}
		})
	}
}
