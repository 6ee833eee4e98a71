package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// side is one of the two programs that are compared.
type side struct {
	label    string // "base" or "head"
	argument string // as the user named it
	commit   string // of a revision; empty otherwise
	tree     string // folder of the source tree; empty for a binary
	binary   string // the test binary; empty if there are no benchmarks
	lacks    string // why there are none; empty if there are
	dir      string // where the binary runs
	hash     string // SHA-256 of the binary, or of nothing
}

// ArgumentError reports a BASE or HEAD that names nothing.
type ArgumentError struct {
	Label, Argument string
}

func (e *ArgumentError) Error() string {
	return fmt.Sprintf("%s %q is neither a git revision nor a directory nor a file", strings.ToUpper(e.Label), e.Argument)
}

// resolve finds out what an argument is: a revision of the repository that
// contains the current directory, a directory or a file, in this order. ./name
// is never a revision.
func resolve(ctx context.Context, label, argument string) (*side, error) {
	s := &side{label: label, argument: argument}
	commit, err := output(ctx, "", "git", "rev-parse", "--verify", "--quiet", "--end-of-options", argument+"^{commit}")
	if err == nil {
		s.commit = commit
		return s, nil
	}
	info, err := os.Stat(argument)
	if err != nil {
		return nil, &ArgumentError{label, argument}
	}
	path, err := filepath.Abs(argument)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		s.tree = path
	} else {
		s.binary = path
	}
	return s, nil
}

// sameBytes reports whether both sides are the same program.
func (s *side) sameBytes(other *side) bool { return s.hash != "" && s.hash == other.hash }

// lacking says what the side does not have, which leaves it without benchmarks.
func (s *side) lacking(what string) {
	s.binary = ""
	s.lacks = fmt.Sprintf("%s (%s) has no %s", strings.ToUpper(s.label), s.argument, what)
}

func (s *side) info() Side {
	return Side{Argument: s.argument, Commit: s.commit, SHA256: s.hash}
}

// output runs a command in dir and returns what it prints, trimmed. An error
// carries the end of what it said.
func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	return outputWith(ctx, nil, dir, name, args...)
}

// outputWith is output with more environment.
func outputWith(ctx context.Context, environment []string, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), environment...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", &CommandError{Command: name + " " + strings.Join(args, " "), Output: said.String(), Err: err}
	}
	return strings.TrimSpace(string(out)), nil
}

// CommandError reports a program that failed.
type CommandError struct {
	Command string
	Output  string // what it said
	Err     error
}

// maxSaid is how much of a program's last words an error repeats.
const maxSaid = 2000

func (e *CommandError) Error() string {
	said := strings.TrimSpace(e.Output)
	if len(said) > maxSaid {
		said = "..." + said[len(said)-maxSaid:]
	}
	var missing *exec.Error
	if said == "" || errors.As(e.Err, &missing) {
		return fmt.Sprintf("%s: %v", e.Command, e.Err)
	}
	return fmt.Sprintf("%s: %v\n%s", e.Command, e.Err, said)
}

func (e *CommandError) Unwrap() error { return e.Err }
