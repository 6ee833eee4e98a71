package main

import (
	"context"
	"errors"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/spf13/cobra"
)

// inspectOptions are the flags of neurona inspect.
type inspectOptions struct {
	source
	meaning
	write string
	json  bool
	quiet bool
}

func (a *app) inspectCommand() *cobra.Command {
	opts := &inspectOptions{}
	cmd := &cobra.Command{
		Use:   "inspect FILE...",
		Short: "Say what the columns of a table would be taken for, or what a model holds",
		Long: `inspect reads a table as neurona train does, from files, patterns, or - for
standard input, and trains nothing. It says how the file is written, what each
column was taken for and why, what would be done with it, what would be
predicted, and what may be wrong with all that. Flags that decide otherwise are
those of train.

A column that cannot be used as it is, or a table in which no column has to be
the label, is shown with the reason: that is no failure.

--write writes what was found to a file of columns, one in a line, for people
to edit and for --columns of train to read: the kind of each, whether it is
used, and for what.

Of a model it says what that is, how well it did and where it comes from, and
all that it holds of the data that it was trained on: names of columns, ranges
and averages, levels, classes. Who gives a model away gives these away.`,
		Example: `  neurona inspect houses.csv
  neurona inspect houses.csv --label price --as zip=category
  neurona inspect 'parts/*.csv' --json
  neurona inspect houses.csv --write columns.json
  neurona inspect houses.csv --columns columns.json
  neurona inspect houses.safetensors`,
		Args: arguments("FILE..."),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.data = args
			return a.inspect(cmd.Context(), opts, cmd.Flags().Changed)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	opts.form.addFlags(cmd)
	opts.meaning.addFlags(cmd)
	f.StringVar(&opts.write, "write", "", "file to write the columns to, for --columns; - for standard output, with --quiet")
	f.BoolVar(&opts.json, "json", false, "write everything to standard output as a JSON object")
	f.BoolVar(&opts.quiet, "quiet", false, "write no summary")
	_ = cmd.MarkFlagFilename("write", "json") // the error would say that there is no such flag
	return cmd
}

// inspect carries out neurona inspect.
func (a *app) inspect(ctx context.Context, opts *inspectOptions, changed func(flag string) bool) error {
	if err := opts.checkFiles(); err != nil {
		return err
	}
	if opts.isModel() {
		return a.inspectModel(opts, changed)
	}
	if err := opts.meaning.check(changed); err != nil {
		return err
	}
	if _, err := opts.meaning.options(); err != nil {
		return err
	}
	to := destination{flag: "write", path: opts.write}
	if err := to.find(changed("write")); err != nil {
		return err
	}
	prints := opts.json || !opts.quiet
	if err := a.checkApart(prints, append(opts.inputs(), opts.meaning.files()...), &to); err != nil {
		return err
	}
	var i *inspection
	err := reading(ctx, func() (err error) {
		i, err = a.look(opts)
		return err
	})
	if err != nil {
		return blameTable(err)
	}
	if i.written = opts.write; to.given() {
		if err := to.write(a, newColumnsFile(i.table, i.schema, &opts.meaning).write); err != nil {
			return err
		}
	}
	switch {
	case opts.json:
		return writeJSON(a.stdout, i.event())
	case opts.quiet:
		return nil
	}
	return i.report(a.stdout)
}

// inspection is what was found in a table.
type inspection struct {
	told
	table   *table.Table
	noLabel string         // why there is no target
	classes [][]classCount // of each target, nil if it has none
	written string         // the file of columns, if one was asked for
}

// classCount is how often a class comes.
type classCount struct {
	Name string `json:"name"`
	Rows int    `json:"rows"`
}

// look reads the table and finds out what is in it. Where no label can be chosen, or the one that is asked for cannot be
// used, everything else is found out all the same.
func (a *app) look(opts *inspectOptions) (*inspection, error) {
	if err := opts.meaning.open(); err != nil {
		return nil, err
	}
	tab, err := a.readTable(&opts.source, nil)
	if err != nil {
		return nil, err
	}
	i := &inspection{table: tab, told: told{files: tab.Files(), rows: tab.Rows(), dialect: tab.Dialect()}}
	i.schema, err = opts.meaning.infer(tab, nil)
	if errors.As(err, new(*table.Error)) {
		i.noLabel = describeError(err)
		i.schema, err = opts.meaning.withoutLabel().infer(tab, nil)
	}
	if err != nil {
		return nil, err
	}
	inOrder, err := i.schema.InTimeOrder(tab, nil)
	if err != nil {
		return nil, err
	}
	i.doubts = table.LastAboutTimes(append(append(tab.Doubts(), i.schema.Doubts...), inOrder...))
	if i.noLabel == "" {
		for k := range i.schema.Targets {
			target := &i.schema.Targets[k]
			i.targets = append(i.targets, describeTarget(i.schema, target, opts.meaning.namesLabel()))
			i.classes = append(i.classes, countClasses(tab, target))
		}
	}
	return i, nil
}

// countClasses counts the rows of each class.
func countClasses(tab *table.Table, target *table.Target) []classCount {
	if target.Classes == nil {
		return nil
	}
	levels, codes, _ := tab.Columns()[target.Field].Levels(tab.Rows())
	rows := make(map[string]int, len(levels))
	for _, code := range codes {
		if code != table.None {
			rows[levels[code]]++
		}
	}
	list := make([]classCount, len(target.Classes))
	for i, name := range target.Classes {
		list[i] = classCount{name, rows[name]}
	}
	return list
}
