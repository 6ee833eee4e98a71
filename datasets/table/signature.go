package table

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// signature is what files of one format begin with.
type signature struct {
	begin  string
	what   string // such a file
	remedy string
}

const (
	exportCSV = "save the sheet as CSV with the program that has written it, and give that file"
	unpackIt  = "unpack it, and give the file that comes out"
	exportIt  = "export it as CSV, with pandas for one: to_csv"
	valuesCSV = "convert it to CSV, with pandas for one: read_json and to_csv"
)

// signatures are of the formats in which people have tables, or that tables are packed into. None is the
// beginning of a text in an encoding that is read.
var signatures = []signature{
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook (.xls)", exportCSV},
	{"\x1f\x8b", "gzip data once more", "unpack it once"},
	{"\xfd7zXZ\x00", "compressed by xz", unpackIt},
	{"\x28\xb5\x2f\xfd", "compressed by zstd", unpackIt},
	{"\x04\x22\x4d\x18", "compressed by lz4", unpackIt},
	{"\x37\x7a\xbc\xaf\x27\x1c", "a 7z archive", unpackIt},
	{"Rar!\x1a\x07", "a RAR archive", unpackIt},
	{"PAR1", "a Parquet file", exportIt},
	{"ARROW1\x00\x00", "an Arrow or Feather file", exportIt},
	{"FEA1", "a Feather file", exportIt},
	{"ORC", "an ORC file", exportIt},
	{"Obj\x01", "an Avro file", exportIt},
	{"\x89HDF\r\n\x1a\n", "an HDF5 file", exportIt},
	{"SQLite format 3\x00", "an SQLite database", "export a table of it: sqlite3 -csv -header FILE 'select * from TABLE'"},
	{"\x93NUMPY", "a NumPy array", "write it as CSV: numpy.savetxt with delimiter=','"},
	{"\x80\x04\x95", "a Python pickle", exportIt},
	{"\x80\x05\x95", "a Python pickle", exportIt},
	{"$FL2@(#)", "an SPSS file", exportIt},
	{"<stata_dta>", "a Stata file", exportIt},
	{"RDX2\nX\n", "R data", "write it as CSV in R: write.csv"},
	{"RDX3\nX\n", "R data", "write it as CSV in R: write.csv"},
	{"X\n\x00\x00\x00", "R data", "write it as CSV in R: write.csv"},
	{"%PDF-", "a PDF", "export its table as CSV with the program that has made it"},
	{"{\\rtf", "an RTF document", "save the table as CSV"},
}

// signatureBytes is how much of a file its signature is looked for in.
const signatureBytes = 4096

var (
	bzip2Begin = regexp.MustCompile(`^BZh[1-9](?:1AY&SY|\x17rE8P)`)
	jsonBegin  = regexp.MustCompile(`^\s*(?:\[\s*\{\s*"|\[\s*\[\s*["\d-]|\[\s*"(?:[^"\\]|\\.)*"\s*[,\]]|\{\s*"(?:[^"\\]|\\.)*"\s*:)`)
	markup     = regexp.MustCompile(`(?i)^\s*<(?:\?xml|!doctype|html|table|rss|svg)\b`)
	arffBegin  = regexp.MustCompile(`(?i)^(?:\s*%[^\n]*\n|\s*\n)*\s*@relation\b`)
)

// formatOf finds out whether a file is in a format that is no table of text, by its beginning.
func formatOf(begin []byte, quotes bool) *sourceError {
	is := func(what, remedy string) *sourceError {
		return &sourceError{fmt.Errorf("%w: it is %s", ErrNoTable, what), inWords(remedy)}
	}
	for _, s := range signatures {
		// Letters may begin a column's name too: FEA1.
		if bytes.HasPrefix(begin, []byte(s.begin)) && (len(s.begin) > 4 || isBinary(begin)) {
			return is(s.what, s.remedy)
		}
	}
	// Most tables begin unlike any of these, and are not matched with patterns.
	first := byte(0)
	if visible := bytes.TrimLeft(begin, " \t\r\n\f"); len(visible) > 0 {
		first = visible[0]
	}
	switch {
	case first == 'B' && bzip2Begin.Match(begin):
		return is("compressed by bzip2", unpackIt)
	case bytes.HasPrefix(begin, []byte("PK\x03\x04")), bytes.HasPrefix(begin, []byte("PK\x05\x06")):
		return is(zipped(begin))
	case len(begin) > 262 && string(begin[257:262]) == "ustar":
		return is("a tar archive", unpackIt)
	case first == '<' && markup.Match(begin):
		if strings.Contains(strings.ToLower(string(begin)), "<html") {
			return is("a page of HTML, not a table", "download the file itself: a page may say that a login is needed")
		}
		return is("markup (XML or HTML)", "export the table as CSV")
	case (first == '@' || first == '%') && arffBegin.Match(begin):
		return &sourceError{fmt.Errorf("%w: it is an ARFF file", ErrNoTable), inWords("what stands behind @data is CSV: save that, with the names of the attributes above it")}
	case quotes && (first == '[' || first == '{') && jsonBegin.Match(begin):
		return is("JSON", valuesCSV)
	}
	return nil
}

// isBinary tells whether a beginning has control characters, which texts in no encoding have soon.
func isBinary(begin []byte) bool {
	return bytes.ContainsFunc(begin[:min(len(begin), 64)], func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' })
}

// zipped says what a zip archive holds, by the names of its first files.
func zipped(begin []byte) (what, remedy string) {
	switch text := string(begin); {
	case strings.Contains(text, "mimetypeapplication/vnd.oasis.opendocument"):
		return "an OpenDocument file (.ods)", exportCSV
	case strings.Contains(text, "[Content_Types].xml"), strings.Contains(text, "xl/"), strings.Contains(text, "_rels/"):
		return "an Excel workbook (.xlsx)", exportCSV
	}
	return "a zip archive", unpackIt
}
