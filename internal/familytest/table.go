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

// tablePlace finds the table in a package comment.
var tablePlace = regexp.MustCompile(`(?m)^// # The catalogue\n//\n((?://\t.*\n)+)`)

// checkTable expects the catalogue's help in the package comment.
func checkTable(t *testing.T, help string) {
	text, err := os.ReadFile(tableFile)
	if err != nil {
		t.Fatal(err)
	}
	got, put, err := table(text, help)
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

// table returns the table in a package comment, and the comment with help in its
// place.
func table(text []byte, help string) (got string, put []byte, err error) {
	at := tablePlace.FindSubmatchIndex(text)
	if at == nil {
		return "", nil, fmt.Errorf("%s has no table: lines that begin with a tab under %q", tableFile, "# The catalogue")
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
