package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	onHangup(cancel)
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	// The first signal asks for an orderly end; a second one ends the process
	// at once, as it would have without us.
	context.AfterFunc(ctx, stop)
	// That nobody reads standard output any more is an error of writing to it, and
	// not the end before a model is saved.
	ignorePipe()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
