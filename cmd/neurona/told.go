package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/neurona-ml/neurona/datasets/table"
)

// told is what is to be said of a table: how it is written, what its columns were taken for, and what may be
// wrong with that.
type told struct {
	files   []string
	rows    int
	dialect table.Dialect
	schema  *table.Schema // nil: the data are no table
	targets []string
	notes   []string
	doubts  []table.Doubt
	times   string // spells the column along which rows are in order, or the first one of dates, unless rows are divided otherwise
}

// noteUnread notes columns that have cells of another kind in rows to judge by than in the training part, or written in another way. Levels and ranges of
// their own alone, which such rows mostly have, are nothing to note.
func (t *told) noteUnread(purpose string, r *table.Report) {
	for i := range r.Columns {
		if c := &r.Columns[i]; c.Unread.N+c.Doubtful.N > 0 {
			t.notes = append(t.notes, "rows to "+purpose+" with: "+c.String())
		}
	}
}

// Of lists that people read, as much is shown.
const (
	shownColumns = 8
	shownDoubts  = 12
)

// report writes what was inferred.
func (t *told) report(w io.Writer, to terminal) {
	if t.schema == nil {
		return
	}
	for _, target := range t.targets {
		line(w, "label", to.field(target))
	}
	for _, r := range t.dialect.Reasons {
		line(w, "file", to.field(fmt.Sprintf("%s: %s, %s", r.What, r.Choice, r.Why)))
	}
	counts := map[table.Kind]int{}
	var leftOut []string
	for i := range t.schema.Fields {
		f := &t.schema.Fields[i]
		switch {
		case f.Use:
			counts[f.Kind]++
		case f.Role == table.Feature:
			leftOut = append(leftOut, fmt.Sprintf("%s (%s)", f.Label(), f.Kind))
		case f.Role != table.Label:
			leftOut = append(leftOut, fmt.Sprintf("%s (%s)", f.Label(), f.Role))
		}
	}
	var used []string
	for _, k := range []struct {
		kind      table.Kind
		one, many string
	}{
		{table.Number, "number", "numbers"}, {table.Code, "code", "codes"}, {table.Category, "category", "categories"}, {table.Boolean, "boolean", "booleans"},
		{table.Date, "date", "dates"}, {table.FreeText, "text", "texts"}, {table.Identifier, "identifier", "identifiers"}, {table.Constant, "constant", "constants"},
	} {
		switch n := counts[k.kind]; n {
		case 0:
		case 1:
			used = append(used, "1 "+k.one)
		default:
			used = append(used, fmt.Sprintf("%d %s", n, k.many))
		}
	}
	line(w, "columns", strings.Join(used, ", "))
	if n := len(leftOut); n > 0 {
		shown := strings.Join(leftOut[:min(n, shownColumns)], ", ")
		if n > shownColumns {
			shown += fmt.Sprintf(" and %d more", n-shownColumns)
		}
		line(w, "left out", to.field(shown))
	}
}

// warn says on standard error what may be wrong. That is no matter of --quiet.
func (a *app) warn(t *told) {
	for _, note := range t.notes {
		a.say("%s", note)
	}
	for i, d := range t.doubts {
		if i == shownDoubts {
			a.say("doubts beside these: %d", len(t.doubts)-i)
			break
		}
		a.say("doubt: %s", describeDoubt(d))
	}
}

// describeDoubt says what may be wrong and what decides, in a line.
func describeDoubt(d table.Doubt) string {
	text := oneLine(d.What)
	if remedy := d.Remedy.Spell(flagged); remedy != "" {
		text += " (" + oneLine(remedy) + ")"
	}
	return text
}

// describeTarget says what is to be predicted. named tells whether somebody has said so.
func describeTarget(s *table.Schema, target *table.Target, named bool) string {
	name := s.Fields[target.Field].Label()
	if !named {
		name += ", since no --label says otherwise"
	}
	return name + ": " + target.String() + " (" + target.Remedy().Spell(flagged) + ")"
}

// columnEvent is what a column was taken for.
type columnEvent struct {
	Name     string     `json:"name"`
	Role     table.Role `json:"role"`
	Kind     table.Kind `json:"kind"`
	Why      string     `json:"why"`
	Used     bool       `json:"used"`
	Plan     string     `json:"plan"`
	Missing  int        `json:"missing"`
	Distinct int        `json:"distinct"`
}

// doubtEvent is something that may be wrong.
type doubtEvent struct {
	Kind   string `json:"kind"`
	Column string `json:"column,omitempty"`
	What   string `json:"what"`
	Remedy string `json:"remedy,omitempty"`
}

func (t *told) columns() []columnEvent {
	if t.schema == nil {
		return nil
	}
	list := make([]columnEvent, len(t.schema.Fields))
	for i := range list {
		f := &t.schema.Fields[i]
		list[i] = columnEvent{f.Name, f.Role, f.Kind, f.Why, f.Use, f.Plan(), f.Missing, f.Distinct}
	}
	return list
}

func (t *told) doubtEvents() []doubtEvent {
	var list []doubtEvent
	for _, d := range t.doubts {
		e := doubtEvent{Kind: d.Kind.String(), What: d.What, Remedy: d.Remedy.Spell(flagged)}
		if d.Column >= 0 {
			e.Column = t.schema.Fields[d.Column].Label()
		}
		list = append(list, e)
	}
	return list
}

// task is what is learnt; empty for built-in data.
func (t *told) task() table.Task {
	if t.schema == nil {
		return ""
	}
	return t.schema.Targets[0].Task
}

// unprepared says on standard error what in a table the model was not prepared for, and reports whether there was
// anything.
func (a *app) unprepared(r *table.Report) bool {
	for i := range r.Columns {
		if i == shownDoubts {
			a.say("columns beside these: %d", len(r.Columns)-i)
			break
		}
		text := r.Columns[i].String()
		if remedy := r.Columns[i].Remedy.Spell(flagged); remedy != "" {
			text += " (" + remedy + ")"
		}
		a.say("%s", text)
	}
	return len(r.Columns) > 0
}
