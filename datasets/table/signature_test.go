package table

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"
)

// archive is a zip archive of files that all have the same content.
func archive(t *testing.T, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte("a,b\n1,2\n"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestForeignFormats: what is no table of text is called by its name, and never by an encoding or quotes.
func TestForeignFormats(t *testing.T) {
	t.Parallel()
	var tape bytes.Buffer
	w := tar.NewWriter(&tape)
	if err := errors.Join(w.WriteHeader(&tar.Header{Name: "a.csv", Size: 8, Mode: 0o644}), w.Close()); err == nil {
		t.Fatal("a file that is not there was archived")
	}
	text := []byte("a,b\n1,2\n")
	zeros := strings.Repeat("\x00", 600)
	for _, tt := range []struct{ name, data, what, remedy string }{
		{"zip", archive(t, "a.csv"), "a zip archive", "unpack"},
		{"xlsx", archive(t, "[Content_Types].xml", "xl/workbook.xml"), "(.xlsx)", "as CSV"},
		{"ods", strings.Replace(archive(t, "mimetype"), "mimetype", "mimetypeapplication/vnd.oasis.opendocument.spreadsheet", 1), "(.ods)", "as CSV"},
		{"xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + zeros, "(.xls)", "as CSV"},
		{"bzip2", "BZh91AY&SY\x9d\xad\x9d", "bzip2", "unpack"},
		{"xz", "\xfd7zXZ\x00\x00\x04", "xz", "unpack"},
		{"zstd", "\x28\xb5\x2f\xfd\x04\x00", "zstd", "unpack"},
		{"tar", tape.String(), "tar", "unpack"},
		{"gzip twice", string(gzipped(t, gzipped(t, text))), "gzip data once more", "unpack"},
		{"gzip of zip", string(gzipped(t, []byte(archive(t, "a.csv")))), "a zip archive", "unpack"},
		{"parquet", "PAR1\x15\x04\x15\x10" + zeros, "Parquet", "to_csv"},
		{"feather", "FEA1\x00\x00\x00\x00", "Feather", "to_csv"},
		{"sqlite", "SQLite format 3\x00" + zeros, "SQLite", "sqlite3 -csv"},
		{"r data", string(gzipped(t, []byte("RDX3\nX\n\x00\x00\x00\x03"))), "R data", "write.csv"},
		{"pdf", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF", "as CSV"},
		{"arff", "% iris\n%\n\n@RELATION iris\n@ATTRIBUTE a NUMERIC\n@DATA\n1\n", "ARFF", "@data"},
		{"html", "\ufeff<!DOCTYPE html>\n<html><body>log in</body></html>\n", "HTML", "download"},
		{"xml", "<?xml version=\"1.0\"?>\n<rows/>\n", "XML", "as CSV"},
		{"json", `[{"a": 1, "b": "x, y"}, {"a": 2}]`, "JSON", "to_csv"},
		{"json in lines", "{\"a\": 1}\n{\"a\": 2}\n", "JSON", "to_csv"},
		{"json, indented", "[\n  {\n    \"a\": 1\n  }\n]\n", "JSON", "to_csv"},
		{"json, an object", "{\n\"data\": [[1,2]]}", "JSON", "to_csv"},
		{"json, arrays", "[[1,2],[3,4]]", "JSON", "to_csv"},
	} {
		_, err := Read(strings.NewReader(tt.data), Name("t"))
		t.Run(tt.name, func(t *testing.T) { wantError(t, err, ErrNoTable, 0, 0, tt.what, tt.remedy) })
		if err != nil && (strings.Contains(err.Error(), "Encoding") || strings.Contains(err.Error(), "Quote")) {
			t.Errorf("%s: an option helps nothing: %v", tt.name, err)
		}
	}
	for _, text := range []string{"FEA1,FEA2\n1,2\n", "PAR1\tPAR2\n1\t2\n", "ORC,b\n1,2\n", "BZh,größe\n1,2\n", "PK,b\n1,2\n", "[m],[s]\n1,2\n", "{a},b\n1,2\n",
		"[1 2]\n[3 4]\n", "<5,>5\n1,2\n", "1 10:30\n2 11:30\n", "@relation_id,b\n1,2\n"} {
		if got := read(t, text); got.Rows() < 1 {
			t.Errorf("%q: %d rows", text, got.Rows())
		}
	}
	// With quotes that mean nothing, this is a column of texts.
	if got := read(t, "{\"a\": 1}\n{\"a\": 2}\n", Quote(0), Comma(';')); len(got.Columns()) != 1 {
		t.Errorf("%d columns", len(got.Columns()))
	}
}
