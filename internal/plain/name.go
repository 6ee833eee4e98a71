package plain

// IsName reports whether a text is the name of a figure: small letters, digits and single
// hyphens, of which a letter is the first.
func IsName(text string) bool {
	before := '-'
	for i, r := range text {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9' && i > 0, r == '-' && before != '-':
			before = r
		default:
			return false
		}
	}
	return before != '-'
}
