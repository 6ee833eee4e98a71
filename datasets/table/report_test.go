package table

import (
	"strings"
	"testing"
)

// TestExamplesOfEachCause: what is wrong with a column's cells is said with examples of its own, and of more rows too.
func TestExamplesOfEachCause(t *testing.T) {
	t.Parallel()
	e := fit(t, read(t, lines("n,town,label", repeat(3, "1,Rome,a", "2,Paris,b", "3,Rome,a")...)), nil, nil)
	table := read(t, lines("n,town", "NA,Oslo", "seven,", "9,Rome", "8,Oslo", "nine,Bern", "9,Kiev", "-1,Riga", "1,Lodz", "7,Rome"))
	want := `column n: 1 cell missing where training had none ("NA"); 2 cells not of the column's kind, taken for missing ("seven", "nine"); 5 cells outside of the range of training ("9", "8", "-1"); ` +
		`column town: 1 cell missing where training had none; 6 cells never seen in training ("Oslo", "Bern", "Kiev")`
	if _, said := encode(t, e, table, nil); said != want {
		t.Errorf("got %s, want %s", said, want)
	}
	var all Report
	for row := range table.Rows() {
		_, report, err := e.Encode(table, []int{row})
		if err != nil {
			t.Fatal(err)
		}
		all.Add(report)
	}
	var said []string
	for i := range all.Columns {
		said = append(said, all.Columns[i].String())
	}
	if got := strings.Join(said, "; "); got != want || all.Rows != table.Rows() {
		t.Errorf("row by row: got %s, want %s", got, want)
	}
}
