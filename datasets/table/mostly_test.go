package table

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestFewOtherCells: a few cells that are no number or no date make levels of a column, which is said, whatever its form and whether its
// cells recur or not; who follows the remedy has numbers and dates.
func TestFewOtherCells(t *testing.T) {
	t.Parallel()
	day := func(layout string) func(i int) string {
		return func(i int) string { return time.Date(2024, 1, 1+i, 0, 0, 0, 0, time.UTC).Format(layout) }
	}
	numbers := func(form string) func(i int) string {
		return func(i int) string { return fmt.Sprintf(form, i*7919%99_991) }
	}
	for _, c := range []struct {
		cell func(i int) string
		odd  []string
		want string // in the doubt
		kind Kind   // with the remedy
	}{
		{day("2006-01-02"), []string{"NaT", "NULL", `\N`, "<NA>", "0000-00-00", "unknown", "2024-02-30", "24:00:00", "2024/02/06", "5 Jan 2024", "20240105T101010", "x"},
			"199 of 200 cells are dates, written as 2006-1-2, but %q is not", Date},
		{day("01/02/2006"), []string{"13/02/2024"}, "199 of 200 cells are dates, written as 1/2/2006, but %q is not", Date},
		{day("2 Jan 2006"), []string{"6 February 2024", "n/a"}, "199 of 200 cells are dates, written as 2 Jan 2006, but %q is not", Date},
		{day("2006-01-02 15:04"), []string{"2024-01-05 24:00", "5", "-999"}, "are dates, written as 2006-1-2", Date},
		{numbers("%d.5"), []string{"n/a", "unknown"}, "199 of 200 cells are numbers, but %q is not", Number},
		{numbers("1,%03d,999.50"), []string{"n/a", "1,234,5"}, "199 of 200 cells are numbers, written as 1,234.5, but %q is not", Number},
		{numbers("%d,5"), []string{"n/a"}, "199 of 200 cells are numbers, written as 1234,5, but %q is not", Number},
		{numbers("%d.5%%"), []string{"n/a"}, "written as 1234.5 %%, but %q is not", Number},
		{numbers("$%d"), []string{"n/a", "n.a."}, "written as 1234.5 $, but %q is not", Number},
	} {
		for _, odd := range c.odd {
			for _, recur := range []int{200, 40} {
				var cells []string
				for i := range 200 {
					cells = append(cells, c.cell(i%recur))
				}
				if strings.HasPrefix(cells[0], "1,") { // groups of three
					for i := range cells {
						cells[i] = fmt.Sprintf("%d,%03d.50", 1+i%recur, i%recur*37%1000)
					}
				}
				cells[77] = odd
				table := read(t, column(cells...))
				s := infer(t, table)
				want := strings.ReplaceAll(c.want, "%%", "%")
				want = strings.ReplaceAll(want, "%q", quote(odd))
				d := slices.Concat(s.doubts(DoubtWords), s.doubts(DoubtForm))
				if len(d) != 1 || !strings.Contains(d[0], want) || !strings.Contains(d[0], by("Na", odd, "").String()) {
					t.Errorf("%q among %q: %s, doubts are %q, want one with %q", odd, cells[0], s.Fields[0].Kind, d, want)
				}
				s = infer(t, table, Na(odd))
				if f := s.Fields[0]; f.Kind != c.kind || f.Missing != 1 || f.Refused != nil || len(s.doubts(DoubtWords))+len(s.doubts(DoubtForm)) > 0 {
					t.Errorf("%q among %q, which is missing: got %+v, %v", odd, cells[0], f, s.Doubts)
				}
				if d := infer(t, table, As("x=category")).doubts(DoubtWords); len(d) != 0 {
					t.Errorf("%q among %q, asked for: doubts are %q", odd, cells[0], d)
				}
			}
		}
	}
	// Several texts; and labels.
	cells := append(repeat(10, "1,234.5", "2,345.5", "999"), "n/a", "tbd")
	if d := infer(t, read(t, column(cells...))).doubts(DoubtWords); len(d) != 1 || !strings.Contains(d[0], `30 of 32 cells are numbers, written as 1,234.5, but "n/a" and 1 other text are not`) {
		t.Errorf("doubts are %q", d)
	}
	var rows []string
	for i := range 60 {
		rows = append(rows, fmt.Sprintf("%d.5;%d,%03d", i, 1+i, i*37%1000))
	}
	rows[7] = "7.5;soon"
	_, err := Infer(read(t, lines("x;y", rows...), Decimal('.')), nil, Labels("y"))
	wantError(t, err, ErrUnlike, 9, 2, `the labels are numbers, but "soon"`, `table.Na("soon")`)
	// Half of the cells are not few.
	if d := infer(t, read(t, column(repeat(10, "2024-02-01", "unknown", "2024-02-02", "later")...))).doubts(DoubtWords); len(d) != 0 {
		t.Errorf("doubts are %q", d)
	}
}

// TestZonesByName: zones have names, too, and do not mix.
func TestZonesByName(t *testing.T) {
	t.Parallel()
	s := infer(t, read(t, column("2024-01-31 10:30 CET", "2024-02-01 11:00 CET")))
	if f := s.Fields[0]; f.Kind != Date || f.Refused != nil || f.Dates.Zone != "CET" {
		t.Errorf("got %+v", f)
	}
	for _, cells := range [][]string{{"2024-01-31 10:30 CET", "2024-07-01 11:00 CEST"}, {"2024-01-31T10:30:00 EST", "2024-07-01T11:00:00 PST"}, {"2024-01-31 10:30 CET", "2024-07-01 11:00Z"},
		{"2024-01-31 10:30 CET", "2024-07-01 11:00"}, {"2024-01-31 10:30 PM EDT", "2024-07-01 11:00 AM -05:00"}} {
		wantError(t, infer(t, read(t, column(cells...))).Err(), ErrMixed, 0, 1, "time zones: ", `table.As("x=category")`)
	}
}
