package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
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
	skip     int
	limits
}

// limits are how much is read at most: what is beyond is rather damaged than a table. 0 and "" leave a limit as it is.
type limits struct {
	columns, ratio int
	record, memory string // sizes
}

const automatic = "auto"

func (f *form) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.header, "header", automatic, "table: whether the first line names the columns: auto, yes, no")
	flags.StringVar(&f.comma, "comma", automatic, `table: what separates cells, a character, tab or space, or an escape: \x01 (auto: found)`)
	flags.StringVar(&f.decimal, "decimal", automatic, `table: the decimal point, "." or "," (auto: found)`)
	flags.StringVar(&f.quote, "quote", automatic, `table: what cells are quoted by, a character or none (auto: ")`)
	flags.StringVar(&f.comment, "comment", automatic, "table: what comment lines above the table begin with, a character or none (auto: #, but none with --header no)")
	flags.StringVar(&f.encoding, "encoding", table.Encodings()[0], "table: "+strings.Join(table.Encodings(), ", "))
	flags.IntVar(&f.skip, "skip", 0, "table: lines of a file that stand above the table: a title")
	flags.IntVar(&f.limits.columns, "max-columns", 0, "table: limit of its columns (0: a million)")
	flags.StringVar(&f.limits.record, "max-record", "", "table: limit of a record's size, such as 256MiB (default: 64MiB)")
	flags.StringVar(&f.limits.memory, "max-memory", "", "table: limit of the memory that it takes, such as 8GiB (default: 2GiB)")
	flags.IntVar(&f.limits.ratio, "max-ratio", 0, "table: how many times as long as its gzip file a text of more than 64 MiB may be (0: 200)")
	complete(cmd, "header", headers())
	complete(cmd, "comma", []string{"tab", "space"})
	complete(cmd, "encoding", table.Encodings())
}

// formFlags are the flags that say how a table is written.
func formFlags() []string {
	return []string{"header", "comma", "decimal", "quote", "comment", "encoding", "skip", "max-columns", "max-record", "max-memory", "max-ratio"}
}

// spellCharacter is how a flag has a character.
func spellCharacter(c rune) string {
	switch {
	case c == '\t':
		return "tab"
	case c == ' ':
		return "space"
	case unicode.IsControl(c):
		return strings.Trim(strconv.QuoteRune(c), "'")
	}
	return string(c)
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
		} else if text, err := strconv.Unquote(`"` + value + `"`); err == nil && strings.HasPrefix(value, `\`) {
			value = text // \x01
		}
		r, size := utf8.DecodeRuneInString(value)
		if r == utf8.RuneError || size != len(value) {
			return nil, badFlag(c.flag, fmt.Sprintf("%q", c.value), "one character, or "+map[bool]string{false: automatic, true: "none"}[c.none])
		}
		options = append(options, c.option(r))
	}
	if f.skip < 0 {
		return nil, badFlag("skip", f.skip, "0 or more")
	}
	if f.skip > 0 {
		options = append(options, table.Skip(f.skip))
	}
	limits, err := f.limits.options()
	return append(options, limits...), err
}

func (l *limits) options() (options []table.Option, err error) {
	for _, n := range []struct {
		flag   string
		value  int
		option func(int) table.Option
	}{{"max-columns", l.columns, table.MaxColumns}, {"max-ratio", l.ratio, table.MaxRatio}} {
		if n.value < 0 {
			return nil, badFlag(n.flag, n.value, "0 or more")
		}
		if n.value > 0 {
			options = append(options, n.option(n.value))
		}
	}
	for _, size := range []struct {
		flag, value string
		most        int64
		option      func(int64) table.Option
	}{
		{"max-record", l.record, math.MaxInt / 4, func(n int64) table.Option { return table.MaxRecord(int(n)) }},
		{"max-memory", l.memory, math.MaxInt64, table.MaxMemory},
	} {
		if size.value == "" {
			continue
		}
		n, ok := parseSize(size.value)
		if !ok || n > size.most {
			return nil, badFlag(size.flag, fmt.Sprintf("%q", size.value), "a size, such as 512MiB or 8GiB")
		}
		options = append(options, size.option(n))
	}
	return options, nil
}

// parseSize reads a size in bytes: 4096, 512MiB, 8GiB.
func parseSize(s string) (bytes int64, ok bool) {
	digits, unit := s, int64(1)
	for i, suffix := range []string{"KiB", "MiB", "GiB", "TiB"} {
		if number, found := strings.CutSuffix(s, suffix); found {
			digits, unit = strings.TrimSpace(number), 1<<(10*(i+1))
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n * unit, err == nil && n > 0 && n <= math.MaxInt64/unit
}
