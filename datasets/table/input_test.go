package table

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
)

// utf16Bytes encodes a text; big says which byte of a unit comes first.
func utf16Bytes(text string, big bool) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		if big {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return b
}

// TestEncodings: one table, written in every way.
func TestEncodings(t *testing.T) {
	t.Parallel()
	text := "größe,name\n1.5,é\n2.5,\"a\nü\"\n" + strings.Repeat("3,x\n", 50)
	want := read(t, text, Name("t"))
	var latin1 []byte
	for _, r := range text {
		latin1 = append(latin1, byte(r))
	}
	for _, tt := range []struct {
		name    string
		data    []byte
		options []Option
	}{
		{"utf-8 with a mark", []byte("\ufeff" + text), nil},
		{"utf-16le with a mark", utf16Bytes("\ufeff"+text, false), nil},
		{"utf-16be with a mark", utf16Bytes("\ufeff"+text, true), nil},
		{"utf-16le", utf16Bytes(text, false), []Option{Encoding("utf-16le")}},
		{"utf-16be", utf16Bytes(text, true), []Option{Encoding("utf-16be")}},
		{"latin1", latin1, []Option{Encoding("latin1")}},
		{"gzip", gzipped(t, []byte(text)), nil},
		{"gzip in two members", append(gzipped(t, []byte(text[:20])), gzipped(t, []byte(text[20:]))...), nil},
		{"gzip of utf-16", gzipped(t, utf16Bytes("\ufeff"+text, false)), nil},
	} {
		for _, r := range []io.Reader{bytes.NewReader(tt.data), iotest.OneByteReader(bytes.NewReader(tt.data)), iotest.DataErrReader(bytes.NewReader(tt.data))} {
			got, err := Read(r, append(tt.options, Name("t"), chunkBytes(5))...)
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
				continue
			}
			sameTable(t, got, want)
		}
	}
	if len(windows1252) != 32 {
		t.Errorf("%d characters of Windows, want 32", len(windows1252))
	}
	if got := read(t, "a\n\x80 \x96 \x9f\n", Encoding("latin1"), Header(Yes)).Columns()[0].Text(0); got != "€ – Ÿ" {
		t.Errorf("got %q", got)
	}
	// Pairs of units, and long texts.
	r := rand.New(rand.NewPCG(7, 8))
	var b strings.Builder
	b.WriteString("a,b\n")
	for range 30000 {
		b.WriteString([]string{"1,😀\n", "2,é\n", "3,\U0010ffff\n", "4,x\n"}[r.IntN(4)])
	}
	want = read(t, b.String(), Name("t"))
	for _, big := range []bool{false, true} {
		got, err := Read(bytes.NewReader(utf16Bytes("\ufeff"+b.String(), big)), Name("t"))
		if err != nil {
			t.Fatal(err)
		}
		sameTable(t, got, want)
	}
}

