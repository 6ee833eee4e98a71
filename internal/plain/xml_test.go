package plain

import (
	"encoding/xml"
	"strings"
	"testing"
)

// TestXML: any text is well-formed, and a usual one comes back.
func TestXML(t *testing.T) {
	read := func(text string) (content, attribute string) {
		var e struct {
			Text      string `xml:",chardata"`
			Attribute string `xml:"a,attr"`
		}
		if err := xml.Unmarshal([]byte(`<e a="`+XML(text)+`">`+XML(text)+"</e>"), &e); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		return e.Text, e.Attribute
	}
	for text, want := range map[string]string{
		`a < b & "c" > 'd'`: `a < b & "c" > 'd'`, "é 漢 🙂\n\tx": "é 漢 🙂\n\tx",
		"\x00a\x01\r": "\ufffda\ufffd\ufffd", "\x7f\u0080\u009f": strings.Repeat("\ufffd", 3), "\ufffe\uffff\xff": strings.Repeat("\ufffd", 3),
	} {
		if content, attribute := read(text); content != want || attribute != want {
			t.Errorf("%q comes back as %q and %q, want %q", text, content, attribute, want)
		}
	}
	for r := range rune(0x11000) {
		read(string(r))
	}
}

func TestIsName(t *testing.T) {
	for text, want := range map[string]bool{
		"a": true, "hill": true, "two-parts": true, "x1": true, "a-1": true, "three-small-words": true,
		"": false, "1a": false, "A": false, "-a": false, "a-": false, "a--b": false, "a_b": false, "a b": false, "á": false, "-": false, "a.b": false,
	} {
		if got := IsName(text); got != want {
			t.Errorf("%q is a name: %t, want %t", text, got, want)
		}
	}
}
