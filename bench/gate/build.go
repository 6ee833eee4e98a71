package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// builder turns sides into test binaries, in a temporary folder.
type builder struct {
	packageDir string // of the benchmarks, relative to the root of a tree
	mustBe     bool   // whether a binary must find packageDir to run in
	tags       string // build tags
	tmp        string
	worktrees  []string // to be removed from git's books
}

func newBuilder(packageDir, tags string, mustBe bool) (*builder, error) {
	tmp, err := os.MkdirTemp("", "neurona-gate-")
	if err != nil {
		return nil, err
	}
	return &builder{packageDir: packageDir, mustBe: mustBe, tags: tags, tmp: tmp}, nil
}

// close removes the worktrees and the binaries. It works without the context
// of the run, which may have been cancelled.
func (b *builder) close() error {
	var errs []error
	for _, tree := range b.worktrees {
		_, err := output(context.Background(), "", "git", "worktree", "remove", "--force", tree)
		errs = append(errs, err)
	}
	return errors.Join(append(errs, os.RemoveAll(b.tmp))...)
}

func (b *builder) buildBoth(ctx context.Context, base, head *side, log func(string, ...any)) error {
	for _, s := range []*side{base, head} {
		log("building %s: %s", s.label, s.argument)
		if err := b.build(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// build gives s its binary, its hash and the folder it runs in.
func (b *builder) build(ctx context.Context, s *side) error {
	if s.binary != "" { // prebuilt
		s.dir = "."
		if isFolder(b.packageDir) {
			s.dir = b.packageDir
		} else if b.mustBe {
			s.lacking("folder " + b.packageDir + " to run in")
			return nil
		}
		return s.setHash()
	}
	if s.commit != "" {
		s.tree = filepath.Join(b.tmp, s.label)
		b.worktrees = append(b.worktrees, s.tree)
		if _, err := output(ctx, "", "git", "worktree", "add", "--detach", "--force", s.tree, s.commit); err != nil {
			return fmt.Errorf("%s: %w", s.label, err)
		}
	}
	s.dir = filepath.Join(s.tree, b.packageDir)
	tests, err := filepath.Glob(filepath.Join(s.dir, "*_test.go"))
	if err != nil {
		return err
	}
	switch {
	case !isFolder(s.dir): // a revision from before the suite, or one that lost it
		s.lacking("folder " + b.packageDir)
		return nil
	case len(tests) == 0:
		s.lacking("benchmarks in " + b.packageDir)
		return nil
	}
	s.binary = filepath.Join(b.tmp, s.label+".test")
	if runtime.GOOS == "windows" {
		s.binary += ".exe"
	}
	// Without paths, build ID and stamps the same sources give the same bytes. A
	// go.work, of the tree or above it, takes no part: what is measured is built
	// from what the suite's own module requires, on both sides.
	args := []string{"test", "-c", "-trimpath", "-buildvcs=false", "-ldflags=-buildid=", "-o", s.binary}
	if b.tags != "" {
		args = append(args, "-tags="+b.tags)
	}
	if _, err := outputWith(ctx, []string{"GOWORK=off"}, s.dir, "go", args...); err != nil {
		return fmt.Errorf("building %s: %w", s.label, err)
	}
	if _, err := os.Stat(s.binary); errors.Is(err, os.ErrNotExist) { // the tags leave no test
		s.lacking("benchmarks in " + b.packageDir)
		return nil
	}
	return s.setHash()
}

func (s *side) setHash() error {
	f, err := os.Open(s.binary)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("%s: %w", s.binary, err)
	}
	s.hash = hex.EncodeToString(h.Sum(nil))
	return nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
