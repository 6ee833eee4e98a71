package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/neurona-ml/neurona/datasets"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/spf13/cobra"
)

// dataVariable is the environment variable that --data-dir defaults to.
const dataVariable = "NEURONA_DATA"

// source is where examples come from: the flags that every command which
// reads some has in common.
type source struct {
	data   string // name of a built-in set, a CSV file, or "-" for standard input
	dir    string
	label  string
	header string
	comma  string
}

func (s *source) addFlags(cmd *cobra.Command, data, dataHelp string) {
	f := cmd.Flags()
	f.StringVar(&s.data, "data", data, dataHelp+": "+strings.Join(datasets.Names(), ", ")+", or a CSV file")
	f.StringVar(&s.dir, "data-dir", "", "folder that holds mnist/ (default: environment variable "+dataVariable+")")
	s.addCSVFlags(cmd, "CSV: the label's column, by name or number from 0, negative from the end (default: the last)")
	complete(cmd, "data", datasets.Names())
}

func (s *source) addCSVFlags(cmd *cobra.Command, labelHelp string) {
	f := cmd.Flags()
	f.StringVar(&s.label, "label", "", labelHelp)
	f.StringVar(&s.header, "header", "auto", "CSV: whether the first line names the columns: auto, yes, no")
	f.StringVar(&s.comma, "comma", ",", `CSV: what separates the cells; "\t" or tab for a tab`)
	complete(cmd, "header", headerNames())
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

func headerNames() []string { return []string{"auto", "yes", "no"} }

// isBuiltIn reports whether the data are a set that package datasets knows.
func (s *source) isBuiltIn() bool { return slices.Contains(datasets.Names(), s.data) }

// check reports flags that make no sense together.
func (s *source) check() error {
	if s.isBuiltIn() {
		return nil
	}
	// What looks like a path is one, and what is not there then is a missing
	// file; a bare word that is no file is a slip in a name.
	if s.data != standard && !strings.ContainsAny(s.data, `./\`) {
		if _, err := os.Stat(s.data); errors.Is(err, fs.ErrNotExist) {
			return flagError("data", names.Unknown("data set", s.data, datasets.Names()))
		}
	}
	_, err := s.csvOptions()
	return err
}

// inputs are the files that may be read.
func (s *source) inputs() []input {
	if !s.isBuiltIn() {
		return []input{{"the data", s.data}}
	}
	var list []input
	if dir := s.folder(); dir != "" && s.data == "mnist" {
		for _, pattern := range []string{"*-ubyte*", "mnist/*-ubyte*"} {
			// The error would be that of a pattern, which a folder's name may look like.
			names, _ := fs.Glob(os.DirFS(dir), pattern)
			for _, name := range names {
				list = append(list, input{"the data", filepath.Join(dir, name)})
			}
		}
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

// csvOptions are the options of datasets.ReadCSV that the flags ask for.
func (s *source) csvOptions() (datasets.CSVOptions, error) {
	opts := datasets.CSVOptions{Label: s.label}
	switch s.header {
	case "auto":
		opts.Header = datasets.HeaderAuto
	case "yes":
		opts.Header = datasets.HeaderYes
	case "no":
		opts.Header = datasets.HeaderNo
	default:
		return opts, flagError("header", names.Unknown("choice", s.header, headerNames()))
	}
	if s.comma == `\t` || s.comma == "tab" {
		opts.Comma = '\t'
		return opts, nil
	}
	r, size := utf8.DecodeRuneInString(s.comma)
	if r == utf8.RuneError || size != len(s.comma) || strings.ContainsRune("\"\r\n", r) {
		return opts, badFlag("comma", fmt.Sprintf("%q", s.comma), "one character, no quote or line break")
	}
	opts.Comma = r
	return opts, nil
}

// openBuiltIn returns both parts of a built-in set.
func (s *source) openBuiltIn(rows int, seed uint64) (train, test *datasets.Set, err error) {
	dir := s.folder()
	if s.data == "mnist" && dir == "" {
		return nil, nil, &usageError{fmt.Errorf("--data mnist needs --data-dir, the folder that holds mnist/, or environment variable %s", dataVariable)}
	}
	train, test, err = datasets.Open(s.data, datasets.Options{Dir: dir, Rows: rows, Seed: seed})
	return train, test, blameUsage(err)
}

// readCSV reads the CSV file, or standard input for "-".
func (a *app) readCSV(s *source, opts datasets.CSVOptions) (*datasets.Set, error) {
	var set *datasets.Set
	var err error
	if s.data == standard {
		opts.Name = "standard input"
		set, err = datasets.ReadCSV(a.stdin, opts)
	} else {
		set, err = datasets.LoadCSV(s.data, opts)
	}
	var unknown *names.UnknownError
	if errors.As(err, &unknown) && unknown.Kind == "label column" {
		return nil, flagError("label", err)
	}
	if err == nil && s.data != standard {
		set.Name = filepath.Base(s.data)
	}
	return set, err
}
