package table

import (
	"slices"
	"strings"
	"testing"
)

// TestLookalikes: what looks like numbers or dates and becomes levels all the same is doubted, with what it looks like; names are not.
func TestLookalikes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		cells []string
		want  string // in the doubt; empty: there is none
	}{
		{"a unit", []string{"40.3 kg", "41 kg", "39.75 kg", "52.5 kg", "48 kg", "47.5 kg"}, `6 of 6 cells look like numbers or dates, such as "39.75 kg" and "40.3 kg"`},
		{"a unit, few values", repeat(4, "12 kg", "15 kg", "18 kg"), `"12 kg": not all are in one form that is read, and the column was taken for: category (write numbers without a unit`},
		{"a unit in some cells", repeat(2, "12 kg", "15", "18", "19 kg"), "8 of 8"},
		{"several units", repeat(2, "1 kg", "2 kg", "500 g", "250 g", "100 g", "3 kg"), "12 of 12"},
		{"units with signs", repeat(2, "12 m²", "15.5 m²", "20 m²"), "6 of 6"},
		{"per", repeat(2, "12 km/h", "15.5 km/h", "120 km/h"), "6 of 6"},
		{"two words", repeat(2, "12 years old", "15 years old", "3 years old"), "6 of 6"},
		{"fractions", repeat(3, "1/2", "3/4"), "6 of 6"},
		{"mixed fractions", repeat(3, "1 1/2", "2", "½"), "9 of 9"},
		{"spans", repeat(2, "10-20", "20–30", "30 to 40", "40+", "<10"), "10 of 10"},
		{"brackets alone", repeat(2, "(5)", "(4)", "(6)"), "6 of 6"},
		{"quarters", repeat(2, "Q1 2024", "Q2 2024", "2023-Q4"), "6 of 6"},
		{"weeks", repeat(2, "2024-W05", "2024-W06"), "4 of 4"},
		{"months of two-digit years", repeat(2, "Jan-24", "Feb-24"), "4 of 4"},
		{"days without a year", repeat(2, "5 May", "24 December", "Mon 3 Jun"), "6 of 6"},
		{"months of another language", repeat(2, "5. Mai 2024", "24. Dezember 2023"), "4 of 4"},
		{"ideographs", repeat(2, "2024年5月1日", "2024年12月31日"), "4 of 4"},
		{"digits of other scripts", repeat(2, "١٢", "٣٤"), "4 of 4"},
		{"seasons", repeat(2, "2009/10", "2010/11"), "4 of 4"},
		{"hours", repeat(2, "13h45", "14h05"), "4 of 4"},
		{"more than a day", repeat(2, "25:10:00", "90:00:00"), "4 of 4"},
		{"no day of a year", repeat(2, "2024-02-31", "2024-01-01"), "4 of 4"},
		{"several layouts", repeat(2, "2024-01-31", "31.01.2024", "1 Feb 2024"), `such as "1 Feb 2024" and "2024-01-31"`},
		{"a unit but for a cell", slices.Concat(repeat(10, "12 kg", "13 kg", "15 kg"), []string{"unknown"}), `such as "12 kg", but not "unknown": not all are in one form that is read, and the column was taken for: category (table.Na("unknown"), if it stands for a missing cell; write`},
		{"currencies in front", repeat(2, "EUR 12.50", "EUR 13", "EUR 1,000.25"), "6 of 6"},
		{"several in front", repeat(2, "EUR 12.50", "USD 13", "CHF 5", "CHF 7", "kr 8", "Rs. 100", "EUR 7", "USD 1", "USD 2", "EUR 8", "EUR 9", "EUR 10", "USD 14", "CHF 15", "USD 16"), "30 of 30"},
		{"letters and a sign", repeat(2, "US$5", "US$ 12.50", "US$-7"), "6 of 6"},
		{"of one letter", repeat(2, "R$ 5", "R$ 12,50", "R$ 7"), "6 of 6"},
		{"groups of two", repeat(2, "1,23,456", "12,34,567", "98,765"), "6 of 6"},
		{"a minus behind", repeat(2, "5.00-", "7.25", "3.50-"), "6 of 6"},
		{"degrees", repeat(2, "5 °C", "7 °C", "-3 °C"), "6 of 6"},
		{"dates without separators", repeat(2, "20240105T101010", "20240106T111010"), "4 of 4"},
		{"the end of a day", repeat(2, "24:00:00", "10:30:00"), "4 of 4"},
		{"numbers that differ by little", repeat(2, "1.5", "0x1F"), ""},
		{"all different", []string{"12 kg", "13 kg", "14 kg", "15 kg"}, "the column was taken for: identifier"},
		{"wide zeros in front", repeat(3, "０１", "０２"), "6 of 6"},

		{"names with digits", repeat(2, "B2", "C3", "u17"), ""},
		{"names that begin with one", repeat(2, "1Story", "2Story", "1.5Fin"), ""},
		{"doors", repeat(2, "2 doors", "4 doors"), ""},
		{"ranks", repeat(2, "1st", "2nd", "3rd", "4th"), ""},
		{"addresses", repeat(2, "10115 Berlin", "80331 Munich", "50667 Cologne"), ""},
		{"questions", repeat(2, "Q1", "Q2", "Q3"), ""},
		{"models", repeat(2, "BMW 320", "Audi 80", "BMW 520"), ""},
		{"numbers but for a cell", slices.Concat(repeat(5, "1.5", "2"), []string{"no"}), ""}, // of another kind
		{"hexadecimals", repeat(2, "0x1F", "0x2A", "0x3C"), ""},
		{"underscores", repeat(2, "1_000", "2_000"), ""},
		{"words", repeat(2, "Mon", "Tue", "May"), ""},
		{"mostly words", repeat(2, "12 kg", "13 kg", "14 kg", "heavy", "light"), ""},
		{"identifiers", []string{"550e8400-e29b", "6ba7b810-9dad", "6ba7b811-9dad"}, ""},
		{"numbers", repeat(2, "1.5", "(2)"), ""},
	} {
		table := read(t, column(c.cells...))
		d := infer(t, table).doubts(DoubtForm)
		if len(d) != flag(c.want != "") || c.want != "" && !strings.Contains(d[0], c.want) {
			t.Errorf("%s: doubts are %q, want %q", c.name, d, c.want)
		}
		if d := infer(t, table, As("x=category")).doubts(DoubtForm); len(d) != 0 {
			t.Errorf("%s, asked for: doubts are %q", c.name, d)
		}
	}
	// Ids whose name says so.
	if d := infer(t, read(t, lines("order_no,z,label", "12-345,1.5,a", "12-346,2.5,b", "13-100,1.5,a", "14-001,3.5,b"))).doubts(DoubtForm); len(d) != 0 {
		t.Errorf("ids are doubted as %q", d)
	}
}

// TestMonths: months are the time elapsed and the time of the year, without days.
func TestMonths(t *testing.T) {
	t.Parallel()
	e := fit(t, read(t, column("2024-01", "2024-07", "2023-12", "2024-02")), nil, nil, ScaleBy(MinMax))
	if want := []string{"x: elapsed", "x: year (sin)", "x: year (cos)", "other"}; !slices.Equal(e.Features(), want) {
		t.Errorf("got %q, want %q", e.Features(), want)
	}
	x, said := encode(t, e, read(t, lines("x,other", "2023-12,1", "2024-07,1", "2024-07-01,1")), nil)
	if x[0] != 0 || x[4] != 1 || said != `column x: 1 cell not of the column's kind, taken for missing ("2024-07-01")` {
		t.Errorf("got %v, %q", x, said)
	}
}
