package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// outcome is a row of a section as it is reported: that of a product for one
// number of threads, that of a training for the best of them.
type outcome struct {
	Label    string    `json:"label"`
	Threads  []int     `json:"threads"` // of each reading, 0 where there is none
	Readings []reading `json:"readings"`
	Ratio    float64   `json:"-"`
	Rival    string    `json:"best_rival"`
	task     task
}

// outcomes brings a section's rows together: products stay as they are,
// trainings keep the better number of threads for each rival.
func outcomes(k kind, rows []measured) []outcome {
	var all []outcome
	for _, m := range rows {
		label := fmt.Sprint(m.row.task)
		last := len(all) - 1
		if k == products || last < 0 || all[last].Label != label {
			o := outcome{Label: label, Readings: slices.Clone(m.Readings), task: m.row.task}
			for range m.Readings {
				o.Threads = append(o.Threads, m.row.threads)
			}
			all = append(all, o)
			continue
		}
		for i, r := range m.Readings {
			if old := all[last].Readings[i]; r.Nanos > 0 && (old.Nanos == 0 || r.Nanos < old.Nanos) || r.Failure != "" {
				all[last].Readings[i], all[last].Threads[i] = r, m.row.threads
			}
		}
	}
	for i := range all {
		all[i].Ratio, all[i].Rival = ratio(all[i].Readings)
	}
	return all
}

// tables renders a section: the measurements, and for steps the first losses.
func tables(sec section, rows []measured) []table {
	all := outcomes(sec.Kind, rows)
	present := columns(all)
	t := table{Title: sec.Title}
	if len(present) == 1 && all[0].Readings[0].out() {
		t.Head = []string{"nothing measured"}
		t.Notes = explanations(sec.Kind, all, present)
		return []table{t}
	}
	switch sec.Kind {
	case products:
		t.Title += ", GFLOP/s"
		t.Head = []string{"form m x n x k", "threads"}
	default:
		t.Head = []string{"network, batch, recipe"}
	}
	for _, i := range present {
		t.Head = append(t.Head, all[0].Readings[i].Rival)
	}
	t.Head = append(t.Head, "best rival", "ratio")
	var s summary
	for _, o := range all {
		row := []string{o.Label}
		label := o.Label
		if sec.Kind == products {
			row = append(row, fmt.Sprint(o.Threads[0]))
			label += ", " + threadsText(o.Threads[0])
		}
		for _, i := range present {
			row = append(row, cell(sec.Kind, o, i))
		}
		t.Rows = append(t.Rows, append(row, o.Rival, ratioText(o.Ratio)))
		s.add(label, o.Ratio)
	}
	t.Notes = append([]string{s.String()}, explanations(sec.Kind, all, present)...)
	result := []table{t}
	if sec.Kind == training {
		result = append(result, lossTable(sec.Title, all, present))
	}
	return result
}

// columns lists neurona and the rivals that have something to show.
func columns(all []outcome) []int {
	present := []int{0}
	for i := 1; i < len(all[0].Readings); i++ {
		shows := func(o outcome) bool { return o.Readings[i].Nanos > 0 || o.Readings[i].Failure != "" }
		if slices.ContainsFunc(all, shows) {
			present = append(present, i)
		}
	}
	return present
}

// cell is what a rival has shown.
func cell(k kind, o outcome, i int) string {
	r := o.Readings[i]
	switch {
	case r.Failure != "":
		return "failed"
	case r.Nanos == 0:
		return none
	case k == products:
		return significant(o.task.FLOPs() / r.Nanos)
	case k == accuracy:
		return fmt.Sprintf("%.2f s, %d epochs (%d)", r.Nanos/1e9, r.Epochs, o.Threads[i])
	}
	text := fmt.Sprintf("%s (%d)", durationText(r.Nanos), o.Threads[i])
	if r.Reference != "" {
		text = "*" + text
	}
	return text
}

