package table

import (
	"fmt"
	"slices"
	"sort"

	"github.com/neurona-ml/neurona/internal/names"
)

// Table is what a file holds, as columns.
type Table struct {
	columns []*Column
	called  map[string][]int // places of the columns of a name
	rows    int
	dialect Dialect
	point   rune // the decimal point, if an option has said it
	doubts  []Doubt
	files   []string
	places  []filePlace
	finds   *finds // for views of the table too
	rival   Remedy // of a table that has one column, if it should have more
}

// Rows returns the number of rows, the header not among them.
func (t *Table) Rows() int { return t.rows }

// Columns returns the columns in the order of the file.
func (t *Table) Columns() []*Column { return slices.Clone(t.columns) }

// Column returns the nth of the columns of a name, from 0, whatever the name looks like; [Table.Find] takes what people write. The
// error suggests the nearest name.
func (t *Table) Column(name string, nth int) (*Column, error) {
	called := t.called[name]
	if nth >= 0 && nth < len(called) {
		return t.columns[called[nth]], nil
	}
	if n := len(called); n > 0 {
		return nil, fmt.Errorf("column %s, number %d: there are %d of that name", quote(name), nth, n)
	}
	// More names help nobody.
	const most = 50
	var known []string
	for _, c := range t.columns {
		known = append(known, shorten(c.Name, 40))
		if len(known) == most {
			break
		}
	}
	return nil, names.Unknown("column", shorten(name, 40), known)
}

// another is a remedy, of what is wrong with a table that has too few columns: perhaps they are not those that are in the file.
func (t *Table) another(remedy Remedy) Remedy {
	if len(t.columns) > 1 {
		return remedy
	}
	return t.rival.or(remedy)
}

// name finds out what the columns are called.
func (t *Table) name() {
	t.called = make(map[string][]int, len(t.columns))
	for i, c := range t.columns {
		t.called[c.Name] = append(t.called[c.Name], i)
	}
}

// Dialect says how the table was written.
func (t *Table) Dialect() Dialect { return t.dialect }

// Doubts are what was decided and may be wrong. Who shows a table to people shows them.
func (t *Table) Doubts() []Doubt { return slices.Clone(t.doubts) }

// Files are the names of the files, in the order in which their rows come.
func (t *Table) Files() []string { return slices.Clone(t.files) }

// Place returns the file that a row comes from and the line in which it begins, from 1.
func (t *Table) Place(row int) (file string, line int) {
	i := sort.Search(len(t.places), func(i int) bool { return t.places[i].row > row }) - 1
	p := t.places[i]
	return t.files[p.file], p.line + row - p.row + 1
}
