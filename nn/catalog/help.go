package catalog

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// Help returns a table with a line for each part: its signature, what it is, its
// formula and PyTorch's name for it. Columns that would be empty are left out.
func (c Catalog[P]) Help() string {
	rows := make([][]string, len(c.parts))
	for i, p := range c.parts {
		rows[i] = []string{p.Usage(), p.Help, p.Formula, p.Torch}
	}
	return table("", rows)
}

// Describe returns what there is to say of the part called name: its line of
// Help, its example, and a line for each parameter.
func (c Catalog[P]) Describe(name string) (string, error) {
	p, err := c.Lookup(name)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(p.Usage() + "\n")
	facts := []struct{ label, text string }{
		{"", p.Help}, {"formula: ", p.Formula}, {"PyTorch: ", p.Torch}, {"example: ", p.Example},
	}
	for _, fact := range facts {
		if fact.text != "" {
			fmt.Fprintf(&b, "  %s%s\n", fact.label, fact.text)
		}
	}
	rows := make([][]string, len(p.Params))
	for i, param := range p.Params {
		rows[i] = []string{param.Name, param.want(c), param.unless(), param.Help}
	}
	b.WriteString(table("  ", rows))
	return b.String(), nil
}

// unless says whether p may be left out.
func (p Param) unless() string {
	switch {
	case p.Optional:
		return "may be left out"
	case p.Default != "":
		return canonical(p.Default) + " by default"
	}
	return "required"
}

// table aligns the columns of rows, but for those that are empty in all.
func table(indent string, rows [][]string) string {
	var filled []int
	for column := range 4 {
		for _, row := range rows {
			if row[column] != "" {
				filled = append(filled, column)
				break
			}
		}
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		cells := make([]string, len(filled))
		for i, column := range filled {
			cells[i] = row[column]
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	w.Flush()
	var out strings.Builder
	for line := range strings.Lines(b.String()) {
		out.WriteString(indent + strings.TrimRight(line, " \n") + "\n")
	}
	return out.String()
}
