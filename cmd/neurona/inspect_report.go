package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/neurona-ml/neurona/datasets/table"
)

// Of what is inspected, as much is shown to people.
const (
	inspectedColumns = 200
	inspectedClasses = 20
	inspectedFiles   = 3
	nameWidth        = 40 // characters of a column's name
	cellWidth        = 24 // characters of an example
)

// report writes what was found for people. It is a table wherever it goes: texts of files break no line and no column of it.
func (i *inspection) report(w io.Writer) error {
	var b strings.Builder
	line(&b, "file", safe(i.describeFile()))
	for _, r := range i.dialect.Reasons {
		line(&b, "", safe(fmt.Sprintf("%s: %s, %s", r.What, r.Choice, r.Why)))
	}
	b.WriteByte('\n')
	i.reportColumns(&b)
	b.WriteByte('\n')
	i.reportTarget(&b)
	for k := range i.schema.Fields {
		if f := &i.schema.Fields[k]; f.Refused != nil && (f.Use || f.Role != table.Feature) {
			line(&b, "refused", safe(oneLine(describeError(f.Refused))))
		}
	}
	for _, d := range i.doubts {
		line(&b, "doubt", safe(describeDoubt(d)))
	}
	if i.written != "" {
		line(&b, "written", safe(i.written))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// describeFile says how much there is and how it is written.
func (i *inspection) describeFile() string {
	files, d := i.files, &i.dialect
	name := strings.Join(files[:min(len(files), inspectedFiles)], ", ")
	if n := len(files) - inspectedFiles; n > 0 {
		name += fmt.Sprintf(" and %d more", n)
	}
	text := fmt.Sprintf("%s: %s, %s; cells are separated by %s, the decimal point is %q, ", name, plural(i.rows, "row"), plural(len(i.schema.Fields), "column"), separator(d), d.Decimal)
	if d.Header {
		text += "the first line names the columns"
	} else {
		text += "there is no header"
	}
	if d.Comments > 0 {
		text += fmt.Sprintf(", %s above", plural(d.Comments, "comment"))
	}
	if d.Trailing {
		text += ", lines end with a separator"
	}
	text += "; " + d.Encoding
	if d.Gzip {
		text += ", gzip"
	}
	return text
}

// separator says what separates cells.
func separator(d *table.Dialect) string {
	name := map[rune]string{'\t': "tabs", ' ': "spaces"}[d.Comma]
	if name == "" {
		name = strconv.QuoteRune(d.Comma)
	}
	if d.Space {
		name += " and blanks"
	}
	return name
}

// reportColumns draws the table of columns. What is longest comes last.
func (i *inspection) reportColumns(w *strings.Builder) {
	g := &grid{}
	g.add("column", "kind", "role", "missing", "distinct", "range", "examples", "plan", "why")
	fields := i.schema.Fields
	for k := range fields[:min(len(fields), inspectedColumns)] {
		f := &fields[k]
		examples := make([]string, len(f.Examples))
		for j, e := range f.Examples {
			examples[j] = shown(e, cellWidth)
		}
		role := string(f.Role)
		if f.PastFuture {
			role += ", past-future"
		}
		g.add(safe(shown(f.Label(), nameWidth)), string(f.Kind), role, strconv.Itoa(f.Missing), strconv.Itoa(f.Distinct), f.Range(),
			safe(strings.Join(examples, ", ")), f.Plan(), brief(safe(oneLine(f.Why)), noteBytes))
	}
	g.write(w)
	if n := len(fields) - inspectedColumns; n > 0 {
		fmt.Fprintf(w, "and %s more (--json has all)\n", plural(n, "column"))
	}
}

// reportTarget says what would be predicted, or why nothing.
func (i *inspection) reportTarget(w io.Writer) {
	if i.noLabel != "" {
		line(w, "label", safe("none: "+oneLine(i.noLabel)))
		return
	}
	for k := range i.schema.Targets {
		line(w, "label", safe(i.targets[k]))
		if n := len(i.classes[k]); n > 0 && n <= inspectedClasses {
			list := make([]string, n)
			for j, c := range i.classes[k] {
				list[j] = fmt.Sprintf("%s %d", shown(c.Name, cellWidth), c.Rows)
			}
			line(w, "classes", safe(strings.Join(list, ", ")))
		}
		if missing := i.schema.Targets[k].Missing; missing > 0 {
			line(w, "", fmt.Sprintf("rows without a label, which training leaves out: %d of %d", missing, i.rows))
		}
	}
}

// safe is a text of a file as it stands in a table.
func safe(text string) string { return escape(text, "") }

// shown is a text of a file in a list or a table: short, and quoted if it has what would break a line or a column.
func shown(text string, most int) string {
	text = cut(text, most)
	if strings.ContainsFunc(text, func(r rune) bool { return !strconv.IsPrint(r) }) || !utf8.ValidString(text) {
		return strconv.Quote(text)
	}
	return text
}

// oneLine is a text without line breaks.
func oneLine(text string) string { return strings.ReplaceAll(text, "\n", " ") }
