package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/neurona-ml/neurona/bench"
)

func TestQuickProductsAreOfTheSuite(t *testing.T) {
	// 2 layers at 2 batches, 3 cubes, 2 primes, each in three orders: one that
	// is not in the suite would be missing.
	quick := shapes(true)
	if want := 3 * (2*2 + 3 + 2); len(quick) != want {
		t.Errorf("%d products, want %d: %v", len(quick), want, quick)
	}
	if all := shapes(false); !slices.Equal(all, bench.Products()) {
		t.Errorf("%d products without -quick, want the suite's %d", len(all), len(bench.Products()))
	}
}

func TestPlan(t *testing.T) {
	full := selection{products: true, steps: true, mnist: true, threads: []int{1, 2}, data: "data"}
	sections := plan(full, "folder")
	var titles []string
	for _, s := range sections {
		titles = append(titles, s.Title)
		if len(s.rows) == 0 {
			t.Errorf("%s has no rows", s.Title)
		}
		for i, r := range s.rows {
			if want := 1 + i%2; r.threads != want {
				t.Errorf("%s: row %d is for %d threads, want %d", s.Title, i, r.threads, want)
			}
		}
	}
	if len(titles) != 7 || len(slices.Compact(slices.Sorted(slices.Values(titles)))) != 7 {
		t.Errorf("sections are %q, want seven", titles)
	}

	full.only = regexp.MustCompile(`^nn 64x512x784$|2-4-8-1`)
	rows := 0
	for _, s := range plan(full, "folder") {
		for _, r := range s.rows {
			rows++
			if label := fmt.Sprint(r.task); !full.only.MatchString(label) {
				t.Errorf("%s is in the plan", label)
			}
		}
	}
	if want := 2 * (3 + 2); rows != want {
		t.Errorf("%d rows, want %d", rows, want)
	}
	full.only = regexp.MustCompile("no such row")
	if left := plan(full, "folder"); len(left) != 0 {
		t.Errorf("%d sections are left of nothing", len(left))
	}
}

func TestWriteSteps(t *testing.T) {
	folder := t.TempDir()
	sections := plan(selection{steps: true, quick: true, threads: []int{1, 2}}, folder)
	if err := writeSteps(sections); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if want := len(steps(true)); len(files) != want {
		t.Errorf("%d files, want %d: one for each step, shared by precisions and threads", len(files), want)
	}
	for _, r := range sections[0].rows {
		s := r.task.(step)
		info, err := os.Stat(s.file)
		if err != nil {
			t.Fatal(err)
		}
		words := s.Batch*s.Sizes[0] + s.Parameters()
		if s.Loss == "ce" {
			words += s.Batch
		} else {
			words += s.Batch * s.Sizes[len(s.Sizes)-1]
		}
		if info.Size() != int64(4*words) {
			t.Errorf("%v: file has %d bytes, want %d", s, info.Size(), 4*words)
		}
	}
}

func TestEstimateGrowsWithTheWork(t *testing.T) {
	sections := plan(selection{products: true, threads: []int{1}}, "")
	one := []entrant{{name: "neurona", does: []kind{products}}}
	two := append(slices.Clone(one), entrant{name: "rival", does: []kind{products, training}})
	absent := append(slices.Clone(one), entrant{name: "rival", does: []kind{products}, reason: &missing{"gone", "fetch it"}})
	e := newEffort(5, false)
	alone := estimate(sections, one, e)
	if alone <= 0 {
		t.Fatalf("estimate is %v", alone)
	}
	if got := estimate(sections, two, e); (got - 2*alone).Abs() > time.Second {
		t.Errorf("with a rival %v, want %v", got, 2*alone)
	}
	if got := estimate(sections, absent, e); got != alone {
		t.Errorf("with a rival that is missing %v, want %v", got, alone)
	}
}
