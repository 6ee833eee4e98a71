package familytest

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// tableFile is where a family's package comment is.
const tableFile = "doc.go"

// checkTable expects the catalogue's help in the package comment, under its heading.
func checkTable(t *testing.T, heading, help string) {
	text, err := os.ReadFile(tableFile)
	if err != nil {
		t.Fatal(err)
	}
	got, put, err := placeTable(text, heading, help)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(tableFile, put, 0o666); err != nil {
			t.Fatal(err)
		}
	} else if !bytes.Equal(put, text) {
		t.Errorf("%s has the table\n%s\nwant (go test -update writes it)\n%s", tableFile, got, help)
	}
}

// placeTable returns the table under a heading of a package comment, and the comment with
// help in its place.
func placeTable(text []byte, heading, help string) (got string, put []byte, err error) {
	place := regexp.MustCompile(`(?m)^// # ` + regexp.QuoteMeta(heading) + `\n//\n((?://\t.*\n)+)`)
	at := place.FindSubmatchIndex(text)
	if at == nil {
		return "", nil, fmt.Errorf("%s has no table: lines that begin with a tab under %q", tableFile, "# "+heading)
	}
	got = strings.ReplaceAll(string(text[at[2]:at[3]]), "//\t", "")
	var lines strings.Builder
	for line := range strings.Lines(help) {
		lines.WriteString("//\t" + line)
	}
	put = append(put, text[:at[2]]...)
	put = append(put, lines.String()...)
	return got, append(put, text[at[3]:]...), nil
}
