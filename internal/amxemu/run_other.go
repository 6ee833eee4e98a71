//go:build !linux || !amd64

package amxemu

import (
	"context"
	"fmt"
	"io"
	"runtime"
)

func run(context.Context, io.Writer, io.Writer, string, []string) (Stats, error) {
	return Stats{}, fmt.Errorf("amxemu: cannot emulate on %s/%s: tracing is written for linux/amd64", runtime.GOOS, runtime.GOARCH)
}
