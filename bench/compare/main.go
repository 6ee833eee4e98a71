// Command compare prints tables of the same work done by neurona and by every
// rival found on the machine: products (OpenBLAS, BLIS, oneDNN, gonum),
// training steps and training to an accuracy (PyTorch, GoMLX, Gorgonia, FANN).
// README.md says how to read them and how to install what is missing.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := compare(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, "compare:", err)
		stop()
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "compare:", err)
		stop()
		os.Exit(1)
	}
}

var (
	errUsage = errors.New("usage")
	// errRivals is the error of a run in which a rival failed or did other work.
	errRivals = errors.New("a rival failed or did not do the same work: see the notes below the tables")
)

// settings are the flags.
type settings struct {
	selection
	rounds         int
	json, markdown bool
	python         string
	rivals         *regexp.Regexp
	load           float64 // of the machine before anything was built
}

func parseFlags(args []string, stderr io.Writer) (settings, error) {
	var s settings
	f := flag.NewFlagSet("compare", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.BoolVar(&s.products, "products", false, "compare products (this and -steps are the default)")
	f.BoolVar(&s.steps, "steps", false, "compare training steps")
	f.BoolVar(&s.mnist, "mnist", false, "compare training on MNIST to 98 %, files in $NEURONA_DATA")
	f.BoolVar(&s.quick, "quick", false, "few shapes, one short round: whether everything works, not how fast it is")
	f.IntVar(&s.rounds, "rounds", 0, "visits to each rival; 0 for 5, or 1 with -quick; seeds with -mnist, 3 at most")
	f.BoolVar(&s.json, "json", false, "print JSON, with every sample")
	f.BoolVar(&s.markdown, "markdown", false, "print Markdown")
	f.StringVar(&s.python, "python", systemPython, "python that has torch")
	threads := f.String("threads", "1,2", "numbers of threads")
	only := f.String("only", "", "only rows whose label matches this regular expression")
	rivals := f.String("rivals", "", "only rivals whose name matches this regular expression")
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return s, err
		}
		return s, fmt.Errorf("%w: %w", errUsage, err)
	}
	if f.NArg() > 0 {
		return s, fmt.Errorf("%w: unexpected argument %q", errUsage, f.Arg(0))
	}
	if s.json && s.markdown {
		return s, fmt.Errorf("%w: -json or -markdown, not both", errUsage)
	}
	if s.rounds < 0 {
		return s, fmt.Errorf("%w: -rounds is %d, want at least 0", errUsage, s.rounds)
	}
	if !s.products && !s.steps && !s.mnist {
		s.products, s.steps = true, true
	}
	if s.rounds == 0 {
		s.rounds = 5
		if s.quick {
			s.rounds = 1
		}
	}
	if s.data = os.Getenv("NEURONA_DATA"); s.mnist && s.data == "" {
		return s, fmt.Errorf("%w: -mnist needs NEURONA_DATA, the folder that holds mnist/", errUsage)
	}
	var err error
	if s.threads, err = parseThreads(*threads); err != nil {
		return s, err
	}
	if s.only, err = parsePattern("only", *only); err != nil {
		return s, err
	}
	s.rivals, err = parsePattern("rivals", *rivals)
	return s, err
}

func parseThreads(list string) ([]int, error) {
	var all []int
	for word := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%w: -threads %q, want numbers from 1 up, parted by commas", errUsage, list)
		}
		all = append(all, n)
	}
	return all, nil
}

// parsePattern compiles a flag's regular expression; an empty one is nil.
func parsePattern(name, pattern string) (*regexp.Regexp, error) {
	if pattern == "" {
		return nil, nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, fmt.Errorf("%w: -%s: %w", errUsage, name, err)
	}
	return re, nil
}

// compare does all that the command does.
func compare(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	s, err := parseFlags(args, stderr)
	if err != nil {
		return err
	}
	if err := s.checkRows(); err != nil {
		return err
	}
	s.load = loadAverage()
	// Collections happen between measurements, when they are asked for.
	debug.SetGCPercent(-1)
	w, err := newWorkshop()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	fmt.Fprintln(stderr, "building and looking for rivals")
	entrants, err := choose(catalog(ctx, w, s.python), s)
	if err != nil {
		return err
	}
	sections := plan(s.selection, w.scratch)
	if err := writeSteps(sections); err != nil {
		return err
	}
	return run(ctx, s, entrants, sections, stdout, stderr)
}

// checkRows reports a selection of no rows, before anything is built for it.
func (s settings) checkRows() error {
	if len(plan(s.selection, "")) > 0 {
		return nil
	}
	everything := s.selection
	everything.only = nil
	return fmt.Errorf("%w: -only %q matches no row; the first of them is %q", errUsage, s.only, fmt.Sprint(plan(everything, "")[0].rows[0].task))
}

// choose keeps neurona and the rivals that were asked for. None at all is an
// error: neurona alone is compared with nobody.
func choose(all []entrant, s settings) ([]entrant, error) {
	var kept []entrant
	var rivals []string
	for i, e := range all {
		if i == 0 || s.rivals == nil || s.rivals.MatchString(e.name) {
			kept = append(kept, e)
		}
		if i > 0 {
			rivals = append(rivals, e.name)
		}
	}
	if s.rivals != nil && len(kept) == 1 {
		return nil, fmt.Errorf("%w: -rivals %q matches none of %s", errUsage, s.rivals, strings.Join(rivals, ", "))
	}
	return kept, nil
}

// run measures the sections and prints each as soon as it is complete.
func run(ctx context.Context, s settings, entrants []entrant, sections []section, stdout, stderr io.Writer) (err error) {
	e := newEffort(s.rounds, s.quick)
	begin := time.Now()
	fmt.Fprintf(stderr, "expected to take about %v\n", estimate(sections, entrants, e).Round(time.Second))
	r := newReport(entrants, s.load)
	if warning := r.Machine.warning(); warning != "" {
		fmt.Fprintln(stderr, warning)
	}
	m := &meter{entrants: entrants, effort: e, opened: r.opened, absent: r.absent}
	defer func() { err = errors.Join(err, m.close()) }()
	for _, sec := range sections {
		var rows []measured
		for i, row := range sec.rows {
			fmt.Fprintf(stderr, "%7v  %s: %d of %d: %v, %s\n", time.Since(begin).Round(time.Second), sec.Title, i+1, len(sec.rows), row.task, threadsText(row.threads))
			measured, err := m.measure(ctx, sec.Kind, row)
			if err != nil {
				return err
			}
			rows = append(rows, measured)
		}
		r.add(sec, rows)
		if !s.json {
			for _, t := range tables(sec, rows) {
				fmt.Fprintln(stdout, render(t, s.markdown))
			}
		}
	}
	if s.json {
		encoder := json.NewEncoder(stdout)
		encoder.SetIndent("", " ")
		if err := encoder.Encode(r); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(stdout, render(r.entrantsTable(), s.markdown))
	}
	if r.failures > 0 {
		return errRivals
	}
	return nil
}

func render(t table, markdown bool) string {
	if markdown {
		return t.markdown()
	}
	return t.text()
}
