package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestParseFlags(t *testing.T) {
	t.Setenv("NEURONA_DATA", "data")
	s, err := parseFlags(nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if !s.products || !s.steps || s.mnist || s.quick || s.rounds != 5 || !slices.Equal(s.threads, []int{1, 2}) || s.only != nil || s.rivals != nil {
		t.Errorf("without flags: %+v", s)
	}
	s, err = parseFlags(strings.Fields("-mnist -quick -threads 4 -only 784 -rivals torch --markdown"), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if s.products || s.steps || !s.mnist || s.rounds != 1 || !slices.Equal(s.threads, []int{4}) || s.data != "data" || !s.markdown ||
		!s.only.MatchString("784-10") || s.rivals.MatchString("BLIS") {
		t.Errorf("with flags: %+v", s)
	}
}

func TestParseFlagsErrors(t *testing.T) {
	t.Setenv("NEURONA_DATA", "")
	for _, args := range []string{
		"-no-such-flag", "argument", "-threads 0", "-threads 1,,2", "-threads two", "-only (", "-rivals [", "-rounds -1", "-json -markdown", "-mnist",
	} {
		if _, err := parseFlags(strings.Fields(args), io.Discard); !errors.Is(err, errUsage) {
			t.Errorf("%s: got %v, want errUsage", args, err)
		}
	}
	if _, err := parseFlags([]string{"-h"}, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: got %v, want flag.ErrHelp", err)
	}
}

// fewEntrants are neurona and rivals that need nothing from the machine.
func fewEntrants() []entrant {
	return []entrant{
		inProcessEntrant("neurona", "native", products, training, accuracy),
		inProcessEntrant("gonum", "gonum", products, training),
		{name: "absent", does: []kind{products}, reason: &missing{"no library", "apt-get install it"}},
	}
}

// fewSettings select a handful of tiny rows.
func fewSettings() settings {
	return settings{
		selection: selection{products: true, steps: true, quick: true, threads: []int{1, 2}, only: regexp.MustCompile(`n 8x8x8|^2-2-1`)},
		rounds:    2,
	}
}

func runFew(t *testing.T, s settings, entrants []entrant) (string, error) {
	t.Helper()
	sections := plan(s.selection, t.TempDir())
	if err := writeSteps(sections); err != nil {
		t.Fatal(err)
	}
	var out, progress bytes.Buffer
	err := run(t.Context(), s, entrants, sections, &out, &progress)
	if !strings.HasPrefix(progress.String(), "expected to take about ") {
		t.Errorf("progress begins with %.40q", progress.String())
	}
	return out.String(), err
}

func TestRunPrintsTables(t *testing.T) {
	s := fewSettings()
	text, err := runFew(t, s, fewEntrants())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"nn 8x8x8", "2-2-1, 4, sigmoid mse sgd", "best rival", "geometric mean", "first losses", "missing: no library; to have it: apt-get install it"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	s.markdown = true
	text, err = runFew(t, s, fewEntrants())
	if err != nil || !strings.Contains(text, "| nn 8x8x8 | 1 | ") {
		t.Errorf("%v, Markdown is\n%s", err, text)
	}
}

func TestRunPrintsJSON(t *testing.T) {
	s := fewSettings()
	s.json = true
	text, err := runFew(t, s, fewEntrants())
	if err != nil {
		t.Fatal(err)
	}
	var got report
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if got.Machine.Go == "" || len(got.Rivals) != 3 || len(got.Rivals[0].Opened) != 2 || got.Rivals[2].Missing == "" {
		t.Errorf("rivals are %+v on %+v", got.Rivals, got.Machine)
	}
	row := got.Sections[0].Rows[0]
	if row.Label != "nn 8x8x8" || row.FLOPs != 1024 || len(row.Readings) != 2 || len(row.Readings[0].Samples) != 2 || !(row.Ratio > 0) || row.Rival != "gonum" {
		t.Errorf("first row is %+v", row)
	}
}

func TestRunFailsIfARivalDoesOtherWork(t *testing.T) {
	entrants := append(fewEntrants(), entrant{name: "liar", does: []kind{products}})
	liar := &scripted{name: "liar", answer: answer{Nanos: 1, Checksum: 1e6}, journal: &[]string{}}
	entrants[3].open = func(context.Context, int) (rival, error) { return liar, nil }
	text, err := runFew(t, fewSettings(), entrants)
	if !errors.Is(err, errRivals) || !strings.Contains(text, "liar failed at nn 8x8x8: another result") {
		t.Errorf("got %v and\n%s", err, text)
	}
}

func TestChoose(t *testing.T) {
	s := settings{rivals: regexp.MustCompile("^g")}
	kept, err := choose(fewEntrants(), s)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range kept {
		names = append(names, e.name)
	}
	if !slices.Equal(names, []string{"neurona", "gonum"}) {
		t.Errorf("chose %v, want neurona and what matches", names)
	}
}

// TestChooseNobody: a pattern that matches no rival, though it match neurona,
// leaves nothing to compare.
func TestChooseNobody(t *testing.T) {
	s := settings{rivals: regexp.MustCompile("neurona|nobody")}
	_, err := choose(fewEntrants(), s)
	if !errors.Is(err, errUsage) || !strings.Contains(err.Error(), "gonum, absent") {
		t.Errorf("got %v, want errUsage that names the rivals", err)
	}
}

// TestOnlyMatchesNothing: a pattern that matches no row is wrong usage, and
// said before anything is built.
func TestOnlyMatchesNothing(t *testing.T) {
	for _, tt := range []struct{ args, first string }{
		{"-only none-such", "nn 1x512x784"},
		{"-steps -only nn", "2-2-1, 4, sigmoid mse sgd"},
		{"-quick -only 2048x2048", "nn 8x512x784"},
	} {
		var out, progress bytes.Buffer
		err := compare(t.Context(), strings.Fields(tt.args), &out, &progress)
		if !errors.Is(err, errUsage) || !strings.Contains(err.Error(), "matches no row") || !strings.Contains(err.Error(), tt.first) {
			t.Errorf("%s: got %v, want errUsage that names %s", tt.args, err, tt.first)
		}
		if out.Len() > 0 || progress.Len() > 0 {
			t.Errorf("%s: printed %q and %q, want nothing built", tt.args, out.String(), progress.String())
		}
	}
}
