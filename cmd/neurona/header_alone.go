package main

import (
	"encoding/csv"
	"errors"
	"strings"

	"github.com/neurona-ml/neurona/datasets/table"
)

// toAnswer reads the table whose rows a model is to answer. There may be none: a header with nothing below it has the answer that is
// a header with nothing below it, if its columns are those of the model. The table then has one row, for columns to be there, and it
// is not to be answered. Of what is empty as a whole no columns can be found: it is a table only where --header no says that
// it has no header, and the table is nil.
func (a *app) toAnswer(m *openModel, s *source) (tab *table.Table, rows int, err error) {
	in, err := a.open(s)
	if err != nil {
		return nil, 0, err
	}
	defer in.close()
	if tab, err = a.tableOf(m, s, in); err == nil {
		return tab, tab.Rows(), nil
	}
	if !errors.Is(err, table.ErrNoRows) {
		return nil, 0, err
	}
	if s.header == "no" {
		if in.isEmpty() {
			return nil, 0, nil
		}
		return nil, 0, err
	}
	if tab = a.headerAlone(s, in); tab == nil {
		return nil, 0, err
	}
	return tab, 0, nil
}

// headerAlone returns a table of the columns that a header has which stands alone, and of one row; nil if there is none.
func (a *app) headerAlone(s *source, in *reader) *table.Table {
	if !in.rewind() {
		return nil
	}
	lone := *s
	lone.header = "no" // the header is a row then
	if lone.comment == automatic {
		lone.comment = "#" // as there is with a header
	}
	all, err := lone.read(in, nil)
	if err != nil {
		return nil
	}
	var names, cells []string
	for _, c := range all.Columns() {
		names, cells = append(names, c.Text(0)), append(cells, "0")
	}
	var text strings.Builder
	w := csv.NewWriter(&text)
	_ = w.WriteAll([][]string{names, cells}) // a builder takes all
	tab, err := table.Read(strings.NewReader(text.String()), table.Name(all.Files()[0]), table.Header(table.Yes), table.Comma(','), table.Comment(0), table.Space(false))
	if err != nil {
		return nil
	}
	for _, d := range all.Doubts() {
		if d.Kind == table.DoubtBlanks { // they may be rows
			a.warn(&told{doubts: []table.Doubt{d}})
		}
	}
	return tab
}
