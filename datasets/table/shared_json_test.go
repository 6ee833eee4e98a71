package table

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestSharedOnce: a file has what fields have in common once, and a file that has it with each field is read as before.
func TestSharedOnce(t *testing.T) {
	t.Parallel()
	const columns = 500
	names, rows := []string{"town"}, make([]string, 30)
	for i := range columns {
		names = append(names, fmt.Sprintf("x%d", i))
	}
	for row := range rows {
		rows[row] = []string{"Rome", "NA"}[row%2]
		for i := range columns {
			rows[row] += fmt.Sprintf(",%d.5", (row*row+i)%17)
		}
	}
	table := read(t, lines(strings.Join(names, ","), rows...))
	e := fit(t, table, nil, []InferOption{NoLabel(), NaIn("x7", "a\x00b", "c"), NaIn("x8", "a", "b\x00c"), NaIn("x9", "a", "b\x00c")})
	saved, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(saved), "#DIV/0!"); n != 1 {
		t.Errorf("the usual words are in the file %d times", n)
	}
	if n := strings.Count(string(saved), "every cell that is not missing"); n != 1 {
		t.Errorf("the reason is in the file %d times", n)
	}
	// As files were before.
	before, err := json.Marshal(savedEncoder{formatName, formatVersion, e.schema, e.codings, e.targets, nil})
	if err != nil {
		t.Fatal(err)
	}
	if 4*len(saved) > 3*len(before) {
		t.Errorf("%d bytes are hardly less than %d", len(saved), len(before))
	}
	want, _ := encode(t, e, table, nil)
	for _, data := range [][]byte{saved, before} {
		var again Encoder
		if err := json.Unmarshal(data, &again); err != nil {
			t.Fatal(err)
		}
		for i := range again.schema.Fields {
			got, want := &again.schema.Fields[i], &e.schema.Fields[i]
			if got.Why != want.Why || !slices.Equal(got.MissingWords, want.MissingWords) {
				t.Fatalf("field %d: got %+v, want %+v", i, got, want)
			}
		}
		if x, _ := encode(t, &again, table, nil); !sameBits(x, want) {
			t.Error("what was saved is another encoder")
		}
	}
}

// TestRareLevelsAreBounded: a file keeps so many rare levels; of what is beyond, it is said that unseen ones are not told from it.
func TestRareLevelsAreBounded(t *testing.T) {
	t.Parallel()
	const left = 500
	var rows []string
	for i := range maxRare + left {
		rows = append(rows, fmt.Sprintf("l%05d,%d.5", i, i%7))
	}
	rows = append(rows, repeat(300, "often,1.5")...)
	table := read(t, lines("l,y", rows...))
	e := fit(t, table, nil, []InferOption{As("l=category")})
	if c := e.codings[0]; len(c.Rare) != maxRare || c.RareLeft != left || e.Width() != 2 {
		t.Fatalf("%d rare levels are kept, %d left, of %d features", len(c.Rare), c.RareLeft, e.Width())
	}
	if d := e.Doubts(); len(d) != 2 || !strings.Contains(d[0].What, "column l: 500 of its rare levels are too many to keep") || !strings.Contains(d[1].What, "10500 of 10501 levels, in 10500 rows, are too rare") {
		t.Errorf("doubts are %v", d)
	}
	saved, err := json.Marshal(e)
	if err != nil || len(saved) > 15*maxRare {
		t.Errorf("%d bytes, %v", len(saved), err)
	}
	var again Encoder
	if err := json.Unmarshal(saved, &again); err != nil {
		t.Fatal(err)
	}
	x, said := encode(t, &again, table, nil)
	if said != "" {
		t.Errorf("the training part is not what it was: %s", said)
	}
	for row := range table.Rows() {
		if common := float32(flag(row >= maxRare+left)); x[2*row] != common || x[2*row+1] != 1-common {
			t.Fatalf("row %d becomes %v", row, x[2*row:][:2])
		}
	}
}
