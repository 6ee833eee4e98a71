package main

import "github.com/neurona-ml/neurona/datasets/table"

// inspectEvent is what neurona inspect --json writes.
type inspectEvent struct {
	Files   []string          `json:"files"`
	Rows    int               `json:"rows"`
	Dialect dialectEvent      `json:"dialect"`
	Columns []inspectedColumn `json:"columns"`
	Targets []targetEvent     `json:"targets"`
	NoLabel string            `json:"no_label,omitempty"` // why there is no target
	Doubts  []doubtEvent      `json:"doubts"`
	Written string            `json:"written,omitempty"` // the file of columns
}

// dialectEvent is how a table is written. Characters are texts; an empty one is none.
type dialectEvent struct {
	Comma    string        `json:"comma"`
	Decimal  string        `json:"decimal"`
	Quote    string        `json:"quote"`
	Comment  string        `json:"comment"`
	Comments int           `json:"comments"`
	Space    bool          `json:"space"`
	Header   bool          `json:"header"`
	Trailing bool          `json:"trailing"`
	Encoding string        `json:"encoding"`
	Gzip     bool          `json:"gzip"`
	Reasons  []reasonEvent `json:"reasons"`
}

// reasonEvent is why a dialect is as it is.
type reasonEvent struct {
	What   string `json:"what"`
	Choice string `json:"choice"`
	Why    string `json:"why"`
}

// inspectedColumn is all that is known of a column.
type inspectedColumn struct {
	columnEvent
	Nth          int               `json:"nth,omitempty"` // 1 for the first, if several have that name
	Asked        bool              `json:"asked"`         // a flag or a file has decided
	PastFuture   bool              `json:"past_future"`
	MissingWords []string          `json:"missing_words,omitempty"`
	Numbers      *table.NumberForm `json:"numbers,omitempty"`
	Dates        *table.DateForm   `json:"dates,omitempty"`
	Order        []string          `json:"order,omitempty"`
	Low          *number           `json:"low,omitempty"` // of numbers; of dates in seconds since 1970
	High         *number           `json:"high,omitempty"`
	Range        string            `json:"range,omitempty"`
	Examples     []string          `json:"examples"`
	Refused      string            `json:"refused,omitempty"` // why it cannot be used as it is
}

// targetEvent is what would be predicted.
type targetEvent struct {
	Label   string       `json:"label"`
	Task    table.Task   `json:"task"`
	Why     string       `json:"why"`
	Classes []classCount `json:"classes,omitempty"`
	Missing int          `json:"missing"` // rows without a label
}

func (i *inspection) event() inspectEvent {
	e := inspectEvent{
		Files: i.files, Rows: i.rows, Dialect: newDialectEvent(&i.dialect),
		Columns: []inspectedColumn{}, Targets: []targetEvent{}, Doubts: append([]doubtEvent{}, i.doubtEvents()...), Written: i.written,
	}
	for k, c := range i.columns() {
		e.Columns = append(e.Columns, inspect(&i.schema.Fields[k], c))
	}
	if i.noLabel != "" {
		e.NoLabel = i.noLabel
		return e
	}
	for k := range i.schema.Targets {
		target := &i.schema.Targets[k]
		e.Targets = append(e.Targets, targetEvent{i.schema.Fields[target.Field].Label(), target.Task, target.Why, i.classes[k], target.Missing})
	}
	return e
}

func newDialectEvent(d *table.Dialect) dialectEvent {
	character := func(r rune) string {
		if r == 0 {
			return ""
		}
		return string(r)
	}
	e := dialectEvent{
		Comma: character(d.Comma), Decimal: character(d.Decimal), Quote: character(d.Quote), Comment: character(d.Comment),
		Comments: d.Comments, Space: d.Space, Header: d.Header, Trailing: d.Trailing, Encoding: d.Encoding, Gzip: d.Gzip, Reasons: []reasonEvent{},
	}
	for _, r := range d.Reasons {
		e.Reasons = append(e.Reasons, reasonEvent(r))
	}
	return e
}

// inspect adds the rest of what is known of a column.
func inspect(f *table.Field, c columnEvent) inspectedColumn {
	e := inspectedColumn{
		columnEvent: c, Asked: f.Asked, PastFuture: f.PastFuture, MissingWords: f.MissingWords,
		Numbers: f.Numbers, Dates: f.Dates, Order: f.Order, Range: f.Range(), Examples: append([]string{}, f.Examples...),
	}
	if f.Of > 1 {
		e.Nth = f.Nth + 1
	}
	if e.Range != "" {
		low, high := number(f.Low), number(f.High)
		e.Low, e.High = &low, &high
	}
	if f.Refused != nil {
		e.Refused = describeError(f.Refused)
	}
	return e
}
