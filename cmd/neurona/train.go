package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/neurona-ml/neurona/nn/model"
	"github.com/spf13/cobra"
)

func (a *app) trainCommand() *cobra.Command {
	opts := &trainOptions{}
	cmd := &cobra.Command{
		Use:   "train",
		Short: "Train a network on built-in data or a table",
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
  neurona train --data houses.csv --columns columns.json
  neurona train --data mnist --target-accuracy 0.98 --json`,
		Args: arguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			opts.command = learntBy(cmd)
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
	t := &training{app: a, opts: opts, out: a.stdout.terminal, err: a.stderr.terminal}
	if err := t.findOutputs(changed); err != nil {
		return err
	}
	if err := reading(ctx, t.load); err != nil {
		return err
	}
	t.letGo()
	if err := t.findRoomForColumns(); err != nil {
		return err
	}
	if err := t.build(changed); err != nil {
		return err
	}
	defer t.backend.Close()
	defer t.net.Close()
	if err := t.findRoom(); err != nil {
		return err
	}
	a.notePrecision(t.net)
	t.noteEffects()
	a.warn(&t.table)
	if err := t.reportStart(); err != nil {
		return err
	}
	if opts.findRate {
		return t.findRate(ctx)
	}
	fitErr := t.fit(ctx)
	if fitErr != nil && !errors.Is(fitErr, context.Canceled) {
		return blameUsage(fitErr)
	}
	t.interrupted = fitErr != nil
	if err := t.finish(ctx, changed); err != nil {
		return err
	}
	var err error
	switch {
	case t.interrupted:
		err = &interruptedError{When: "after " + plural(len(t.epochs), "epoch"), Saved: opts.save}
	case opts.target > 0 && !t.reached:
		err = &targetError{Part: t.watchedPart(), Got: t.watched, Want: opts.target, Epochs: len(t.epochs)}
	}
	if lost := a.stdout.lost; lost != nil {
		err = errors.Join(err, &lostError{Why: lost, Saved: opts.save})
	}
	return err
}

// findOutputs finds the places that the model and the plot go to, before hours of
// training end with that they cannot be written.
func (t *training) findOutputs(changed func(flag string) bool) error {
	t.save = destination{flag: "save", path: t.opts.save}
	t.plot = destination{flag: "plot", path: t.opts.plot}
	for _, d := range []*destination{&t.save, &t.plot} {
		if err := d.find(changed(d.flag)); err != nil {
			return err
		}
	}
	prints := t.opts.json || !t.opts.quiet
	if err := t.checkApart(prints, append(t.opts.inputs(), t.opts.meaning.files()...), &t.save, &t.plot); err != nil {
		return err
	}
	if t.save.isStandard(t.stdout) && t.out.interactive {
		return badFlag("save", t.opts.save, "a file or a pipe: a terminal makes nothing of a model")
	}
	// With something to save, training goes on when nobody can be told of it any more.
	t.stdout.keepsOn = prints && (t.save.given() || t.plot.given())
	return nil
}

// maxMetadata is how many bytes of metadata a safetensors file has at most.
const maxMetadata = 100_000_000

// findRoomForColumns reports that what a model has to say of its columns fits into no file, if they are many. The network, which
// takes as much memory as they do, is not there yet.
func (t *training) findRoomForColumns() error {
	const many = 10_000
	if !t.save.given() || !t.task.IsTable() || len(t.task.Encoder().Schema().Fields) < many {
		return nil
	}
	// Copies of copies are made: of none more than one is kept.
	const fewer = 20
	defer debug.SetGCPercent(debug.SetGCPercent(fewer))
	meta, err := t.task.Metadata()
	if err != nil {
		return err
	}
	if n := len(meta[model.MetadataKey]); n > maxMetadata {
		return fmt.Errorf("--save: what the model has to say of its %s takes %d bytes, and a safetensors file has room for %d (--only, --drop)", plural(len(t.task.Encoder().Schema().Fields), "column"), n, maxMetadata)
	}
	return nil
}

// findRoom reports that the model cannot be saved: what is said of its columns does not fit into a file, or there is no room for
// it, which is a little larger still than its numbers.
func (t *training) findRoom() error {
	if !t.save.given() {
		return nil
	}
	meta, err := t.task.Metadata()
	if err != nil {
		return err
	}
	if err := t.net.Save(io.Discard, meta); err != nil {
		return t.save.blame(err)
	}
	if t.save.place == nil {
		return nil
	}
	const float32Size = 4
	return t.save.blame(t.save.place.Room(float32Size * int64(t.net.NumParameters())))
}

// finish writes everything that a training ends with.
func (t *training) finish(ctx context.Context, changed func(flag string) bool) error {
	// Judged first: a model that says no numbers is no reason to lose the one that was there. What else goes wrong with that
	// is none to lose this one, which the time was spent on.
	judged := t.judge()
	if errors.As(judged, new(*model.OutputError)) {
		return &divergedError{judged, t.opts.save}
	}
	if t.save.given() {
		m, err := model.New(t.net, t.task, t.scores()...)
		if err != nil {
			return err
		}
		if err := t.save.write(t.app, func(w io.Writer) error {
			_, err := m.WriteTo(w)
			return err
		}); err != nil {
			return err
		}
	}
	if judged != nil {
		return judged
	}
	if t.plot.given() {
		if err := t.writePlot(); err != nil {
			return err
		}
	}
	if err := t.tryFuture(ctx, changed); err != nil {
		return err
	}
	return t.reportResult()
}

// scores are how the network did on rows to test with, if there were some and it could be judged.
func (t *training) scores() []model.Score {
	if len(t.tested.Targets) == 0 {
		return nil
	}
	tested := t.tested
	tested.Part = "test"
	return []model.Score{tested}
}
