package table

import (
	"fmt"
	"slices"
)

// Without returns the table without columns, named as [Table.Find] has it: a view of the same cells.
func (t *Table) Without(spellings ...string) (*Table, error) {
	left := slices.Clone(t.columns)
	for _, spelling := range spellings {
		i, err := t.find(spelling)
		if err != nil {
			return nil, err
		}
		left = slices.DeleteFunc(left, func(c *Column) bool { return c == t.columns[i] })
	}
	return t.view(left, nil), nil
}

// ByPlace returns the table with the columns called as those of the schema, in order: for a file that does not name its columns,
// or a schema that has no names. The table has as many columns as the schema has, or as many as it has of features, where
// labels, weights and groups are absent.
func (s *Schema) ByPlace(t *Table) (*Table, error) {
	var all, features []string
	for i := range s.Fields {
		all = append(all, s.Fields[i].Name)
		if s.Fields[i].Role == Feature {
			features = append(features, s.Fields[i].Name)
		}
	}
	switch len(t.columns) {
	case len(all):
		return t.view(t.columns, all), nil
	case len(features):
		return t.view(t.columns, features), nil
	}
	wanted := fmt.Sprintf("want %d", len(features))
	if len(all) > len(features) {
		wanted += fmt.Sprintf(", or the %d that were learnt", len(all))
	}
	return nil, &Error{File: t.file(), Err: fmt.Errorf("%w: columns are taken by place, and here are %d: %s", ErrAbsent, len(t.columns), wanted), Remedy: t.another(nil)}
}

// Named tells whether any column has a name.
func (s *Schema) Named() bool {
	return slices.ContainsFunc(s.Fields, func(f Field) bool { return f.Name != "" })
}

// view is the table with other columns; names, if there are any, are theirs.
func (t *Table) view(columns []*Column, names []string) *Table {
	v := *t
	v.columns = make([]*Column, len(columns))
	of := map[string]int{}
	for i, c := range columns {
		own := *c
		if names != nil {
			own.Name = names[i]
		}
		own.Nth = of[own.Name]
		of[own.Name]++
		v.columns[i] = &own
	}
	v.name()
	return &v
}
