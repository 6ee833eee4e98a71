package table

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestCases: small files that people have, with their shapes.
func TestCases(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"bigid3.csv": "90x2", "c02_cr_only.csv": "40x3", "c03_semicolon_decimal.csv": "40x3", "c06_trailing_comma.csv": "40x3",
		"c10_missing.csv": "41x3", "c11_NA.csv": "41x3", "c12_question.csv": "41x3", "c18_thousands.csv": "41x3",
		"c19_comments.csv": "40x3", "c20_index.csv": "40x4", "c22_boolfeature.csv": "40x3", "c40_dates.csv": "40x3",
		"c55_inf_header.csv": "40x3", "c57_gz.csv.gz": "40x3", "dup_new_id.csv": "4x3", "dup_train.csv": "120x3",
		"headerless_y_first.csv": "300x3", "houses.csv": "100x3", "imbalanced.csv": "1000x2", "latin1_classes.csv": "60x2",
		"onetwo.csv": "60x2", "pandas_header.csv": "60x3", "predict_label_empty_class.csv": "2x3", "price_int.csv": "200x2",
		"rare1.csv": "41x3", "scaled_features.csv": "500x3", "text_features.csv": "60x4", "timestamps.csv": "120x2",
		"underscore_labels.csv": "90x2", "zeropad.csv": "60x2",
	}
	files, err := filepath.Glob("testdata/cases/*")
	if err != nil || len(files) != len(want) {
		t.Fatalf("%d files, want %d, %v", len(files), len(want), err)
	}
	for _, file := range files {
		var options []Option
		name := filepath.Base(file)
		if name == "latin1_classes.csv" {
			options = append(options, Encoding("latin1"))
		}
		table, err := Open(file, options...)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := fmt.Sprintf("%dx%d", table.Rows(), len(table.Columns())); got != want[name] {
			t.Errorf("%s: got %s, want %s", name, got, want[name])
		}
		if header := table.Dialect().Header; header != (name != "headerless_y_first.csv") {
			t.Errorf("%s: header is %v", name, header)
		}
		if doubts := table.Doubts(); (len(doubts) > 0) != (name == "pandas_header.csv") {
			t.Errorf("%s: doubts %v", name, doubts)
		}
	}
}

// openCase reads a case.
func openCase(t *testing.T, name string, options ...Option) *Table {
	t.Helper()
	table, err := Open("testdata/cases/"+name, options...)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// TestCasesKeepWhatMatters: what these files are about can be told from their columns.
func TestCasesKeepWhatMatters(t *testing.T) {
	t.Parallel()
	levels := func(file, column string) string {
		c, err := openCase(t, file).Column(column, 0)
		if err != nil {
			t.Fatal(err)
		}
		levels, _, ok := c.Levels(10)
		return fmt.Sprintf("%q %v", levels, ok)
	}
	for _, c := range []struct{ file, column, want string }{
		{"zeropad.csv", "zip", `["02" "01"] true`},
		{"underscore_labels.csv", "site", `["1_0" "10" "2_1"] true`},
		{"bigid3.csv", "id", `["9007199254740992" "9007199254740993" "9007199254740996"] true`},
		{"onetwo.csv", "c", `["1" "2"] true`},
		{"c22_boolfeature.csv", "x", `["FALSE" "TRUE"] true`},
		{"price_int.csv", "price", `[] false`},
	} {
		if got := levels(c.file, c.column); got != c.want {
			t.Errorf("%s: got %s, want %s", c.file, got, c.want)
		}
	}

	d := openCase(t, "c03_semicolon_decimal.csv").Dialect()
	if d.Comma != ';' || d.Decimal != ',' || len(d.Reasons) < 2 {
		t.Errorf("got %+v", d)
	}
	c := openCase(t, "c03_semicolon_decimal.csv").Columns()[0]
	if v, ok := c.Float(0); v != 5.036 || !ok || c.Text(0) != "5,036" {
		t.Errorf("got %v, %q", v, c.Text(0))
	}
	if d := openCase(t, "c06_trailing_comma.csv").Dialect(); !d.Trailing {
		t.Errorf("got %+v", d)
	}
	if d := openCase(t, "c19_comments.csv").Dialect(); d.Comment != '#' || d.Comments != 1 {
		t.Errorf("got %+v", d)
	}
	if d := openCase(t, "c57_gz.csv.gz").Dialect(); !d.Gzip || d.Reasons[0].Choice != "gzip" {
		t.Errorf("got %+v", d)
	}
	second, err := openCase(t, "dup_train.csv").Column("x", 1)
	if err != nil || second.Index() != 1 || second.Nth != 1 {
		t.Errorf("got %+v, %v", second, err)
	}
	art := openCase(t, "latin1_classes.csv", Encoding("latin1")).Columns()[1]
	if got := fmt.Sprintf("%q", art.Texts()); got != `["grün" "grän"]` && got != `["grän" "grün"]` {
		t.Error(got)
	}
	_, err = Open("testdata/cases/latin1_classes.csv")
	wantError(t, err, ErrEncoding, 2, 2, "latin1_classes.csv:2", `"art"`, `table.Encoding("latin1")`)
}

// publicFolder is the folder of public tables, which tests of them need.
func publicFolder(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("NEURONA_TABLES")
	if folder == "" {
		t.Skip("NEURONA_TABLES is not set: it names the folder of public tables")
	}
	return folder
}

// TestPublicTables reads the public tables.
func TestPublicTables(t *testing.T) {
	t.Parallel()
	folder := publicFolder(t)
	for _, want := range []struct {
		name           string
		train, test    int
		columns, empty int
	}{
		{"diamonds", 40455, 13485, 10, 0}, {"credit", 3340, 1114, 14, 455}, {"caravan", 4366, 1456, 86, 0}, {"letter", 15000, 5000, 17, 0},
		{"spambase", 3447, 1150, 58, 0}, {"ames", 2197, 733, 82, 15749}, {"hotel", 11551, 3851, 27, 164}, {"splice", 2392, 798, 61, 0},
		{"concrete", 772, 258, 9, 0}, {"penguins", 258, 86, 7, 19},
	} {
		empty := 0
		for part, rows := range map[string]int{"train": want.train, "test": want.test} {
			table, err := Open(filepath.Join(folder, want.name+"."+part+".csv*"))
			if err != nil {
				t.Error(err)
				continue
			}
			if table.Rows() != rows || len(table.Columns()) != want.columns || len(table.Doubts()) > 0 || !table.Dialect().Header {
				t.Errorf("%s.%s: %d rows of %d columns, want %d of %d; doubts %v", want.name, part, table.Rows(), len(table.Columns()), rows, want.columns, table.Doubts())
			}
			for _, c := range table.Columns() {
				empty += c.MissingCells()
			}
		}
		if empty != want.empty {
			t.Errorf("%s: %d cells are missing, want %d", want.name, empty, want.empty)
		}
	}
}
