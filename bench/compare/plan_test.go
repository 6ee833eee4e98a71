package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"
)

func TestProductShapes(t *testing.T) {
	all := productShapes(false)
	// 6 layers at 6 batches, 10 cubes, 4 primes, each in three orders; the
	// layers of 1024 and a batch of 1024 are the cube again.
	if want := 3*(6*6+10+4) - 3; len(all) != want {
		t.Errorf("%d products, want %d", len(all), want)
	}
	seen := map[product]bool{}
	for _, p := range all {
		if seen[p] {
			t.Errorf("%v comes twice", p)
		}
		seen[p] = true
	}
	for _, want := range []product{
		{Form: "nn", M: 64, N: 512, K: 784}, // forward
		{Form: "nt", M: 64, N: 784, K: 512}, // gradient of the input
		{Form: "tn", M: 784, N: 512, K: 64}, // gradient of the weights
		{Form: "tn", M: 2048, N: 2048, K: 2048},
		{Form: "nt", M: 4, N: 4, K: 4},
	} {
		if !seen[want] {
			t.Errorf("%v is missing", want)
		}
	}
	for _, p := range productShapes(true) {
		if !seen[p] {
			t.Errorf("%v is in the quick list only", p)
		}
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
		words := s.Batch * s.Sizes[0] // x
		for i := 1; i < len(s.Sizes); i++ {
			words += (s.Sizes[i-1] + 1) * s.Sizes[i]
		}
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

func TestStepFLOPs(t *testing.T) {
	s := step{Sizes: []int{3, 5, 2}, Batch: 7}
	// Forward and gradient of the weights in both layers, gradient of the
	// input in the second.
	if got, want := s.flops(), 2.0*7*(2*3*5+3*5*2); got != want {
		t.Errorf("%g, want %g", got, want)
	}
}