func threadsText(n int) string {
	if n == 1 {
		return "1 thread"
	}
	return fmt.Sprintf("%d threads", n)
}

func ratioText(r float64) string {
	if math.IsNaN(r) {
		return none
	}
	return fmt.Sprintf("%.2f", r)
}

// significant writes a rate with three digits.
func significant(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// durationText writes a time of nanoseconds with three digits and its unit.
func durationText(nanos float64) string {
	for _, u := range []struct {
		size time.Duration
		name string
	}{{time.Second, "s"}, {time.Millisecond, "ms"}, {time.Microsecond, "µs"}} {
		if nanos >= float64(u.size) {
			return significant(nanos/float64(u.size)) + " " + u.name
		}
	}
	return significant(nanos) + " ns"
}

// failuresShown is how many failures of a rival are told in full.
const failuresShown = 3

// explanations are the notes below a table: what marks mean, what the rivals
// in its columns have left out, and what went wrong.
func explanations(k kind, all []outcome, present []int) []string {
	var notes []string
	add := func(note string) {
		if !slices.Contains(notes, note) {
			notes = append(notes, note)
		}
	}
	if k == training {
		add("least time of a step; in brackets the number of threads that it was reached with")
	}
	if k == accuracy {
		add("median over the seeds of the time in training, loading and evaluation not counted; in brackets the better number of threads")
	}
	if why := all[0].Readings[0].Declined; why != "" {
		add("neurona does not do this: " + why)
	}
	failures := map[string]int{}
	for _, o := range all {
		for i, r := range o.Readings {
			if r.Reference != "" {
				add(fmt.Sprintf("* %s: %s; for reference, not in the ratio", r.Rival, r.Reference))
			}
			if i > 0 && r.Declined != "" && slices.Contains(present, i) {
				add(fmt.Sprintf("%s did not do %s: %s", r.Rival, o.Label, r.Declined))
			}
			if r.Failure == "" {
				continue
			}
			if failures[r.Rival]++; failures[r.Rival] <= failuresShown {
				add(fmt.Sprintf("%s failed at %s: %s", r.Rival, o.Label, r.Failure))
			}
		}
	}
	for _, r := range all[0].Readings {
		if more := failures[r.Rival] - failuresShown; more > 0 {
			add(fmt.Sprintf("%s failed at %d more", r.Rival, more))
		}
	}
	return notes
}

// lossTable shows that all have done the same work: neurona's first losses, and
// how far from them those of the others are.
func lossTable(title string, all []outcome, present []int) table {
	t := table{
		Title: title + ": the first losses, from the same weights on the same batch",
		Prose: true,
		Head:  []string{"network, batch, recipe", "neurona"},
		Notes: []string{"largest relative difference from neurona's losses; in brackets how the step was done where there was a choice"},
	}
	if s, ok := all[0].task.(step); ok && s.Precision == "bf16" {
		t.Notes = append(t.Notes, fmt.Sprintf("everybody rounds to bf16 in other places: differences up to %.0e are of the precision", s.lossTolerance()))
	}
	for _, i := range present[1:] {
		t.Head = append(t.Head, all[0].Readings[i].Rival)
	}
	for _, o := range all {
		ours := o.Readings[0].Losses
		row := []string{o.Label, lossText(ours)}
		for _, i := range present[1:] {
			r := o.Readings[i]
			text := none
			if len(r.Losses) > 0 && len(ours) > 0 && r.Reference == "" {
				text = fmt.Sprintf("%.0e", lossDifference(ours, r.Losses))
			}
			if r.Settings != "" && len(r.Losses) > 0 {
				text += " (" + r.Settings + ")"
			}
			row = append(row, text)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func lossText(losses []float64) string {
	if len(losses) == 0 {
		return none
	}
	words := make([]string, len(losses))
	for i, l := range losses {
		words[i] = fmt.Sprintf("%.6f", l)
	}
	return strings.Join(words, " ")
}