func TestDamagedInput(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("1.5,2.5,x\n", 30000)
	zipped := gzipped(t, []byte(text))
	noise := bytes.Clone(zipped)
	for i := len(noise) / 2; i < len(noise)-20; i++ {
		noise[i] = 0xa5
	}
	checksum := bytes.Clone(zipped)
	checksum[len(checksum)-6] ^= 1
	broken := errors.New("the cable is loose")
	for _, tt := range []struct {
		name   string
		data   io.Reader
		target error
		line   int
		column int
		parts  []string
		option []Option
	}{
		{"empty", strings.NewReader(""), ErrNoRows, 0, 0, []string{"t.csv: ", "empty"}, nil},
		{"blank", strings.NewReader(" \n\n\r\n"), ErrNoRows, 0, 0, nil, nil},
		{"only comments", strings.NewReader("# a\n# b\n"), ErrNoRows, 0, 0, nil, nil},
		{"only a mark", strings.NewReader("\ufeff"), ErrNoRows, 0, 0, nil, nil},
		{"only a header", strings.NewReader("a,b\n"), ErrNoRows, 0, 0, []string{"header"}, nil},
		{"only a header, no line end", strings.NewReader("a,b"), ErrNoRows, 0, 0, nil, nil},
		{"not UTF-8", strings.NewReader("a,b\n1,x\n2,gr\xfcn\n"), ErrEncoding, 3, 2, []string{`t.csv:3: column 2 ("b")`, "0xfc", `table.Encoding("latin1")`}, nil},
		{"not UTF-8 in the header", strings.NewReader("a,gr\xfcn\n1,x\n"), ErrEncoding, 1, 2, nil, nil},
		{"a zero", strings.NewReader("a,b\n1,x\n2,y\x00\n"), ErrEncoding, 3, 2, []string{"zero"}, nil},
		{"UTF-16 without a mark", bytes.NewReader(utf16Bytes("a,b\n1,2\n", false)), ErrEncoding, 0, 0, []string{"utf-16le"}, nil},
		{"UTF-32", strings.NewReader("\xff\xfe\x00\x00a\x00\x00\x00"), ErrEncoding, 0, 0, []string{"UTF-32"}, nil},
		{"half a pair", bytes.NewReader(append(utf16Bytes("\ufeffa,b\n1,", false), 0x00, 0xd8, 'x', 0)), ErrEncoding, 0, 0, []string{"0xd800"}, nil},
		{"half a unit", bytes.NewReader(append(utf16Bytes("\ufeffa,b\n1,2\n", false), 'x')), ErrEncoding, 0, 0, []string{"half"}, nil},
		{"another mark", bytes.NewReader(utf16Bytes("\ufeffa,b\n", false)), ErrEncoding, 0, 0, []string{"utf-16le", "latin1"}, []Option{Encoding("latin1")}},
		{"gzip cut", bytes.NewReader(zipped[:len(zipped)-100]), ErrGzip, 0, 0, nil, nil},
		{"gzip cut in its header", bytes.NewReader(zipped[:5]), ErrGzip, 0, 0, nil, nil},
		{"gzip with noise", bytes.NewReader(noise), ErrGzip, 0, 0, nil, nil},
		{"gzip with another checksum", bytes.NewReader(checksum), ErrGzip, 30001, 0, nil, nil},
		{"gzip with something behind", bytes.NewReader(append(bytes.Clone(zipped), "more"...)), ErrGzip, 30001, 0, nil, nil},
		{"a reader that breaks", io.MultiReader(strings.NewReader(text+"1,2"), iotest.ErrReader(broken)), broken, 30001, 0, []string{"cable"}, nil},
		{"a reader that breaks at once", iotest.ErrReader(broken), broken, 0, 0, nil, nil},
		{"a wrong row before", io.MultiReader(strings.NewReader(text+"1,2\n"), iotest.ErrReader(broken)), ErrRagged, 30001, 0, nil, nil},
		{"short row", strings.NewReader("a,b,c\n1,2,0\n\n3,4\n"), ErrRagged, 4, 0, []string{"2 cells, want 3", `"3,4"`}, nil},
		{"long row", strings.NewReader("a,b\n1,2\n3,4,5\n"), ErrRagged, 3, 0, []string{"3 cells, want 2"}, nil},
		{"late comment", strings.NewReader("a,b\n1,2\n#x\n3,4\n"), ErrRagged, 3, 0, []string{"comments"}, nil},
		{"a quote that stays open", strings.NewReader("a,b\n1,2\n3,\"four\n5,6\n7,8\n"), ErrQuote, 3, 2, []string{"never closed", `"b"`, "table.Quote(0)"}, nil},
		{"a quote that stays open, behind another", strings.NewReader("a,b\n1,\"x\ny\"\n\"3\n5\",\"6\n"), ErrQuote, 5, 2, nil, nil},
		{"a quote within", strings.NewReader("a,b\n5\" pipe,2\n"), ErrQuote, 2, 1, []string{"pipe"}, nil},
		{"a quote within the header", strings.NewReader("a,5\" pipe\n1,2\n"), ErrQuote, 1, 2, nil, nil},
		{"text behind a quote", strings.NewReader("a,b\n\"x\"y,2\n"), ErrQuote, 2, 1, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Read(tt.data, append(tt.option, Name("t.csv"))...)
			wantError(t, err, tt.target, tt.line, tt.column, tt.parts...)
		})
	}
}

