package figure

import (
	"fmt"
	"math"
	"strings"
)

// Colours is how many colours a terminal has.
type Colours int

// The colours of terminals.
const (
	NoColours Colours = iota
	Colours256
	TrueColour
)

// TextOptions says what a terminal can show.
type TextOptions struct {
	Unicode bool // or ASCII alone
	Colours Colours
}

// Smallest and largest number of characters that a figure is drawn with, each
// way.
const (
	fewestCharacters = 8
	mostCharacters   = 1000
)

// TextHeight is how many rows a drawing of some width has, so that what is
// round stays so: characters are about twice as high as wide.
func (f *Figure) TextHeight(width int) int {
	return min(mostCharacters, max(fewestCharacters, int(math.Round(float64(width)*f.Height/f.Width/2))))
}

// Text draws the figure with characters: so many rows of so many each, every
// row with a line feed behind it. A height of 0 is [Figure.TextHeight]'s.
//
// Lines are dots of braille, points and rules are characters of their own,
// areas are coloured grounds, or shades where there are no colours. Text lies
// above all else, and moves a little where it would hide other text.
func (f *Figure) Text(width, height int, o TextOptions) (string, error) {
	if err := f.valid(); err != nil {
		return "", err
	}
	if height == 0 {
		height = f.TextHeight(width)
	}
	if width < fewestCharacters || height < fewestCharacters || width > mostCharacters || height > mostCharacters {
		return "", fmt.Errorf("figure %q: a drawing of it has %d x %d characters, want at least %d and at most %d each way", f.Name, width, height, fewestCharacters, mostCharacters)
	}
	s := newScreen(f, width, height, o)
	f.draw(s)
	s.placeTexts()
	var b strings.Builder
	for row := range height {
		s.row(&b, row)
	}
	return b.String(), nil
}

// look is how a character is shown.
type look struct {
	fore, back string // escape sequences, or nothing
	bold       bool
}

// row writes a row of cells. Escape sequences are written where the look
// changes, and none is left on at the end.
func (s *screen) row(b *strings.Builder, row int) {
	now := look{}
	for col := range s.cols {
		r, l := s.shown(&s.grid[row*s.cols+col])
		if l != now {
			if now != (look{}) {
				b.WriteString("\x1b[0m")
			}
			b.WriteString(l.back + l.fore)
			if l.bold {
				b.WriteString("\x1b[1m")
			}
			now = l
		}
		b.WriteRune(r)
	}
	if now != (look{}) {
		b.WriteString("\x1b[0m")
	}
	b.WriteByte('\n')
}

// shown is what a cell looks like: of all that is in it, what matters most.
func (s *screen) shown(c *cell) (rune, look) {
	l := look{}
	coloured := s.o.Colours != NoColours
	if coloured && c.painted {
		l.back = s.escape(background, Light().paint(c.ground))
	}
	fore := func(r Role) {
		if coloured {
			l.fore = s.foreground(r, c.painted)
		}
	}
	switch {
	case c.text != 0:
		fore(c.textRole)
		l.bold = coloured && c.bold && c.text != ' '
		return c.text, l
	case c.glyph != 0:
		fore(c.glyphRole)
		return c.glyph, l
	case c.dots != 0:
		fore(c.dotRole)
		if s.o.Unicode {
			return 0x2800 + rune(c.dots), l
		}
		return lineCharacter(c.dotRole), l
	case c.rule != 0:
		fore(c.ruleRole)
		return s.ruleCharacter(c), l
	case c.painted && !coloured:
		return s.shade(c.level), l
	}
	return ' ', l
}

const (
	foreground = 38
	background = 48
)

// foreground is the colour of a role. Ink is the reader's own, where the ground
// is too; the colours of series have enough contrast with both white and black.
func (s *screen) foreground(r Role, painted bool) string {
	light := Light()
	switch {
	case painted:
		return s.escape(foreground, light.textColour(r).mix(rgb{}, 0.2))
	case r == Ink || r == Paper:
		return ""
	case r == Muted || r == Grid:
		return s.escape(foreground, rgb{0x80, 0x80, 0x80})
	default:
		return s.escape(foreground, light.colour(r))
	}
}

// escape is the terminal's code for a colour.
func (s *screen) escape(ground int, c rgb) string {
	if s.o.Colours == TrueColour {
		return fmt.Sprintf("\x1b[%d;2;%d;%d;%dm", ground, c.r, c.g, c.b)
	}
	return fmt.Sprintf("\x1b[%d;5;%dm", ground, c.cube())
}

// cube is the nearest colour of xterm's 6x6x6 cube, whose levels are 0, 95, 135,
// 175, 215 and 255.
func (c rgb) cube() int {
	level := func(v uint8) int {
		if v < 48 {
			return 0
		}
		return max(1, (int(v)-35)/40)
	}
	return 16 + 36*level(c.r) + 6*level(c.g) + level(c.b)
}
