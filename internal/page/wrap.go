package page

import (
	"strings"

	"github.com/rivo/uniseg"
)

// A textStyle is how a terminal shows a text.
type textStyle int

const (
	boldText textStyle = 1 << iota
	italicText
	codeText
)

// A span is a text of one style. Spaces in it are where lines may break, but where
// keep says that it is read as one.
type span struct {
	text  string
	style textStyle
	keep  bool
}

// A line is text with codes of colour in it, and its width without them.
type line struct {
	text  string
	width int
}

// prefixed puts a text before a line.
func (l line) prefixed(text string) line {
	return line{text + l.text, uniseg.StringWidth(text) + l.width}
}

// A wordPiece is a part of a word that has one style.
type wordPiece struct {
	text  string
	style textStyle
}

// A breakable is a word, or what is kept together, with what follows it.
type breakable struct {
	pieces []wordPiece
	width  int
	breaks bool // a line ends behind it
}

// longestKept is how wide a part may be that is kept together: a formula of this
// length leaves no hole at the end of a line that catches the eye.
const longestKept = 30

// breakables cuts spans into words.
func breakables(spans []span, width int) []breakable {
	var list []breakable
	var word breakable
	end := func() {
		if len(word.pieces) > 0 {
			list = append(list, word)
		}
		word = breakable{}
	}
	add := func(text string, style textStyle) {
		if text == "" {
			return
		}
		word.pieces = append(word.pieces, wordPiece{text, style})
		word.width += uniseg.StringWidth(text)
	}
	for _, s := range spans {
		if s.keep && uniseg.StringWidth(s.text) <= min(longestKept, width) {
			add(s.text, s.style)
			continue
		}
		rest := s.text
		for rest != "" {
			at := strings.IndexAny(rest, " \n")
			if at < 0 {
				add(rest, s.style)
				break
			}
			add(rest[:at], s.style)
			end()
			if rest[at] == '\n' {
				list = append(list, breakable{breaks: true})
			}
			rest = rest[at+1:]
		}
	}
	end()
	return list
}

// cut cuts a word that is wider than a line between characters.
func (b breakable) cut(width int) []breakable {
	var list []breakable
	var now breakable
	for _, p := range b.pieces {
		state := -1
		for rest := p.text; rest != ""; {
			var cluster string
			var wide int
			cluster, rest, wide, state = uniseg.FirstGraphemeClusterInString(rest, state)
			if now.width+wide > width && now.width > 0 {
				list = append(list, now)
				now = breakable{}
			}
			if n := len(now.pieces); n > 0 && now.pieces[n-1].style == p.style {
				now.pieces[n-1].text += cluster
			} else {
				now.pieces = append(now.pieces, wordPiece{cluster, p.style})
			}
			now.width += wide
		}
	}
	return append(list, now)
}

// fitting is the first part of a text that fits a width: up to a space if there is one
// in its second half.
func fitting(text string, width int) string {
	if uniseg.StringWidth(text) <= width {
		return text
	}
	first := breakable{pieces: []wordPiece{{text, 0}}}.cut(width)[0].pieces[0].text
	if at := strings.LastIndexByte(first, ' '); at > len(first)/2 {
		return first[:at+1]
	}
	return first
}

// wrap fills lines of a width with words.
func (t *textWriter) wrap(spans []span, width int) []line {
	var words []breakable
	for _, word := range breakables(spans, width) {
		if word.width > width {
			words = append(words, word.cut(width)...)
		} else {
			words = append(words, word)
		}
	}
	var lines []line
	var now []wordPiece
	used := 0
	end := func() {
		lines = append(lines, line{t.styled(now), used})
		now, used = nil, 0
	}
	for _, word := range words {
		switch {
		case word.breaks:
			end()
			continue
		case used > 0 && used+1+word.width > width:
			end()
		}
		if used > 0 {
			// A space between two words of a style has it too, so that no code stands there.
			style := now[len(now)-1].style & word.pieces[0].style
			now = append(now, wordPiece{" ", style})
			used++
		}
		now = append(now, word.pieces...)
		used += word.width
	}
	if used > 0 {
		end()
	}
	return lines
}

// styled writes pieces with their styles.
func (t *textWriter) styled(pieces []wordPiece) string {
	var b strings.Builder
	now := textStyle(0)
	for _, p := range pieces {
		if p.style != now {
			b.WriteString(t.change(now, p.style))
			now = p.style
		}
		b.WriteString(p.text)
	}
	b.WriteString(t.change(now, 0))
	return b.String()
}

// change is the code that leads from one style to another: none without colours.
func (t *textWriter) change(from, to textStyle) string {
	if !t.how.Colours || from == to {
		return ""
	}
	var b strings.Builder
	if from != 0 {
		b.WriteString("\x1b[0m")
	}
	for _, s := range []struct {
		style textStyle
		code  string
	}{{boldText, "\x1b[1m"}, {italicText, "\x1b[3m"}, {codeText, "\x1b[36m"}} {
		if to&s.style != 0 {
			b.WriteString(s.code)
		}
	}
	return b.String()
}
