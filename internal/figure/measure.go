package figure

// textWidth is how wide a text is at most, in units. Fonts differ and readers
// choose theirs, so it is the width in a wide one: about DejaVu Sans's.
func textWidth(text string, size float64, bold bool) float64 {
	em := 0.0
	for _, r := range text {
		em += advance(r)
	}
	if bold {
		em *= 1.1
	}
	return float64(em * size)
}

// advance is the width of a character as a part of the font's size.
func advance(r rune) float64 {
	switch r {
	case 'i', 'j', 'l', '.', ',', ':', ';', '!', '|', '\'', ' ', 'I':
		return 0.34
	case 'f', 'r', 't', '(', ')', '[', ']', '/', '-', '₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉', 'ᵢ', '²', '³':
		return 0.44
	case 'm', 'w', 'M', 'W', '@', '%', 'O', 'Q', '→', '←', '−', '+', '=', '×', '≈', '<', '>', '…', '∂', '—':
		return 1
	}
	if r >= 'A' && r <= 'Z' || r >= 0x100 {
		return 0.78
	}
	return 0.65
}

// extent is the room that a text takes, at most.
func (m Text) extent() Rect {
	width := textWidth(m.Text, m.size(), m.Bold)
	left := m.At.X
	switch m.Anchor {
	case Middle:
		left -= width / 2
	case End:
		left -= width
	}
	return Rect{
		Point{left, m.At.Y - float64(0.8*m.size())},
		Point{left + width, m.At.Y + float64(0.22*m.size())},
	}
}

// overlaps reports whether two rectangles share room.
func (r Rect) overlaps(o Rect) bool {
	return r.Min.X < o.Max.X && o.Min.X < r.Max.X && r.Min.Y < o.Max.Y && o.Min.Y < r.Max.Y
}
