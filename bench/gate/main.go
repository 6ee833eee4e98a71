package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/pflag"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// command is the parsed command line.
type command struct {
	options
	json, all, quiet bool
	subsetFile       string
	markdown, raw    string
}

// run is the command without its process: it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c, err := parseCommand(args, stderr)
	if errors.Is(err, pflag.ErrHelp) {
		return exitPass
	}
	if err != nil {
		fmt.Fprintf(stderr, "gate: %v\n", err)
		return exitUsage
	}
	report, err := c.execute(ctx, stdout, stderr)
	var argument *ArgumentError
	switch {
	case err == nil:
		return report.Verdict.exitCode()
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "gate: interrupted")
		return exitInterrupt
	}
	fmt.Fprintf(stderr, "gate: %v\n", err)
	if errors.As(err, &argument) {
		return exitUsage
	}
	return exitFailure
}

const usage = `Usage: go run ./bench/gate [flags] BASE HEAD

BASE and HEAD are git revisions, directories with a source tree ("." is what
you have here, changes included) or test binaries of ./bench.

Exit codes:
    0  same or better; so are a few more instructions in the same time
    1  failure: something does not build, run or get written
    2  usage: flags or arguments that cannot be meant
    4  worse
    5  cannot tell, or nothing was compared; the report says why
  130  interrupted

`

func parseCommand(args []string, stderr io.Writer) (*command, error) {
	c := &command{}
	flags := pflag.NewFlagSet("gate", pflag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, usage, flags.FlagUsages()) }
	only := flags.String("subset", "", "measure only benchmarks whose names match this `regexp`")
	flags.StringVar(&c.subsetFile, "subset-file", "", "read the subset from this `file` instead of the built-in one")
	flags.DurationVar(&c.budget, "budget", 3*time.Minute, "how long to measure; building and counting instructions come on top")
	flags.StringVar(&c.packageDir, "package", "bench", "`folder` of the benchmarks in a source tree")
	flags.StringVar(&c.tags, "tags", "", "build tags")
	flags.Float64Var(&c.rules.Alpha, "alpha", 0.05, "chance of a false claim on a time, over all benchmarks together")
	flags.Float64Var(&c.rules.Threshold, "threshold", 0.03, "changes of a time up to this ratio are the same")
	flags.Float64Var(&c.rules.MaxNoise, "max-noise", 0.10, "a noise floor above this ratio is \"cannot tell\"")
	flags.Float64Var(&c.rules.Instructions, "instruction-threshold", 0.01, "changes of an instruction count up to this ratio are the same")
	flags.Float64Var(&c.rules.InstructionLimit, "instruction-limit", 0.05, "a rise of an instruction count up to this ratio is not worse if the time is the same")
	flags.StringVar(&c.instructions, "instructions", instructionsAuto, "count instructions under callgrind: auto (if valgrind is there), on, off")
	flags.BoolVar(&c.measureIdentical, "measure-identical", false, "measure although both sides are the same binary, as a test of the gate")
	flags.BoolVar(&c.json, "json", false, "print JSON instead of a table")
	flags.StringVar(&c.markdown, "markdown", "", "write a report for a pull request to this `file`")
	flags.StringVar(&c.raw, "raw", "", "write all measurements to this `file`, for benchstat -col side")
	flags.BoolVarP(&c.all, "all", "a", false, "list what is the same, too")
	flags.BoolVarP(&c.quiet, "quiet", "q", false, "say nothing while measuring")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() != 2 {
		return nil, fmt.Errorf("got %d arguments, want BASE and HEAD (--help explains)", flags.NArg())
	}
	c.base, c.head, c.packageGiven = flags.Arg(0), flags.Arg(1), flags.Changed("package")
	if *only != "" {
		re, err := regexp.Compile(*only)
		if err != nil {
			return nil, fmt.Errorf("--subset: %w", err)
		}
		c.only = re
	}
	if err := c.readSubset(); err != nil {
		return nil, err
	}
	return c, c.check()
}

func (c *command) readSubset() (err error) {
	var text io.Reader = strings.NewReader(builtinSubset)
	source := "subset.txt"
	if c.subsetFile != "" {
		f, err := os.Open(c.subsetFile)
		if err != nil {
			return fmt.Errorf("--subset-file: %w", err)
		}
		defer f.Close()
		text, source = f, c.subsetFile
	}
	c.subset, err = parseSubset(text, source)
	return err
}

// check reports values of flags that cannot be meant.
func (c *command) check() error {
	modes := []string{instructionsAuto, instructionsOn, instructionsOff}
	if !slices.Contains(modes, c.instructions) {
		return fmt.Errorf("--instructions is %q%s, want %s", c.instructions, nearest(c.instructions, modes), strings.Join(modes, ", "))
	}
	if c.budget <= 0 {
		return fmt.Errorf("--budget is %v, want more than 0", c.budget)
	}
	if !(c.rules.Alpha > 0 && c.rules.Alpha < 1) {
		return fmt.Errorf("--alpha is %v, want a probability between 0 and 1", c.rules.Alpha)
	}
	for name, v := range map[string]float64{
		"threshold": c.rules.Threshold, "max-noise": c.rules.MaxNoise, "instruction-threshold": c.rules.Instructions, "instruction-limit": c.rules.InstructionLimit,
	} {
		if !(v >= 0) {
			return fmt.Errorf("--%s is %v, want a ratio from 0", name, v)
		}
	}
	return c.checkOutputs()
}

// execute runs the gate with progress on stderr, and writes what it found.
func (c *command) execute(ctx context.Context, stdout, stderr io.Writer) (*Report, error) {
	files, err := openOutputs(c)
	if err != nil {
		return nil, err
	}
	defer files.discard()
	c.options.raw = files.measurements()
	report, err := decide(ctx, &c.options, func(format string, args ...any) {
		if !c.quiet {
			fmt.Fprintf(stderr, "gate: "+format+"\n", args...)
		}
	})
	if err != nil {
		return nil, err
	}
	if err := files.commit(report); err != nil {
		return nil, err
	}
	if c.json {
		return report, report.writeJSON(stdout)
	}
	return report, report.writeText(stdout, c.all)
}
