package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// job is one start of a test binary.
type job struct {
	bench     string // value of -test.bench
	benchtime string // value of -test.benchtime: a time, or a number of iterations like 100x
	count     int    // value of -test.count
	keep      bool   // whether its output is a measurement, for --raw
	setting   setting
}

// runner starts test binaries; tests put their own in its place.
type runner interface {
	run(ctx context.Context, s *side, j job) (*results, error)
}

// turnTimeout is how long one process may take: far more than any that works.
const turnTimeout = 5 * time.Minute

// processes runs benchmarks for real.
type processes struct {
	environment []string
	raw         io.Writer // gets what jobs to keep print, if not nil
}

func (p *processes) run(ctx context.Context, s *side, j job) (*results, error) {
	if s.binary == "" {
		return &results{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, turnTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.binary, j.flags()...)
	cmd.Dir, cmd.Env = s.dir, j.setting.environment(p.environment)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = errors.Join(ctx.Err(), err)
		}
		if said := refusal(cmd.ProcessState.ExitCode(), stderr.String()); said != "" {
			return nil, &RefusedError{s.label, said}
		}
		return nil, &CommandError{
			Command: s.label + ": " + s.binary + " " + strings.Join(j.flags(), " "),
			Output:  stdout.String() + stderr.String(), Err: err,
		}
	}
	if p.raw != nil && j.keep {
		if _, err := fmt.Fprintf(p.raw, "side: %s\n%s\n", s.label, stdout.Bytes()); err != nil {
			return nil, err
		}
	}
	return parseResults(&stdout, s.label)
}

func (j job) flags() []string {
	return []string{
		"-test.run=^$", "-test.bench=" + j.bench, "-test.benchmem",
		"-test.benchtime=" + j.benchtime, "-test.count=" + strconv.Itoa(j.count),
	}
}

// times is a -test.benchtime of n iterations.
func times(n int) string { return strconv.Itoa(n) + "x" }

// environmentFor is the environment of both sides: the gate's own with
// GOMAXPROCS pinned and set in place of what has the same name. NEURONA_DATA
// is made absolute, because the binaries run in their own folders.
func environmentFor(own []string, set ...string) ([]string, error) {
	set = append([]string{"GOMAXPROCS=" + strconv.Itoa(runtime.NumCPU())}, set...)
	for _, entry := range own {
		name, value, _ := strings.Cut(entry, "=")
		if name == "NEURONA_DATA" && value != "" {
			absolute, err := filepath.Abs(value)
			if err != nil {
				return nil, err
			}
			set = append(set, "NEURONA_DATA="+absolute)
		}
	}
	taken := map[string]bool{}
	var environment []string
	for _, entry := range slices.Backward(set) { // the last of a name counts
		name, _, _ := strings.Cut(entry, "=")
		if !taken[name] {
			taken[name] = true
			environment = append(environment, entry)
		}
	}
	for _, entry := range own {
		if name, _, _ := strings.Cut(entry, "="); !taken[name] {
			environment = append(environment, entry)
		}
	}
	return environment, nil
}

// isExecutable reports whether a program is to be found.
func isExecutable(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}
