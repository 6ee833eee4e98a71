package plain

import "strings"

// XML is a text as XML and HTML have it, between tags and in attributes. Characters
// that XML 1.0 has not, or that HTML reads as others, become the one that says so.
func XML(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n', r >= ' ' && r < 0x7f, r >= 0xa0 && r < 0xfffe, r > 0xffff:
			return r
		}
		return 0xfffd
	}, text)
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(text)
}
