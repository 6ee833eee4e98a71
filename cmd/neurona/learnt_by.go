package main

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// learntBy is the command line that a model has been trained by, as the model has it: the flags that what is learnt follows from. Of files
// it has base names.
func learntBy(cmd *cobra.Command) string {
	// How fast it goes, and where it is written to, makes no other model.
	others := []string{"backend", "data-dir", "isa", "json", "plot", "precision", "quiet", "save", "strict-precision", "workers"}
	words := []string{cmd.CommandPath()}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if slices.Contains(others, f.Name) {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, v := range values {
			if (f.Name == "data" || f.Name == "columns") && v != "" {
				v = filepath.Base(v)
			}
			if f.Value.Type() == "bool" {
				words = append(words, "--"+f.Name+"="+v)
			} else {
				words = append(words, "--"+f.Name, shellWord(v))
			}
		}
	})
	return strings.Join(words, " ")
}
