package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/spf13/cobra"
)

// dataVariable is the environment variable that --data-dir defaults to.
const dataVariable = "NEURONA_DATA"

// source is where examples come from: the flags that every command which
// reads some has in common.
type source struct {
	data []string // the name of a built-in set, or files of a table, patterns, "-" for standard input
	dir  string
	form
}

func (s *source) addFlags(cmd *cobra.Command, data, dataHelp string) {
	f := cmd.Flags()
	var preset []string
	if data != "" {
		preset = []string{data}
	}
	f.StringArrayVar(&s.data, "data", preset, dataHelp+": "+strings.Join(datasets.Names(), ", ")+", or a table: a CSV file, a pattern, several such flags, or - for standard input")
	f.StringVar(&s.dir, "data-dir", "", "folder that holds mnist/ (default: environment variable "+dataVariable+")")
	complete(cmd, "data", datasets.Names())
}

// complete lets the shell complete the values of a flag.
func complete(cmd *cobra.Command, flag string, values []string) {
	// The error would say that the flag does not exist or has a completion.
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveDefault))
}

// completeBy completes the values of a flag by what a function makes of their beginning.
func completeBy(cmd *cobra.Command, flag string, by func(prefix string) []string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, func(_ *cobra.Command, _ []string, prefix string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return by(prefix), cobra.ShellCompDirectiveDefault
	})
}

// isBuiltIn reports whether the data are a set that package datasets knows.
func (s *source) isBuiltIn() bool {
	return len(s.data) == 1 && slices.Contains(datasets.Names(), s.data[0])
}

// name is how the data are called.
func (s *source) name() string { return strings.Join(s.data, ", ") }

// check reports flags that make no sense together.
func (s *source) check() error {
	if s.isBuiltIn() {
		return nil
	}
	if want, ok := s.wanted(); ok {
		return badFlag("data", s.name(), want)
	}
	for _, path := range s.data {
		switch {
		case slices.Contains(datasets.Names(), path):
			return badFlag("data", s.name(), path+" alone: it is built in, and no part of a table")
		case path == "":
			return badFlag("data", `""`, "a file, or the name of built-in data")
		case path == standard || strings.ContainsAny(path, `./\*?[`):
			continue
		}
		// What looks like a path is one, and what is not there then is a missing
		// file; a bare word that is no file is a slip in a name.
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return flagError("data", names.Unknown("data set", path, datasets.Names()))
		}
	}
	_, err := s.form.options()
	return err
}

// ofTables reports flags that mean nothing where the data are built in.
func (s *source) ofTables(changed func(flag string) bool, flags ...string) error {
	for _, flag := range flags {
		if s.isBuiltIn() && changed(flag) {
			return &usageError{fmt.Errorf("--%s is of tables: %s is built in", flag, s.name())}
		}
	}
	return nil
}

// checkFiles reports arguments that are no files of a table.
func (s *source) checkFiles() error {
	if want, ok := s.wanted(); ok {
		return &usageError{fmt.Errorf("FILE is %s, want %s", s.name(), want)}
	}
	_, err := s.form.options()
	return err
}

// wanted says what to give instead, where something is given that cannot be read: a folder, or standard input once more.
func (s *source) wanted() (want string, ok bool) {
	if first := slices.Index(s.data, standard); first >= 0 && slices.Contains(s.data[first+1:], standard) {
		return "- once: standard input can be read once", true
	}
	for _, path := range filesOf(s.data) {
		if info, err := os.Stat(path); err == nil && info.IsDir() && path != standard {
			return fmt.Sprintf("files, and %s is a folder: '%s' names those in it", path, filepath.Join(path, "*.csv")), true
		}
	}
	return "", false
}

// inputs are the files that may be read.
func (s *source) inputs() []input {
	var list []input
	add := func(paths ...string) {
		for _, path := range paths {
			list = append(list, input{"the data", path})
		}
	}
	if !s.isBuiltIn() {
		add(filesOf(s.data)...)
		return list
	}
	if dir := s.folder(); dir != "" && s.data[0] == "mnist" {
		for _, pattern := range []string{"*-ubyte*", "mnist/*-ubyte*"} {
			found, _ := fs.Glob(os.DirFS(dir), pattern)
			for _, name := range found {
				add(filepath.Join(dir, name))
			}
		}
	}
	return list
}

// filesOf are paths, and the files that they name where they are patterns.
func filesOf(paths []string) (list []string) {
	for _, path := range paths {
		list = append(list, path)
		// The error would be that of a pattern, which a file's name may look like.
		found, _ := filepath.Glob(path)
		list = append(list, found...)
	}
	return list
}

// folder is where the files of built-in data are.
func (s *source) folder() string {
	if s.dir != "" {
		return s.dir
	}
	return os.Getenv(dataVariable)
}

// openBuiltIn returns both parts of a built-in set.
func (s *source) openBuiltIn(rows int, seed uint64) (train, test *datasets.Set, err error) {
	dir := s.folder()
	if s.data[0] == "mnist" && dir == "" {
		return nil, nil, &usageError{fmt.Errorf("--data mnist needs --data-dir, the folder that holds mnist/, or environment variable %s", dataVariable)}
	}
	train, test, err = datasets.Open(s.data[0], datasets.Options{Dir: dir, Rows: rows, Seed: seed})
	return train, test, blameUsage(err)
}

// readTable reads the table. Its columns' names are those known, as far as anybody knows some.
func (a *app) readTable(s *source, known []string) (*table.Table, error) {
	in, err := a.open(s)
	if err != nil {
		return nil, err
	}
	defer in.close()
	return s.read(in, known)
}

// read reads the table from what was opened.
func (s *source) read(in *reader, known []string) (*table.Table, error) {
	options, err := s.form.options()
	if err != nil {
		return nil, err
	}
	if known != nil {
		options = append(options, table.Names(known...))
	}
	return in.table(options...)
}
