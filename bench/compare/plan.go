package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/neurona-ml/neurona/bench"
)

// kind is what a section's tasks are.
type kind int

const (
	products kind = iota
	training
	accuracy
)

// row is a task to be done by every rival with so many threads.
type row struct {
	task    task
	threads int
}

// section is the rows of one table, all of them comparable.
type section struct {
	Title string
	Kind  kind
	rows  []row
}

// selection says which part of everything is compared.
type selection struct {
	products, steps, mnist bool
	quick                  bool
	only                   *regexp.Regexp // rows by label; nil for all
	threads                []int
	data                   string // the folder of MNIST
}

// plan lists the sections of a selection; empty ones are left out. Steps name
// files in folder, which writeSteps fills.
func plan(s selection, folder string) []section {
	var all []section
	add := func(title string, k kind, tasks []task) {
		sec := section{Title: title, Kind: k}
		for _, t := range tasks {
			if s.only != nil && !s.only.MatchString(fmt.Sprint(t)) {
				continue
			}
			for _, n := range s.threads {
				sec.rows = append(sec.rows, row{t, n})
			}
		}
		if len(sec.rows) > 0 {
			all = append(all, sec)
		}
	}
	if s.products {
		for _, v := range []struct {
			title     string
			layout    bench.Layout
			precision string
		}{
			{"Products, plain row-major operands, float32", bench.Plain, "float32"},
			{"Products, operands in the plan's layout, float32", bench.Plan, "float32"},
			{"Products, operands in the plan's layout, bf16", bench.Plan, "bf16"},
		} {
			var tasks []task
			for _, p := range shapes(s.quick) {
				tasks = append(tasks, product{p, v.layout, v.precision})
			}
			add(v.title, products, tasks)
		}
	}
	for _, precision := range []string{"float32", "bf16"} {
		if s.steps {
			var tasks []task
			for i, st := range steps(s.quick) {
				st.Precision = precision
				st.file = filepath.Join(folder, fmt.Sprintf("step%d", i))
				tasks = append(tasks, st)
			}
			add("Training steps, "+precision, training, tasks)
		}
	}
	for _, precision := range []string{"float32", "bf16"} {
		if s.mnist {
			add("Training to an accuracy, "+precision, accuracy, []task{newMNIST(s.data, precision, 1)})
		}
	}
	return all
}

// writeSteps writes the files that the steps of the plan name.
func writeSteps(sections []section) error {
	for _, sec := range sections {
		for _, r := range sec.rows {
			st, ok := r.task.(step)
			if !ok {
				continue
			}
			if _, err := os.Stat(st.file); err == nil {
				continue // of another precision or number of threads
			}
			if err := os.WriteFile(st.file, newStepData(st).encode(), 0o644); err != nil {
				return fmt.Errorf("weights and batch of step %v: %w", st, err)
			}
		}
	}
	return nil
}

// effort says how much measuring is done.
type effort struct {
	rounds int
	timing timing
}

func newEffort(rounds int, quick bool) effort {
	if quick {
		return effort{rounds, timing{Sample: 500 * time.Microsecond, Samples: 1, Limit: 50 * time.Millisecond}}
	}
	return effort{rounds, timing{Sample: 2 * time.Millisecond, Samples: 2, Limit: 100 * time.Millisecond}}
}

// mostSeeds is how many trainings to an accuracy are made at most; each takes
// seconds.
const mostSeeds = 3

func (e effort) roundsOf(k kind) int {
	if k == accuracy {
		return min(e.rounds, mostSeeds)
	}
	return e.rounds
}

// What estimates are made with: what a middling rival reaches here.
const (
	assumedProductRate = 100e9 // FLOP/s
	assumedStepRate    = 200e9 // in those rounds that the slow are left out of
	assumedStepCalls   = 6
	assumedTraining    = 15 * time.Second
	assumedVisit       = 3 * time.Millisecond // beside the work
)

// estimate guesses how long the plan takes with the given entrants.
func estimate(sections []section, entrants []entrant, e effort) time.Duration {
	total := 0.0
	for _, sec := range sections {
		for _, r := range sec.rows {
			for _, en := range entrants {
				if en.reason == nil && slices.Contains(en.does, sec.Kind) {
					total += float64(e.roundsOf(sec.Kind)) * visitTime(sec.Kind, r.task, e.timing)
				}
			}
		}
	}
	return time.Duration(total)
}

// visitTime guesses the nanoseconds of one visit: a warm-up, the calibration,
// the samples.
func visitTime(k kind, t task, tm timing) float64 {
	if k == accuracy {
		return float64(assumedTraining)
	}
	rate := assumedProductRate
	calls := 1.0
	if k == training {
		rate, calls = assumedStepRate, assumedStepCalls
	}
	once := 1e9 * t.FLOPs() / rate
	sampling := min(float64(tm.Samples+2)*max(once, float64(tm.Sample)), float64(tm.Limit)+once)
	return float64(assumedVisit) + calls*once + max(sampling, once)
}
