package main

import (
	"context"
	"os/exec"
	"strings"
)

// fannRelease is FANN's version, which its headers do not have.
func fannRelease(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "pkg-config", "--modversion", "fann").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}
