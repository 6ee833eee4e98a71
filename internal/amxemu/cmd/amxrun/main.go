// Amxrun runs a program that uses AMX tiles on a processor without them:
//
//	go test -exec "$PWD/amxrun" ./kernels
//	amxrun ./kernels.test -test.run AMX
//
// It passes the program's output on, ends with its exit code, and says on
// standard error how many instructions it has emulated.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/neurona-ml/neurona/internal/amxemu"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: amxrun PROGRAM [ARGUMENT...]")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	stats, err := amxemu.Run(ctx, os.Stdout, os.Stderr, "", os.Args[1:]...)
	fmt.Fprintf(os.Stderr, "amxrun: %v\n", stats)
	if exit := (*amxemu.ExitError)(nil); errors.As(err, &exit) {
		os.Exit(exit.Code)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "amxrun: %v\n", err)
		os.Exit(1)
	}
}