// TestLongTexts: no error repeats more than is needed of what came.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü", 100_000)
	for _, text := range []string{
		"a,b\n" + long + "\n",
		"a,b\n1," + long + "\"\n",
		"a,b\n1,\"" + long + "\n",
		long + ",b\n1,2\n3\xff,4\n",
		long + ",b\n1\n",
		"a,b\n1,2\n" + long + "\xff,1\n",
	} {
		_, err := Read(strings.NewReader(text), Name(long))
		var e *Error
		if !errors.As(err, &e) || len(err.Error()) > 4<<10 {
			t.Errorf("got an error of %d bytes: %.300v", len(err.Error()), err)
		}
	}
	if _, err := read(t, long+",b\n1,2\n").Column(long+"x", 0); err == nil || len(err.Error()) > 4<<10 {
		t.Errorf("got %.300v", err)
	}
	table := read(t, long+",b\n"+long+",2\n")
	if c := table.Columns()[0]; c.Name != long || c.Text(0) != long {
		t.Error("long texts are not whole")
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(folder, name)
		data := []byte(text)
		if strings.HasSuffix(name, ".gz") {
			data = gzipped(t, data)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a, b := put("part1.csv", "x,c\n1,a\n2,b"), put("part2.csv.gz", "x,c\n3,c\n4,a\n")
	want := read(t, "x,c\n1,a\n2,b\n3,c\n4,a\n")
	for _, paths := range [][]string{{a, b}, {filepath.Join(folder, "part*")}} {
		got, err := OpenFiles(paths)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Join(got.Files(), " ") != a+" "+b {
			t.Errorf("files %q", got.Files())
		}
		for row, place := range []struct {
			file string
			line int
		}{{a, 2}, {a, 3}, {b, 2}, {b, 3}} {
			if file, line := got.Place(row); file != place.file || line != place.line {
				t.Errorf("row %d: %s:%d, want %+v", row, file, line, place)
			}
		}
		got.places, got.files = want.places, want.files
		sameTable(t, got, want)
	}
	n, m := put("n1.csv", "1,2\n3,4\n"), put("n2.csv", "x,y\n5,6\n")
	if got, err := OpenFiles([]string{n, n}); err != nil || got.Rows() != 4 {
		t.Errorf("%v", err)
	}
	if got, err := OpenFiles([]string{n, m}); err != nil || got.Rows() != 4 || got.Columns()[0].Words() != 1 {
		t.Errorf("a file without a header takes all lines of the next: %v", err)
	}
	_, err := OpenFiles([]string{a, put("other.csv", "# c\nx,d\n1,a\n")})
	wantError(t, err, ErrMismatch, 2, 2, "other.csv:2", `"d"`, `"c"`, a)
	_, err = OpenFiles([]string{a, put("wide.csv", "x,c,d\n1,a,b\n")})
	wantError(t, err, ErrMismatch, 1, 0, "3 columns", "2 in")
	_, err = OpenFiles([]string{a, put("ragged.csv", "x,c\n1\n")})
	wantError(t, err, ErrRagged, 2, 0, "ragged.csv:2")
	for _, paths := range [][]string{nil, {filepath.Join(folder, "none*")}, {a, filepath.Join(folder, "none.csv")}, {"[*"}} {
		_, err := OpenFiles(paths)
		wantError(t, err, ErrNoFile, 0, 0)
	}
	if _, err := Open(filepath.Join(folder, "none.csv")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	brackets := put("a[1].csv", "x\n1\n")
	if _, err := Open(brackets); err != nil {
		t.Errorf("a file whose name is a pattern: %v", err)
	}
	if _, err := Open(folder); err == nil {
		t.Error("a folder is read")
	}
}

// TestStdin reads what "-" stands for, alone and among files, and nothing of it where there is no "-".
func TestStdin(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.csv")
	if err := os.WriteFile(path, []byte("x,y\n1,2\n3,4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		paths []string
		rows  int
		files string
		left  int
	}{
		{[]string{"-"}, 1, "standard input", 0},
		{[]string{"-", path}, 3, "standard input " + path, 0},
		{[]string{path, "-"}, 3, path + " standard input", 0},
		{[]string{path}, 2, path, 8},
	} {
		in := strings.NewReader("x,y\n5,6\n")
		tab, err := OpenFiles(c.paths, Stdin(in))
		if err != nil {
			t.Errorf("%q: %v", c.paths, err)
			continue
		}
		if got := strings.Join(tab.Files(), " "); tab.Rows() != c.rows || got != c.files || in.Len() != c.left {
			t.Errorf("%q: %d rows of %s, %d bytes left, want %d of %s, %d left", c.paths, tab.Rows(), got, in.Len(), c.rows, c.files, c.left)
		}
	}
	var option *OptionError
	if _, err := OpenFiles([]string{"-"}, Stdin(nil)); !errors.As(err, &option) || option.Option != "Stdin" {
		t.Errorf("no reader: %v", err)
	}
}
