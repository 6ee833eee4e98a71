package main

import (
	"fmt"
	"math"
	"runtime"
	"slices"

	"github.com/klauspost/cpuid/v2"
)

// report is a whole run, as -json prints it.
type report struct {
	Machine  machine         `json:"machine"`
	Rivals   []participant   `json:"rivals"`
	Sections []sectionRecord `json:"sections"`
	failures int
}

type machine struct {
	CPU   string `json:"cpu"`
	Cores int    `json:"cores"`
	OS    string `json:"os"`
	Arch  string `json:"arch"`
	Go    string `json:"go"`
	// Load is how many processes of others wanted to run, on average over the
	// minute before; 0 if unknown.
	Load float64 `json:"load"`
}

// participant is an entrant: who it is, or why it is missing.
type participant struct {
	Column  string    `json:"column"`
	Missing string    `json:"missing,omitempty"`
	Opened  []opening `json:"opened,omitempty"`
}

type opening struct {
	Threads int `json:"threads"`
	description
}

type sectionRecord struct {
	Title   string      `json:"title"`
	Rows    []rowRecord `json:"rows"`
	Summary summary     `json:"summary"`
}

// rowRecord is a row with everything that was measured.
type rowRecord struct {
	Label    string    `json:"label"`
	Threads  int       `json:"threads"`
	FLOPs    float64   `json:"flops,omitempty"`
	Readings []reading `json:"readings"`
	Ratio    float64   `json:"ratio,omitempty"` // to the best rival at this number of threads
	Rival    string    `json:"best_rival,omitempty"`
}

func newReport(entrants []entrant, load float64) *report {
	r := &report{Machine: machine{cpuid.CPU.BrandName, runtime.GOMAXPROCS(0), runtime.GOOS, runtime.GOARCH, runtime.Version(), load}}
	for _, e := range entrants {
		p := participant{Column: e.name}
		if e.reason != nil {
			p.Missing = e.reason.Error()
		}
		r.Rivals = append(r.Rivals, p)
	}
	return r
}

// opened notes who a rival says it is.
func (r *report) opened(e entrant, threads int, d description) {
	for i := range r.Rivals {
		if r.Rivals[i].Column == e.name {
			r.Rivals[i].Opened = append(r.Rivals[i].Opened, opening{threads, d})
		}
	}
}

// absent notes that a rival did not start.
func (r *report) absent(e entrant) {
	r.failures++
	for i := range r.Rivals {
		if r.Rivals[i].Column == e.name {
			r.Rivals[i].Missing = e.reason.Error()
		}
	}
}

// add notes a section that has been measured.
func (r *report) add(sec section, rows []measured) {
	record := sectionRecord{Title: sec.Title}
	for _, m := range rows {
		row := rowRecord{Label: fmt.Sprint(m.row.task), Threads: m.row.threads, FLOPs: m.row.task.FLOPs()}
		row.Readings = slices.DeleteFunc(slices.Clone(m.Readings), func(reading reading) bool {
			return reading.Nanos == 0 && reading.Failure == ""
		})
		if value, rival := ratio(m.Readings); !math.IsNaN(value) {
			row.Ratio, row.Rival = value, rival
		}
		for _, reading := range m.Readings {
			if reading.Failure != "" {
				r.failures++
			}
		}
		record.Rows = append(record.Rows, row)
	}
	for _, o := range outcomes(sec.Kind, rows) {
		record.Summary.add(o.Label, o.Ratio)
	}
	r.Sections = append(r.Sections, record)
}

// entrantsTable says who took part, with version and settings, and who is
// missing.
func (r *report) entrantsTable() table {
	t := table{
		Title: fmt.Sprintf("Rivals on %s, %d cores, %s/%s, %s", r.Machine.CPU, r.Machine.Cores, r.Machine.OS, r.Machine.Arch, r.Machine.Go),
		Prose: true,
		Head:  []string{"column", "version and settings"},
	}
	if warning := r.Machine.warning(); warning != "" {
		t.Notes = append(t.Notes, warning)
	}
	for _, p := range r.Rivals {
		switch {
		case p.Missing != "":
			t.Rows = append(t.Rows, []string{p.Column, "missing: " + p.Missing})
		case len(p.Opened) == 0:
			t.Rows = append(t.Rows, []string{p.Column, "there, but nothing was asked of it"})
		}
		for _, o := range p.Opened {
			t.Rows = append(t.Rows, []string{p.Column, o.Version + "; " + o.Settings})
		}
	}
	return t
}
