package table

import (
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// unordinary tells whether encoding/csv reads a text by other rules than ours: a CR alone
// is a line end to us, and a line of blanks is passed over.
func unordinary(text string) bool {
	rest := strings.ReplaceAll(text, "\r\n", "\n")
	for _, line := range strings.Split(rest, "\n") {
		if line != "" && strings.Trim(line, " \t") == "" {
			return true
		}
	}
	return strings.Contains(rest, "\r") || strings.Contains(text, "\x00") || !utf8.ValidString(text) || strings.HasPrefix(text, "\xef\xbb\xbf")
}

// checkRecords compares, of what may be a table, a text's records with those of encoding/csv.
func checkRecords(t *testing.T, text string, chunk, workers int) {
	t.Helper()
	first, _, _ := strings.Cut(text, "\n")
	if unordinary(text) || formatOf([]byte(text), true) != nil || separatorIn([]byte(first)) != 0 {
		return
	}
	r := csv.NewReader(strings.NewReader(text))
	want, wantErr := r.ReadAll()
	got, err := Read(strings.NewReader(text), Comma(','), Decimal('.'), Header(No), Comment(0), Space(false), chunkBytes(chunk), Workers(workers))
	switch {
	case wantErr != nil:
		var parse *csv.ParseError
		if !errors.As(wantErr, &parse) {
			t.Fatal(wantErr)
		}
		var e *Error
		if !errors.As(err, &e) {
			t.Fatalf("%q: got %v, want an error as %v", text, err, wantErr)
		}
		ragged := errors.Is(wantErr, csv.ErrFieldCount)
		if errors.Is(err, ErrRagged) != ragged || errors.Is(err, ErrQuote) == ragged {
			// encoding/csv finds wrong quotes of a record before it counts its cells, and so do we.
			t.Fatalf("%q: got %v, want an error as %v", text, err, wantErr)
		}
		if want := parse.StartLine; ragged && e.Line != want {
			t.Fatalf("%q: got %v, want line %d", text, err, want)
		}
	case len(want) == 0:
		if !errors.Is(err, ErrNoRows) {
			t.Fatalf("%q: got %v, want no rows", text, err)
		}
	case err != nil:
		t.Fatalf("%q: %v", text, err)
	default:
		cells := grid(got)
		if got.Dialect().Trailing {
			for i := range cells {
				cells[i] = append(cells[i], "")
			}
		}
		for row, record := range cells {
			for i := range record {
				record[i] = strings.ReplaceAll(record[i], "\r\n", "\n") // encoding/csv has no CR LF in cells
			}
			if row >= len(want) || !slices.Equal(record, want[row]) {
				t.Fatalf("%q: row %d is %q, want %q", text, row, record, want[min(row, len(want)-1)])
			}
		}
		if len(cells) != len(want) {
			t.Fatalf("%q: %d rows, want %d", text, len(cells), len(want))
		}
	}
}

var recordSeeds = []string{
	"", "\n", "a", "a,b", "a,b\n1,2\n", "a,b\r\n1,2\r\n", "1,2\n3\n", "1\n2,3\n", "\"a\"", "\"a\n", "a\"b,c\n", "\"a\"b\n",
	"\"a\"\"b\",c\n", "\"a\nb\",\"\"\n\"\r\n\",1\n", ",,\n,,\n", "1,2,\n3,4,\n", "\n\n1,2\n\n3,4\n\n", "1,\"2\"\n+3,04\n", "\"\"\"\"\n", "\"\"\"\n",
	"é,ü\n1,2\n", "1e5,1e-5\n.5,5.\n", "\"1\n2\",\"3\n\n4\"\nx,y\n", "a,\"b\nc\"d\n",
}

func FuzzRead(f *testing.F) {
	for _, s := range recordSeeds {
		f.Add(s, uint8(1))
		f.Add(s, uint8(200))
	}
	f.Fuzz(func(t *testing.T, text string, chunk uint8) {
		checkRecords(t, text, int(chunk)+1, 1+int(chunk)%3)
	})
}

// randomText draws a text that is mostly a table, with all that chunks may cut.
func randomText(r *rand.Rand, wrong bool) string {
	var b strings.Builder
	end := []string{"\n", "\r\n", "\r"}[r.IntN(3)]
	columns := 1 + r.IntN(4)
	cells := []string{"1", "-2.50", "007", "+5", "1e5", "x", "NA", "", "9007199254740993", "0.1", `"q,1"`, `"a""b"`, `"two` + end + `lines"`, `"3"`, "é", "word", "1_0"}
	some := 1 + r.IntN(len(cells))
	for range r.IntN(60) {
		for i := range columns {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(cells[r.IntN(some)])
		}
		b.WriteString(end)
		switch {
		case r.IntN(20) == 0:
			b.WriteString(end)
		case wrong && r.IntN(30) == 0:
			b.WriteString([]string{`a"b`, `"a"b`, `"`, "1,2,3,4,5,6", "\xff", "\x00", `x,"y` + "\xff"}[r.IntN(7)])
		}
	}
	return b.String()
}

// TestChunksAndWorkers: neither changes a table or an error.
func TestChunksAndWorkers(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	errs := 0
	for n := range 400 {
		text := randomText(r, n%2 == 0)
		options := []Option{Name("t.csv"), MaxRecord(60)}
		want, wantErr := Read(strings.NewReader(text), options...)
		for _, chunk := range []int{1, 2, 3, 7, 16, 100} {
			got, err := Read(strings.NewReader(text), append(slices.Clone(options), chunkBytes(chunk), Workers(1+r.IntN(4)))...)
			if fmt.Sprint(err) != fmt.Sprint(wantErr) {
				t.Fatalf("chunks of %d: %q:\n%v, want\n%v", chunk, text, err, wantErr)
			}
			if err == nil {
				sameTable(t, got, want)
			}
		}
		if wantErr != nil && !errors.Is(wantErr, ErrNoRows) {
			errs++
		}
		checkRecords(t, text, 5, 2)
	}
	if errs < 50 || errs > 300 {
		t.Errorf("%d of 400 texts are errors", errs)
	}
}

// TestPlaces: each row begins in the line that Place says.
func TestPlaces(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	for range 100 {
		text := randomText(r, false)
		table, err := Read(strings.NewReader(text), chunkBytes(9), Header(No), Comma(','))
		if errors.Is(err, ErrNoRows) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\n")
		for row := range table.Rows() {
			_, line := table.Place(row)
			first, _, _ := strings.Cut(strings.ReplaceAll(table.Columns()[0].Text(row), "\r", "\n"), "\n")
			if !strings.HasPrefix(strings.TrimPrefix(lines[line-1], `"`), strings.ReplaceAll(first, `"`, `""`)) {
				t.Fatalf("row %d begins with %q, line %d is %q", row, first, line, lines[line-1])
			}
		}
	}
}

// TestFloats: numbers are strconv's, NaN elsewhere, and Code and Missing tell what is there.
func TestFloats(t *testing.T) {
	t.Parallel()
	table := read(t, "a\n1.5\nNA\n\"\"\n+2\nNA\n?\n9007199254740993\n", chunkBytes(1))
	c := table.Columns()[0]
	want := []float64{1.5, math.NaN(), math.NaN(), 2, math.NaN(), math.NaN(), 9007199254740992}
	codes := []uint32{0, 0, None, 0, 0, 1, 0}
	for row, v := range c.Floats() {
		if v != want[row] && (v == v || want[row] == want[row]) {
			t.Errorf("row %d is %v, want %v", row, v, want[row])
		}
		code, isText := c.Code(row)
		if number := v == v; number == isText || isText && code != codes[row] || c.Missing(row) != (row == 2) {
			t.Errorf("row %d: code %d, %v, missing %v", row, code, isText, c.Missing(row))
		}
	}
	if got := fmt.Sprintf("%q %d %d %d", c.Texts(), c.Numbers(), c.Words(), c.MissingCells()); got != `["NA" "?"] 3 3 1` {
		t.Error(got)
	}
	if c.Codes() != nil {
		t.Error("a column with numbers has codes")
	}
}
