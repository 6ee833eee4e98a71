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
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// onHangup calls cancel when the terminal goes away, unless nohup has said that this
// does not matter. It may be told twice, by the system and by the shell, and neither
// ends the process.
func onHangup(cancel func()) {
	if signal.Ignored(syscall.SIGHUP) {
		return
	}
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	go func() {
		<-hangup
		cancel()
	}()
}
