package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

func (a *app) trainCommand() *cobra.Command {
	opts := &trainOptions{}
	cmd := &cobra.Command{
		Use:   "train",
		Short: "Train a network on built-in data or a CSV file",
		Long: `train trains a feed-forward network, judges it on rows it has not seen, and
says how fast it went. Without a flag it learns the circle: which points of a
square lie inside a disc.

Settings that no flag names fit the data. A summary goes to standard output, or
one JSON object per line with --json; progress goes to standard error, if that
is a terminal. Ctrl-C ends training after the batch under way; what --save and
--plot ask for is still written.`,
		Example: `  neurona train
  neurona train --data spiral --hidden 32,32 --plot spiral.png
  neurona train --data mnist --data-dir ~/data --epochs 5 --save mnist.safetensors
  neurona train --data iris.csv --label species --validation 0.2 --early-stop 10
  neurona train --data houses.csv --label price --loss mse
  neurona train --data mnist --target-accuracy 0.98 --json`,
		Args: arguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.train(cmd.Context(), opts, cmd.Flags().Changed)
		},
	}
	opts.addFlags(cmd)
	return cmd
}

// train carries out neurona train.
func (a *app) train(ctx context.Context, opts *trainOptions, changed func(flag string) bool) error {
	if err := opts.resolve(changed); err != nil {
		return err
	}
	for flag, path := range map[string]string{"save": opts.save, "plot": opts.plot} {
		if err := checkFolder(flag, path); err != nil {
			return err
		}
	}
	t := &training{app: a, opts: opts, out: lookAt(a.stdout), err: lookAt(a.stderr)}
	if err := reading(ctx, t.load); err != nil {
		return err
	}
	if err := t.build(changed); err != nil {
		return err
	}
	defer t.backend.Close()
	defer t.net.Close()
	a.notePrecision(t.net)
	if err := t.reportStart(); err != nil {
		return err
	}
	fitErr := t.fit(ctx)
	if fitErr != nil && !errors.Is(fitErr, context.Canceled) {
		return blameUsage(fitErr)
	}
	t.interrupted = fitErr != nil
	if err := t.finish(); err != nil {
		return err
	}
	switch {
	case t.interrupted:
		return &interruptedError{When: "after " + plural(len(t.epochs), "epoch"), Saved: opts.save}
	case opts.target > 0 && !t.reached:
		return &targetError{Got: t.tested.Accuracy, Want: opts.target, Epochs: len(t.epochs)}
	}
	return nil
}

// finish writes everything that a training ends with.
func (t *training) finish() error {
	// The model first: it is what the time was spent on.
	if t.opts.save != "" {
		meta, err := t.task.metadata()
		if err != nil {
			return err
		}
		if err := t.net.SaveFile(t.opts.save, meta); err != nil {
			return fmt.Errorf("--save: %w", err)
		}
	}
	if err := t.judge(); err != nil {
		return err
	}
	if t.opts.plot != "" {
		if err := t.writePlot(); err != nil {
			return fmt.Errorf("--plot: %w", err)
		}
	}
	return t.reportResult()
}

// checkFolder reports a file to be written into a folder that is not there,
// before hours of training end with that.
func checkFolder(flag, path string) error {
	if path == "" {
		return nil
	}
	dir := filepath.Dir(path)
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return flagError(flag, err)
	case !info.IsDir():
		return badFlag(flag, path, dir+" to be a folder")
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return badFlag(flag, path, "a file, not a folder")
	}
	return nil
}
