package table_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/datasets/table"
)

// FuzzRecords: any text, in any column, becomes what it does in a file. Columns of numbers are left out of that: those of a file may show another
// decimal point.
func FuzzRecords(f *testing.F) {
	for _, s := range []string{"", " ", "Rome", "7.0", "1.234,50 €", "-12 %", "2024-02-29 23:59:59.5 +02:00", "2024-13", "TRUE", "01234", "NA", "9007199254740993", "1e400", "\u2212١", "５", `"`, "a\nb", "\x00", "\xff", "0x1p-2", "24:00", "10:30 pm +02:00"} {
		f.Add(s)
	}
	e := kindsEncoder(f)
	r := e.Records()
	f.Fuzz(func(t *testing.T, s string) {
		base := map[string]any{}
		for _, field := range e.Schema().Fields {
			base[field.Key()] = nil
		}
		got := make([]float32, e.Width())
		for _, field := range e.Schema().Fields {
			if !field.Use {
				continue
			}
			record := map[string]any{}
			for key, v := range base {
				record[key] = v
			}
			record[field.Key()] = json.Number(s)
			_, _ = r.Encode(record, got) // an error, or none
			record[field.Key()] = s
			if _, err := r.Encode(record, got); err != nil {
				t.Fatalf("%s: %v", field.Key(), err) // text is never refused
			}
			if field.Kind == table.Number {
				continue
			}
			var head, cells []string
			for _, other := range e.Schema().Fields {
				cell := ""
				if other.Key() == field.Key() {
					cell = strings.ReplaceAll(s, `"`, `""`)
				}
				head, cells = append(head, other.Name), append(cells, `"`+cell+`"`)
			}
			tab, err := table.Read(strings.NewReader(strings.Join(head, ";")+"\n"+strings.Join(cells, ";")+"\n"), table.Comma(';'), table.Decimal(','), table.Header(table.Yes), table.Space(false))
			if err != nil {
				continue // it is no text of a file
			}
			if want, _, err := e.Encode(tab, nil); err != nil || !sameBits(got, want) {
				t.Fatalf("%s: %q becomes %v, want %v, %v", field.Key(), s, got, want, err)
			}
		}
	})
}
