package main

import (
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// sources are the rivals in C and the script of PyTorch.
//
//go:embed rivals
var sources embed.FS

// workshop is where rivals are built: cache keeps binaries from run to run,
// scratch is gone after this one.
type workshop struct {
	cache, scratch string
}

func newWorkshop() (*workshop, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	w := &workshop{cache: filepath.Join(cache, "neurona-compare")}
	if err := os.MkdirAll(w.cache, 0o755); err != nil {
		return nil, fmt.Errorf("folder for binaries: %w", err)
	}
	if w.scratch, err = os.MkdirTemp("", "neurona-compare-"); err != nil {
		return nil, fmt.Errorf("folder for scratch: %w", err)
	}
	files, err := fs.Sub(sources, "rivals")
	if err != nil {
		return nil, err
	}
	if err := os.CopyFS(filepath.Join(w.scratch, "rivals"), files); err != nil {
		return nil, fmt.Errorf("write the rivals' sources: %w", err)
	}
	return w, nil
}

func (w *workshop) close() error { return os.RemoveAll(w.scratch) }

// path is where a file of the rivals is.
func (w *workshop) path(name string) string { return filepath.Join(w.scratch, "rivals", name) }

// library is what a rival in C is built with.
type library struct {
	source string   // file among the rivals
	pkg    string   // pkg-config's name of it; empty if it has none
	flags  []string // without pkg-config
	debian string   // package that brings it
}

// build compiles a rival in C, unless the cache has it, and returns the
// binary. The errors are *missing.
func (w *workshop) build(ctx context.Context, l library) (string, error) {
	cure := "apt-get install " + l.debian
	compiler, err := exec.LookPath("cc")
	if err != nil {
		return "", &missing{"no C compiler", "apt-get install gcc"}
	}
	args := append([]string{"-O2", "-std=gnu11", "-I" + filepath.Dir(w.path(l.source)), w.path(l.source)}, w.flags(ctx, l)...)
	key, err := w.key(compiler, l, args)
	if err != nil {
		return "", err
	}
	binary := filepath.Join(w.cache, strings.TrimSuffix(l.source, ".c")+"-"+key)
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	// Built beside and renamed: another run may be at the same.
	fresh := filepath.Join(w.scratch, filepath.Base(binary))
	if err := runCommand(exec.CommandContext(ctx, compiler, append(args, "-o", fresh)...)); err != nil {
		return "", &missing{fmt.Sprintf("%s does not build: %v", l.source, err), cure}
	}
	return binary, install(fresh, binary)
}

// flags are the compiler's, from pkg-config where that knows the library.
func (w *workshop) flags(ctx context.Context, l library) []string {
	if l.pkg == "" {
		return l.flags
	}
	out, err := exec.CommandContext(ctx, "pkg-config", "--cflags", "--libs", l.pkg).Output()
	if err != nil {
		return l.flags
	}
	return append(strings.Fields(string(out)), l.flags...)
}

// key changes with whatever a binary is made of.
func (w *workshop) key(compiler string, l library, args []string) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, compiler)
	for _, arg := range args {
		fmt.Fprintln(h, strings.ReplaceAll(arg, w.scratch, ""))
	}
	for _, name := range []string{l.source, "protocol.h", "product.h"} {
		content, err := sources.ReadFile("rivals/" + name)
		if err != nil {
			return "", err
		}
		h.Write(content)
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:6]), nil
}

// install moves a binary to another folder, maybe on another file system.
func install(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	beside := fmt.Sprintf("%s.%d", to, os.Getpid())
	if err := os.WriteFile(beside, content, 0o755); err != nil {
		return err
	}
	return os.Rename(beside, to)
}

// runCommand runs a command; its error has the line of output that says most.
func runCommand(cmd *exec.Cmd) error {
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	if said := firstComplaint(string(out)); said != "" {
		return errors.New(said)
	}
	return err
}

// firstComplaint is the first line of a compiler's output that tells what is
// wrong.
func firstComplaint(output string) string {
	first := ""
	for l := range strings.Lines(output) {
		l = strings.TrimSpace(l)
		if strings.Contains(l, "error") || strings.Contains(l, "cannot find") {
			return l
		}
		if first == "" {
			first = l
		}
	}
	return first
}
