package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/spf13/cobra"
)

// form is how a table is written, as far as flags say it: the rest is found in the file.
type form struct {
	header   string
	comma    string
	decimal  string
	quote    string
	comment  string
	encoding string
}

const automatic = "auto"

func (f *form) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.header, "header", automatic, "table: whether the first line names the columns: auto, yes, no")
	flags.StringVar(&f.comma, "comma", automatic, `table: what separates cells, a character, tab or space (auto: found)`)
	flags.StringVar(&f.decimal, "decimal", automatic, `table: the decimal point, "." or "," (auto: found)`)
	flags.StringVar(&f.quote, "quote", automatic, `table: what cells are quoted by, a character or none (auto: ")`)
	flags.StringVar(&f.comment, "comment", automatic, "table: what comment lines above the table begin with, a character or none (auto: #, but none with --header no)")
	flags.StringVar(&f.encoding, "encoding", table.Encodings()[0], "table: "+strings.Join(table.Encodings(), ", "))
	complete(cmd, "header", headers())
	complete(cmd, "comma", []string{"tab", "space"})
	complete(cmd, "encoding", table.Encodings())
}

// formFlags are the flags that say how a table is written.
func formFlags() []string {
	return []string{"header", "comma", "decimal", "quote", "comment", "encoding"}
}

func headers() []string { return []string{automatic, "yes", "no"} }

// options are those of package table that the flags ask for.
func (f *form) options() ([]table.Option, error) {
	mode := slices.Index(headers(), f.header)
	if mode < 0 {
		return nil, flagError("header", names.Unknown("choice", f.header, headers()))
	}
	if !slices.Contains(table.Encodings(), f.encoding) {
		return nil, flagError("encoding", names.Unknown("encoding", f.encoding, table.Encodings()))
	}
	options := []table.Option{table.Header([]table.HeaderMode{table.Auto, table.Yes, table.No}[mode]), table.Encoding(f.encoding)}
	words := map[string]string{"tab": "\t", `\t`: "\t", "space": " "}
	for _, c := range []struct {
		flag, value string
		option      func(rune) table.Option
		none        bool // may be none
	}{
		{"comma", f.comma, table.Comma, false}, {"decimal", f.decimal, table.Decimal, false}, {"quote", f.quote, table.Quote, true}, {"comment", f.comment, table.Comment, true},
	} {
		if c.value == automatic {
			continue
		}
		if c.none && c.value == "none" {
			options = append(options, c.option(0))
			continue
		}
		value := c.value
		if word, ok := words[value]; ok && c.flag == "comma" {
			value = word
		}
		r, size := utf8.DecodeRuneInString(value)
		if r == utf8.RuneError || size != len(value) {
			return nil, badFlag(c.flag, fmt.Sprintf("%q", c.value), "one character, or "+map[bool]string{false: automatic, true: "none"}[c.none])
		}
		options = append(options, c.option(r))
	}
	return options, nil
}
