//go:build !js

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// ignorePipe keeps the process when nobody reads what it writes.
func ignorePipe() { signal.Ignore(syscall.SIGPIPE) }

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
