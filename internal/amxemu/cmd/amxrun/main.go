// Amxrun runs a program that uses AMX tiles on a processor without them:
//
//	go test -exec "$PWD/amxrun" ./kernels
//	amxrun ./kernels.test -test.run AMX
//	amxrun -strict ./kernels.test -test.run AMX
//
// With -strict it fails if the program used no tiles, or if a thread ended without
// having released its own.
//
// It passes the program's output on, ends with its exit code, and says on
// standard error how many instructions it has emulated.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/neurona-ml/neurona/internal/amxemu"
)

func main() {
	strict := flag.Bool("strict", false, "fail if no tiles were used, or some not released")
	flag.Usage = func() { fmt.Fprintln(os.Stderr, "usage: amxrun [-strict] PROGRAM [ARGUMENT...]") }
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	stats, err := amxemu.Run(ctx, os.Stdout, os.Stderr, "", flag.Args()...)
	fmt.Fprintf(os.Stderr, "amxrun: %v\n", stats)
	if exit := (*amxemu.ExitError)(nil); errors.As(err, &exit) {
		os.Exit(exit.Code)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "amxrun: %v\n", err)
		os.Exit(1)
	}
	if *strict && stats.Total() == 0 {
		fmt.Fprintln(os.Stderr, "amxrun: the program used no tiles")
		os.Exit(1)
	}
	if *strict && stats.Unreleased > 0 {
		fmt.Fprintf(os.Stderr, "amxrun: %d threads ended without having released their tiles\n", stats.Unreleased)
		os.Exit(1)
	}
}
