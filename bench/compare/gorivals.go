package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// comparePackage is this package. The nested module of the Go rivals lies
// beside its sources; a module cannot be embedded.
const comparePackage = "github.com/neurona-ml/neurona/bench/compare"

// trustCollector tells a dependency of Gorgonia, which was last tried with Go
// 1.18, that the garbage collector of the Go in use does not move objects either.
var trustCollector = "ASSUME_NO_MOVING_GC_UNSAFE_RISK_IT_WITH=" + goRelease(runtime.Version())

// goRelease cuts a version as go1.26.8-X:simd or go1.27rc1 to its release,
// go1.26 or go1.27.
func goRelease(version string) string {
	return release.FindString(version)
}

var release = regexp.MustCompile(`^go\d+\.\d+|^.*`)

// goEntrant is a rival of the module gorivals: the program in its folder dir,
// built with an experiment of Go's if there is one.
func (w *workshop) goEntrant(ctx context.Context, name, dir, experiment string) entrant {
	e := entrant{name: name, does: []kind{training}}
	binary, err := w.buildGo(ctx, dir, experiment)
	if err != nil {
		e.reason = err
		return e
	}
	e.open = func(ctx context.Context, threads int) (rival, error) {
		return openProcess(start(ctx, threads, []string{trustCollector}, binary))
	}
	return e
}

func (w *workshop) buildGo(ctx context.Context, dir, experiment string) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", comparePackage).Output()
	if err != nil {
		return "", &missing{"the sources of the Go rivals are not here", "run it in neurona's source tree, with go in the path"}
	}
	module := filepath.Join(strings.TrimSpace(string(out)), "gorivals")
	if _, err := os.Stat(module); err != nil {
		return "", &missing{err.Error(), "a whole source tree"}
	}
	binary := filepath.Join(w.scratch, dir+experiment)
	cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, "./"+dir)
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0", "GOEXPERIMENT="+experiment)
	if err := runCommand(cmd); err != nil {
		return "", &missing{fmt.Sprintf("%s does not build: %v", dir, err), "a way to a module proxy, for the versions in " + filepath.Join(module, "go.mod")}
	}
	return binary, nil
}
