package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/neurona-ml/neurona/internal/names"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// app is what every command works with.
type app struct {
	stdin          io.Reader
	stdout, stderr *stream
	done           <-chan struct{} // closed when the command is to end soon
}

// run is the whole command: it carries out args and returns the exit code. It
// ends soon after ctx is cancelled.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: newStandardOutput(stdout), stderr: newStandardError(stderr)}
	return a.run(ctx, args)
}

func (a *app) run(ctx context.Context, args []string) int {
	a.done = ctx.Done()
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil && a.stdout.lost != nil { // of help, whose errors cobra drops
		err = a.stdout.lost
	}
	code := exitCode(err)
	if err != nil && code != exitPipe { // who does not read on need not be told
		a.tell(errorBytes, describeError(err))
	}
	if code == exitUsage {
		fmt.Fprintf(a.stderr, "Run '%s --help' for usage.\n", cmd.CommandPath())
	}
	return code
}

// rootCommand is neurona without a subcommand, which prints help.
func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "neurona",
		Short: "Train feed-forward neural networks, fast, in pure Go",
		Long: `neurona trains feed-forward neural networks in mini-batches, at the speed of
the machine, and applies what they have learnt.

Exit codes: 0 done, 1 failed, 2 bad usage, 3 target accuracy not reached,
130 interrupted (what --save asked for has been saved), 141 nobody reads the
output any more.`,
		Example: `  neurona train
  neurona train --data digits --save digits.safetensors
  neurona eval digits.safetensors
  neurona inspect houses.csv
  neurona info`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs, // so that RunE, not cobra, answers an unknown command
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			var known []string
			for _, c := range cmd.Commands() {
				if c.IsAvailableCommand() {
					known = append(known, c.Name())
				}
			}
			return &usageError{names.Unknown("command", args[0], known)}
		},
	}
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SetFlagErrorFunc(flagUsage)
	root.AddCommand(a.trainCommand(), a.inspectCommand(), a.evalCommand(), a.predictCommand(), a.explainCommand(), a.partsCommand(), a.infoCommand())
	return root
}

// flagUsage turns what pflag says about a command line into a usage error, with
// the nearest flag for one that does not exist.
func flagUsage(cmd *cobra.Command, err error) error {
	var missing *pflag.NotExistError
	if !errors.As(err, &missing) || len(missing.GetSpecifiedName()) < 2 {
		return &usageError{err}
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			known = append(known, "--"+f.Name)
		}
	})
	return &usageError{names.Unknown("flag", "--"+missing.GetSpecifiedName(), known)}
}

// arguments wants the arguments of these names, and nothing empty, as variables of scripts are that nobody has set; "[FILE]" may
// be left out, of "FILE..." there may be more.
func arguments(wanted ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		for i, name := range wanted {
			if i >= len(args) && !strings.HasPrefix(name, "[") {
				return &usageError{fmt.Errorf("%s is missing", strings.TrimSuffix(name, "..."))}
			}
		}
		if len(args) > len(wanted) && !(len(wanted) > 0 && strings.HasSuffix(wanted[len(wanted)-1], "...")) {
			return &usageError{fmt.Errorf("unexpected argument %q", args[len(wanted)])}
		}
		for i, arg := range args {
			if arg == "" {
				return &usageError{fmt.Errorf(`%s is "", want the name of a file`, strings.Trim(wanted[min(i, len(wanted)-1)], "[.]"))}
			}
		}
		return nil
	}
}

// version says what was built, with what and for what.
func version() string {
	v := "(unknown version)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		v = info.Main.Version
	}
	return fmt.Sprintf("%s %s %s/%s", v, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
